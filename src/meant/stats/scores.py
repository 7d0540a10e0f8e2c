"""Two systems' scores on the same cases: the mean difference, its interval, its p value, with families kept whole.

For scores of any range. Shares right have a test of their own, which holds for few cases too: `noninferiority`.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from meant.core.finding import Interval
from meant.stats.families import Family, grouped, mean_of, resampled
from meant.stats.resampling import generator

ALL_FLIPS = 12
"""Families up to which every way to turn signs is tried."""


class Shift(NamedTuple):
    """A difference of mean scores, first minus second."""

    value: float
    interval: Interval
    """95 %, percentile bootstrap over families."""
    p: float
    """Two-sided, by turning the signs of families."""
    n: int
    families: int


def score_shift(
    first: Sequence[float], second: Sequence[float], clusters: Sequence[str], *, draws: int = 2000, seed: int = 0
) -> Shift:
    """Compare scores case by case. Raises ValueError without cases.

    The interval needs some 20 families; the p value is exact for any number, if neither system is better than the
    other on any kind of family (Fisher 1935), and right for many families if they are level on average.
    """
    groups = grouped([a - b for a, b in zip(first, second, strict=True)], clusters)
    if not groups:
        raise ValueError("needs cases")
    interval = resampled(groups, draws=draws, seed=seed)
    return Shift(mean_of(groups), interval, sign_flip_p(groups, draws=draws, seed=seed), len(first), len(groups))


def sign_flip_p(groups: Sequence[Family], *, draws: int, seed: int) -> float:
    """Two-sided p of sums as far from 0, were each family's sign a coin: all flips up to 12 families, else `draws`.

    Drawn flips count what was seen as one of them, so that p is never 0 (Phipson & Smyth 2010).
    """
    totals = [g.total for g in groups if g.total]
    seen = abs(math.fsum(totals)) * (1 - 1e-12)
    if len(totals) <= ALL_FLIPS:
        sums = [0.0]
        for total in totals:
            sums = [s + sign * total for s in sums for sign in (-1, 1)]
        return sum(abs(s) >= seen for s in sums) / len(sums)
    rng, whole = generator(seed), math.fsum(totals)
    drawn = (abs(whole - 2 * _turned(totals, rng.getrandbits(len(totals)))) for _ in range(draws))
    return (1 + sum(s >= seen for s in drawn)) / (draws + 1)


def _turned(totals: Sequence[float], bits: int) -> float:
    """The sum of those totals whose bit is set."""
    return sum(total for at, total in enumerate(totals) if bits >> at & 1)
