"""A rate as people would have found it, from many verdicts of a judge and a few labels by people.

Its rule: items are sorted by what the judge said (no verdict is a kind of its own), people's share is estimated within
each kind, and the kinds are weighed by how many items they hold (post-stratification: Cochran 1977, 5A.9; for binary
judges the same estimate as PPI++ at its best power). A bad judge costs width, never truth. Unlike the normal interval
of prediction-powered inference it holds at 50 labels and rates near 0 and 1 (ADR 0008).
"""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Literal, NamedTuple

from meant.core.finding import Interval
from meant.stats.binomial import jeffreys, mid_p
from meant.stats.intervals import Rate, binomial


class Stratum(NamedTuple):
    """Items of which the judge said the same."""

    items: int
    labelled: int
    positive: float
    """Of those labelled, how many people call positive."""


def strata(verdicts: Sequence[Hashable], labels: Sequence[bool | None]) -> list[Stratum]:
    """One Stratum a verdict, in the order of appearance. A verdict may be None; a label of None is none."""
    items = Counter(verdicts)
    labelled = Counter(v for v, y in zip(verdicts, labels, strict=True) if y is not None)
    positive = Counter(v for v, y in zip(verdicts, labels, strict=True) if y)
    return [Stratum(items[v], labelled[v], positive[v]) for v in items]


def corrected_rate(
    parts: Sequence[Stratum],
    *,
    drawn: Literal["anywhere", "by stratum"],
    cases: float | None = None,
    level: float = 0.95,
) -> Rate:
    """People's share over all items, and its interval; `n` counts the labels.

    `drawn` says how the items to label were chosen: at random among all, or so many at random of each kind. In the
    first case kinds without a label are pooled with the others; in the second they are a ValueError.

    With `cases` None the target is the share on these very items, as if all had been labelled. To speak of the cases
    that they stand for, give the number of independent ones (`effective_size` of the verdicts).
    """
    known = _pooled(parts, drawn)
    if not known:
        return Rate(None, Interval(0.0, 1.0), 0)
    total = sum(s.items for s in known)
    value = math.fsum(s.items * s.positive / s.labelled for s in known) / total
    down, up = zip(*(_reach(s, total, level) for s in known), strict=True)
    low, high = max(value - math.hypot(*down), _sure(known)), min(value + math.hypot(*up), _possible(known))
    if cases is not None:
        whole = binomial(value * cases, cases, level=level)
        low = value - math.hypot(value - low, value - whole.low)
        high = value + math.hypot(high - value, whole.high - value)
    return Rate(value, Interval(max(0.0, low), min(1.0, high)), sum(s.labelled for s in known))


def _pooled(parts: Sequence[Stratum], drawn: Literal["anywhere", "by stratum"]) -> Sequence[Stratum]:
    """The parts that hold items; one part of them all where one of them lacks labels. Nothing without any label."""
    held = [s for s in parts if s.items]
    if wrong := [s for s in held if not 0 <= s.positive <= s.labelled <= s.items]:
        raise ValueError(f"needs positive <= labelled <= items: {wrong[0]}")
    if all(s.labelled for s in held):
        return held
    if drawn == "by stratum":
        raise ValueError("a kind of verdict without a label: label at least one item of each kind")
    one = Stratum(*(sum(column) for column in zip(*held, strict=True)))
    return [one] if one.labelled else []


def _reach(part: Stratum, total: int, level: float) -> tuple[float, float]:
    """How far the interval of one kind reaches down and up, in shares of the whole (MOVER: Zou & Donner 2008)."""
    if part.labelled == part.items:
        return 0.0, 0.0
    share, weight = part.positive / part.labelled, part.items / total
    size = part.labelled * (part.items - 1) / (part.items - part.labelled)
    low, high = (mid_p if 0 < share < 1 else jeffreys)(share * size, size, level=level)
    return weight * (share - low), weight * (high - share)


def _sure(parts: Sequence[Stratum]) -> float:
    """The share of items that are known to be positive."""
    return math.fsum(s.positive for s in parts) / sum(s.items for s in parts)


def _possible(parts: Sequence[Stratum]) -> float:
    """The share of items that are not known to be negative."""
    return 1 - math.fsum(s.labelled - s.positive for s in parts) / sum(s.items for s in parts)
