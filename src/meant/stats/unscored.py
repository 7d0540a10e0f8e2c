"""A rate where some items have no verdict: what it may be at worst and at best, whatever they would have been."""

from collections.abc import Sequence
from typing import NamedTuple

from meant.core.finding import Interval
from meant.stats.intervals import rate


class Bounded(NamedTuple):
    """A rate that is known to lie somewhere."""

    value: Interval
    """The share if every unscored item missed, and if every one hit (Horowitz & Manski 1995)."""
    interval: Interval
    """From the low end of the first one's interval to the high end of the second's."""
    scored: int
    unscored: int


def bounds(hits: Sequence[float | None], clusters: Sequence[str], *, level: float = 0.95) -> Bounded:
    """No assumption on why items are unscored. Nothing at all is (0, 1)."""
    worst, best = (rate([end if h is None else h for h in hits], clusters, level=level) for end in (0.0, 1.0))
    value = Interval(worst.value or 0.0, 1.0 if best.value is None else best.value)
    unscored = sum(h is None for h in hits)
    return Bounded(value, Interval(worst.interval.low, best.interval.high), len(hits) - unscored, unscored)
