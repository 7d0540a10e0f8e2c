"""A rate corrected by a judge's sensitivity and specificity that were measured elsewhere.

It rests on those two being the same here as there, which no data at hand can show: a judge that is right on one
system's replies may be wrong on another's. With labels on these very items, `correction` needs no such belief.
"""

import math
from typing import NamedTuple

from meant.core.finding import Interval
from meant.stats.binomial import jeffreys


class Counted(NamedTuple):
    """`k` of `n`, where n may be an effective size."""

    k: float
    n: float


def rogan_gladen(
    verdicts: Counted, *, sensitivity: Counted, specificity: Counted, level: float = 0.95
) -> tuple[float | None, Interval]:
    """The rate behind the judge's rate (Rogan & Gladen 1978, Am. J. Epidemiol. 107) and an interval.

    The interval carries the uncertainty of all three: the rates t for which verdicts − t · sensitivity − (1 − t) ·
    false alarms may be 0, its limits recovered from Jeffreys' of each (MOVER, as Donner & Zou 2012 for ratios). None
    and (0, 1) where the judge may be no better than a coin. Lang & Reiczigel's (2014) covers as well and is wider.
    """
    if min(verdicts.n, sensitivity.n, specificity.n) <= 0:
        raise ValueError(f"needs verdicts and a calibration of both kinds: {verdicts}, {sensitivity}, {specificity}")
    parts = (verdicts, sensitivity, Counted(specificity.n - specificity.k, specificity.n))
    p, hit, alarm = (part.k / part.n for part in parts)
    (p_low, p_high), (hit_low, hit_high), (alarm_low, alarm_high) = (jeffreys(*part, level=level) for part in parts)
    low = _end(p - alarm, hit - alarm, (p - p_low, hit_high - hit, alarm_high - alarm), -1)
    high = _end(p - alarm, hit - alarm, (p_high - p, hit - hit_low, alarm - alarm_low), 1)
    if hit <= alarm or low is None or high is None:
        return None, Interval(0.0, 1.0)
    return _within((p - alarm) / (hit - alarm)), Interval(_within(low), _within(high))


def _end(above: float, told: float, reach: tuple[float, float, float], side: int) -> float | None:
    """The outer t with (above − t · told)² = reach of verdicts² + (t · of hits)² + ((1 − t) · of alarms)²."""
    r, s, f = reach
    a, b, c = told**2 - s**2 - f**2, above * told - f**2, above**2 - r**2 - f**2
    if a <= 0:
        return None
    return (b + side * math.sqrt(max(0.0, b * b - a * c))) / a


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))
