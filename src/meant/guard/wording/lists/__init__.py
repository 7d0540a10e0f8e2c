"""Lists of words, a text file a list. A line that begins with # is a comment."""

from functools import cache
from importlib.resources import files


@cache
def lines(name: str) -> tuple[tuple[str, ...], ...]:
    """The words of each line."""
    text = (files("meant.guard.wording.lists") / f"{name}.txt").read_text("utf-8")
    return tuple(tuple(line.split()) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def words(name: str) -> frozenset[str]:
    """All words of the list."""
    return frozenset(word for line in lines(name) for word in line)
