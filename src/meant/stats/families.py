"""Items that come in families, as twins, phrasings and variants do: how much they say together.

A family is one draw; its items are not. Everything here works on the sums of families.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from meant.core.finding import Interval
from meant.stats.resampling import middle_of, resamples


class Family(NamedTuple):
    """The items of one cluster: the sum of their values, and how many they are."""

    total: float
    size: int


def grouped(values: Sequence[float], clusters: Sequence[str]) -> list[Family]:
    """One Family a cluster name, in the order of appearance. Raises ValueError where the lengths differ."""
    if len(values) != len(clusters):
        raise ValueError(f"{len(values)} values and {len(clusters)} clusters")
    groups: dict[str, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        groups.setdefault(cluster, []).append(value)
    return [Family(math.fsum(group), len(group)) for group in groups.values()]


def mean_of(groups: Sequence[Family]) -> float:
    """The mean over items."""
    return math.fsum(g.total for g in groups) / sum(g.size for g in groups)


def variance_of_mean(groups: Sequence[Family]) -> float:
    """Of the mean over items, families being the draws (ratio estimator, linearised: Cochran 1977, 6.4).

    Infinite for a single family: one draw says nothing of the spread.
    """
    m, n, middle = len(groups), sum(g.size for g in groups), mean_of(groups)
    if m < 2:
        return math.inf
    return math.fsum((g.total - middle * g.size) ** 2 for g in groups) * m / (m - 1) / n**2


def cautious(effect: float, groups: Sequence[Family], *, informative: int, doubt: int) -> float:
    """A design effect drawn towards that of families whose items are all alike, by `doubt` families' weight.

    An estimate from a few informative families is as often far too low as right, and one from none at all says
    nothing; the cautious value is what the figure would be if `doubt` more informative families were copies through
    and through. Never below 1. Chosen by simulation (ADR 0006).
    """
    copies = sum(g.size for g in groups) / len(groups)
    return max(1.0, (informative * effect + doubt * copies) / (informative + doubt))


def resampled(groups: Sequence[Family], *, draws: int, seed: int, level: float = 0.95) -> Interval:
    """Percentile interval of the mean over items, families drawn anew.

    For scores, with 20 families or more; where all families are equal it has no width, so for shares use `rate`.
    """
    return middle_of([mean_of(drawn) for drawn in resamples(groups, draws=draws, seed=seed)], level=level)
