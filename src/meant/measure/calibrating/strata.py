"""Differences in what a judge passes, between two kinds of replies that people label alike.

Its rule: only replies with one expectation and one label are set against each other, since what is labelled fail is
passed less, and what a right reply looks like hangs on what is expected. The differences of these strata are averaged
with the weights of Cochran (1954) and of Mantel and Haenszel (1959), n1 n2 / (n1 + n2).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from meant.core.finding import Finding, Interval
from meant.measure.calibrating.rated import Rated
from meant.stats.intervals import effective_size, weighted_mean
from meant.stats.unpaired import unpaired_difference

LEAST = 5
"""Replies with a verdict that each of two kinds must have in a stratum."""
METHOD = (
    "share passed, difference at one expectation and one label; Newcombe 1998 unpaired, method 10, on effective sizes, "
    "weights of Cochran and of Mantel and Haenszel, MOVER 95 %"
)

Kinds = tuple[Sequence[Rated], Sequence[Rated]]


class _Stratum(NamedTuple):
    label: str
    weight: float
    value: float
    interval: Interval
    n: int


def differences(metric: str, rated: Sequence[Rated], kinds: Callable[[Sequence[Rated]], Kinds]) -> Iterator[Finding]:
    """Share passed of the first kind minus the second's, at one label: over both, and for each.

    `kinds` divides the replies of one stratum, and may leave some out. Nothing where no stratum has enough of both.
    """
    groups: defaultdict[tuple[str, str], list[Rated]] = defaultdict(list)
    for r in rated:
        if r.decided:
            groups[r.item.case.expect, r.label].append(r)
    found = [_stratum(label, *kinds(mine)) for (_, label), mine in sorted(groups.items())]
    strata = [s for s in found if s is not None]
    if strata:
        yield _mean(metric, strata, {})
    labels = sorted({s.label for s in strata})
    for label in labels:
        yield _mean(metric, [s for s in strata if s.label == label], {"label": label})


def _stratum(label: str, first: Sequence[Rated], second: Sequence[Rated]) -> _Stratum | None:
    n, m = len(first), len(second)
    if min(n, m) < LEAST:
        return None
    passed = _passed(first), _passed(second)
    value = sum(r.passed for r in first) / n - sum(r.passed for r in second) / m
    return _Stratum(label, n * m / (n + m), value, unpaired_difference(*passed), n + m)


def _passed(rated: Sequence[Rated]) -> tuple[float, float]:
    """Passed, and of how many, both on the effective size."""
    hits = [float(r.passed) for r in rated]
    size = effective_size(hits, [r.family for r in rated])
    return min(size, sum(hits) * size / len(hits)), size


def _mean(metric: str, strata: Sequence[_Stratum], part: Mapping[str, str]) -> Finding:
    value, interval = weighted_mean([(s.weight, s.value, s.interval) for s in strata])
    n = sum(s.n for s in strata)
    return Finding(metric=metric, value=value, interval=interval, n=n, unscored=0, method=METHOD, slice=part)
