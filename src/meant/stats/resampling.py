"""Draws with a seed, and what lies between the ends of them."""

import math
import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

from meant.core.finding import Interval

Item = TypeVar("Item")


def generator(seed: int) -> random.Random:
    """The same numbers for the same seed."""
    return random.Random(seed)  # noqa: S311


def resamples(items: Sequence[Item], *, draws: int, seed: int) -> Iterator[list[Item]]:
    """As many items as there are, drawn with replacement, `draws` times (the bootstrap: Efron 1979)."""
    rng = generator(seed)
    for _ in range(draws):
        yield rng.choices(items, k=len(items))


def middle_of(draws: Sequence[float], *, level: float = 0.95) -> Interval:
    """The ends between which `level` of the draws lie, interpolated as numpy and R (type 7) do."""
    ordered = sorted(draws)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        below = math.floor(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (place - below) * (ordered[above] - ordered[below])

    return Interval(at((1 - level) / 2), at((1 + level) / 2))
