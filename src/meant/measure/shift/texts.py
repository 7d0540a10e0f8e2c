"""The written parts of shifts, in `data/shifts/`: each with a card, and a canary as its first line."""

from functools import cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable

from meant.core.suite import Card
from meant.files.positions import read_yaml


def card(shift: str) -> Card:
    """What a reader must know of the shift's data."""
    with as_file(_folder() / f"{shift}.yaml") as path:
        return Card.model_validate(read_yaml(path).data)


@cache
def lines(shift: str) -> tuple[str, ...]:
    """The non-empty lines of the shift's one file after its canary."""
    found = next(f for f in _folder().iterdir() if f.name in (f"{shift}.txt", f"{shift}.jsonl"))
    return tuple(line for line in found.read_text("utf-8").splitlines()[1:] if line)


@cache
def texts(shift: str) -> tuple[str, ...]:
    """The texts in the shift's folder without their canaries, by name of file."""
    found = sorted((f for f in (_folder() / shift).iterdir() if f.name.endswith(".txt")), key=lambda f: f.name)
    return tuple(f.read_text("utf-8").partition("\n")[2].strip() for f in found)


def _folder() -> Traversable:
    return files("meant") / "data" / "shifts"
