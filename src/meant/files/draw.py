"""Draws that come out alike on every Python, so that a seed names the same cases for ever.

Of `random`, only seeding by a text and `random()` are promised to stay as they are: nothing else of it is used.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of draws, named by what it is seeded with."""

    def __init__(self, *seed: str | int) -> None:
        self._random = random.Random("/".join(map(str, seed)))  # noqa: S311 - reproducible on purpose

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def one(self, of: Sequence[T]) -> T:
        """One of them."""
        return of[self.number(0, len(of) - 1)]

    def some(self, of: Sequence[T], count: int) -> list[T]:
        """So many different ones of them, in random order. ValueError where there are fewer."""
        if count > len(of):
            raise ValueError(f"{count} of {len(of)}")
        left = list(of)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(count)]
