"""One paired difference, as every figure and every comparison takes it: the gate's test, from either side.

Families are clusters, and a case counts once, whatever its repeats (`stats/evidence.py`, ADR 0007).
"""

from collections.abc import Sequence
from typing import NamedTuple

from meant.core.finding import Interval
from meant.stats.evidence import evidence

METHOD = "Tango 1998 by its exact chance, 95 %, families as clusters"
_TAIL = 0.025


class Difference(NamedTuple):
    """Of shares on the same cases, second minus first."""

    value: float | None
    """None without pairs, as is the interval."""
    interval: Interval | None
    p: float
    """Two-sided, of "no difference"; 1 without pairs."""


def difference(differences: Sequence[float], families: Sequence[str]) -> Difference:
    """The mean of differences, each in [−1, 1] and one a case. Raises ValueError for others."""
    if not differences:
        return Difference(None, None, 1.0)
    seen = evidence(differences, families)
    value = sum(differences) / len(differences)
    p = min(1.0, 2 * min(seen.p_above(0.0), seen.p_below(0.0)))
    return Difference(value, Interval(seen.low(_TAIL), seen.high(_TAIL)), p)
