"""The Pareto front: the systems that no other one beats on some axis without losing on another.

Its rule: only systems that are measured on every axis can be on it or off it. Which side of it a system is on is as
uncertain as the figures are, so each place carries how often a draw puts it on the front.
"""

from collections.abc import Sequence

from meant.choose.draws import Draws
from meant.choose.sheets import Sheets
from meant.core.base import Value

OFF = 0.05
"""Chance of being on the front below which a system is said to be off it."""


class Place(Value):
    """One system, and the front."""

    system: str
    on: bool | None
    """By the figures as they are; None: not measured on every axis."""
    probability: float | None
    """Share of draws in which it is on the front."""
    unmeasured: tuple[str, ...]
    """Axes on which it is not measured."""


def front(points: Sequence[Sequence[float]]) -> list[bool]:
    """Of points with one value an axis, more being better: whether none is as good on all axes and better on one."""
    return [not any(beats(other, point) for other in points) for point in points]


def beats(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether it is as good on all axes and better on one."""
    pairs = list(zip(one, other, strict=True))
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


def places(sheets: Sheets, draws: Draws) -> tuple[Place, ...]:
    """Each system's, in order, on all axes of these sheets."""
    whole = sheets.whole
    seen = dict(zip(whole, _on(draws.seen, whole), strict=True))
    counts = [0] * len(sheets.systems)
    for means in draws.drawn:
        for at, on in zip(whole, _on(means, whole), strict=True):
            counts[at] += on
    return tuple(
        Place(
            system=name,
            on=seen.get(at),
            probability=counts[at] / len(draws.drawn) if at in seen else None,
            unmeasured=sheets.unmeasured(at),
        )
        for at, name in enumerate(sheets.systems)
    )


def _on(means: Sequence[Sequence[float | None]], whole: Sequence[int]) -> list[bool]:
    return front([[axis[at] or 0.0 for axis in means] for at in whole])
