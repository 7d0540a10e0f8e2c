"""One thing after another, and the way back."""

from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Walk(Generic[T]):
    """Where somebody is in a list that does not change."""

    def __init__(self, things: Sequence[T]) -> None:
        self._things, self._at = list(things), 0

    @property
    def current(self) -> T | None:
        """The thing to decide on; None at the end."""
        return self._things[self._at] if self._at < len(self._things) else None

    @property
    def left(self) -> list[T]:
        """What is to be decided on, the current one first."""
        return self._things[self._at :]

    @property
    def place(self) -> tuple[int, int]:
        """Which one of how many this is, from 1."""
        return self._at + 1, len(self._things)

    def on(self) -> None:
        """To the next."""
        self._at += 1

    def back(self) -> bool:
        """To the one before; False at the beginning."""
        if not self._at:
            return False
        self._at -= 1
        return True
