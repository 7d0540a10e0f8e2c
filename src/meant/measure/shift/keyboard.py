"""What fingers do to a word on a QWERTY keyboard, first and last letter apart. Small letters only."""

from collections.abc import Iterator

_ROWS = (("qwertyuiop", 0.0), ("asdfghjkl", 0.25), ("zxcvbnm", 0.75))
"""Keys, and how far a row stands to the right of the first, in keys."""
_PLACE = {key: (row, column + right) for row, (keys, right) in enumerate(_ROWS) for column, key in enumerate(keys)}


def neighbours(key: str) -> str:
    """The keys that touch it."""
    row, column = _PLACE[key]
    return "".join(k for k, (r, c) in _PLACE.items() if k != key and abs(r - row) <= 1 and abs(c - column) <= 1)


def slips(word: str) -> list[str]:
    """One inner letter is its neighbour."""
    return [word[:i] + key + word[i + 1 :] for i in _inner(word) for key in neighbours(word[i])]


def swaps(word: str) -> list[str]:
    """Two inner letters that stand together, and differ, have changed places."""
    pairs = (i for i in _inner(word) if i < len(word) - 2 and word[i] != word[i + 1])
    return [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in pairs]


def drops(word: str) -> list[str]:
    """One inner letter is missing."""
    return [word[:i] + word[i + 1 :] for i in _inner(word)]


def _inner(word: str) -> Iterator[int]:
    return iter(range(1, len(word) - 1))
