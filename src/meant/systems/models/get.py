"""Get a model: fetch, verify, convert, and only then put it where models are found."""

from collections.abc import Callable
from datetime import UTC, datetime

from meant import __version__
from meant.systems.models.cache import MANIFEST, WEIGHTS, Manifest, making, manifest, names, sha256
from meant.systems.models.convert import Facts, gguf_version, to_f16
from meant.systems.models.fetch import Fetch, Fetched, fetch
from meant.systems.models.source import source

Say = Callable[[str], None]


def get(
    spec: str, *, say: Say, hash_of_source: str | None = None, name: str | None = None, fetching: Fetch = fetch
) -> Manifest:
    """The model's manifest; fetched first if it is not in the cache. `say` is told what goes on.

    Raises ConfigError for a spec or a file that cannot be used, MissingExtra without a library that it takes,
    BoundaryError where the file cannot be had. Whatever it raises, the cache is as before.
    """
    wanted = source(spec, sha256=hash_of_source, name=name)
    if wanted.name in names():
        known = manifest(wanted.name)
        say(f"{wanted.name} is in the cache already (from {known.source}); `meant model rm {known.name}` removes it")
        return known
    gguf_version()
    with making(wanted.name) as folder:
        say(f"fetching {wanted.spec}")
        got = fetching(wanted, folder.parent)
        say(f"verified sha256 {got.sha256}; writing it as F16 for the engine")
        made = folder / WEIGHTS
        facts = to_f16(got.path, made)
        known = _manifest(wanted.name, got, facts, sha256(made), made.stat().st_size)
        (folder / MANIFEST).write_text(known.model_dump_json(indent=2) + "\n")
    say(f"{wanted.name} is ready")
    return manifest(wanted.name)


def _manifest(name: str, got: Fetched, facts: Facts, hashed: str, size: int) -> Manifest:
    return Manifest(
        name=name,
        source=got.spec,
        source_sha256=got.sha256,
        licence=got.licence or facts.licence,
        sha256=hashed,
        size=size,
        precision="F16",
        architecture=facts.architecture,
        context=facts.context,
        control=facts.control,
        ends=facts.ends,
        made=datetime.now(UTC).date().isoformat(),
        tools={"meant": __version__, "gguf": gguf_version()},
    )
