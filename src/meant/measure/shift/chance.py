"""Chance that is the same on every machine and in every Python: a seed in words, SHA-256, and a counter."""

import hashlib
from collections.abc import Sequence
from itertools import count
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws in a row."""

    def __init__(self, seed: str) -> None:
        self._seed, self._turn = seed, count()

    def below(self, n: int) -> int:
        """A whole number from 0 up to, not including, `n`. Raises ValueError for n < 1."""
        if n < 1:
            raise ValueError(f"nothing to draw from: n={n}")
        digest = hashlib.sha256(f"{self._seed}/{next(self._turn)}".encode()).digest()
        return int.from_bytes(digest[:8]) % n

    def pick(self, among: Sequence[T]) -> T:
        """One of them. Raises ValueError where there is none."""
        return among[self.below(len(among))]

    def some(self, among: Sequence[T], n: int) -> list[T]:
        """`n` different ones, or all where there are fewer, in the order that they are drawn in."""
        left = list(among)
        return [left.pop(self.below(len(left))) for _ in range(min(n, len(left)))]
