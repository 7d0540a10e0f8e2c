"""Plots of characters: a dot with its interval on a line, and points on a plane.

Colour is never alone: every system has a letter, and the figures stand beside.
"""

from collections.abc import Sequence
from string import ascii_uppercase
from typing import NamedTuple

from meant.core.finding import Interval

LETTERS = ascii_uppercase


class Span(NamedTuple):
    """The ends of an axis."""

    low: float
    high: float

    def place(self, value: float, width: int) -> int:
        """Which of `width` columns the value falls in; beyond an end is that end."""
        share = (value - self.low) / (self.high - self.low) if self.high != self.low else 0.0
        return round(min(1.0, max(0.0, share)) * (width - 1))


class Point(NamedTuple):
    """A system on a plane."""

    letter: str
    x: float
    y: float


def dot(value: float | None, ends: Interval | None, letter: str, *, on: Span, width: int) -> str:
    """As in `·····├───A──┤······`; dots alone where nothing was measured."""
    line = ["·"] * width
    if ends is not None:
        low, high = on.place(ends.low, width), on.place(ends.high, width)
        line[low : high + 1] = ["─"] * (high - low + 1)
        line[low], line[high] = "├", "┤"
    if value is not None:
        line[on.place(value, width)] = letter
    return "".join(line)


def plane(points: Sequence[Point], *, across: Span, up: Span, size: tuple[int, int]) -> list[str]:
    """Rows from the top, without a frame. Where two points fall on one place, the second stands beside it."""
    width, height = size
    rows = [[" "] * width for _ in range(height)]
    for point in points:
        row = rows[height - 1 - up.place(point.y, height)]
        at = across.place(point.x, width)
        free = min((x for x in range(width) if row[x] == " "), key=lambda x: abs(x - at), default=at)
        row[free] = point.letter
    return ["".join(row) for row in rows]
