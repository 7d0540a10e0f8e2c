"""The worst of many queries, foretold from the chances that a behaviour has on a few.

Jones et al. 2025, "Forecasting rare language model behaviors": the score −log(−log p) of a query on which the
behaviour has chance p has a tail whose log survival is a straight line, so the worst of a million queries can be told
from a thousand. Here the line is fitted by maximum likelihood to the excesses of the highest scores (Weissman 1978,
JASA 73), where they fit least squares to ranks: the same line, with an exact interval for its slope.

It holds if (1) the queries were drawn at random from those that will come, (2) their chances are known well, and (3)
the line goes on beyond what was seen. The first two cannot be seen in the scores. What can be seen against the third is
told in `doubts`; a forecast with doubts is not one.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from meant.core.finding import Interval
from meant.stats.distributions import beta_cdf
from meant.stats.roots import crossing

FARTHEST = 1000
"""How many times as many queries as were seen may be foretold; the paper goes no farther."""


class Forecast(NamedTuple):
    """For the worst of `queries` queries: the chance that is exceeded by one in so many."""

    chance: float
    interval: Interval
    """95 %, given the line; it carries the slope's uncertainty, not that of the line itself."""
    queries: int
    doubts: tuple[str, ...]
    """What speaks against the assumptions; empty where nothing that can be seen does."""


def forecast_worst(chances: Sequence[float], *, queries: int, top: int = 20) -> Forecast:
    """The chance of the behaviour on the worst of `queries` queries, from its chances on queries drawn alike.

    Fitted to the `top` highest. Raises ValueError where there are not twice as many chances as that, or `queries` is
    not more than the chances, or one of the highest chances is 0 or 1 and so has no score.
    """
    if top < 4 or len(chances) < 2 * top or queries <= len(chances):
        raise ValueError(f"needs top >= 4, chances >= 2 top, queries > chances: {top}, {len(chances)}, {queries}")
    highest = sorted(chances, reverse=True)[: top + 1]
    if highest[-1] <= 0 or highest[0] >= 1:
        raise ValueError(f"the highest chances must be within 0 and 1: {highest[-1]} to {highest[0]}")
    scores = [-math.log(-math.log(p)) for p in highest]
    spacings = [rank * (scores[rank - 1] - scores[rank]) for rank in range(1, top + 1)]
    mean = math.fsum(spacings) / top
    farther = math.log(queries * top / len(chances))
    low, high = (scores[-1] + mean * times * farther for times in (top / _gamma(top, 0.975), top / _gamma(top, 0.025)))
    doubts = tuple(_doubts(spacings, queries / len(chances)))
    return Forecast(_chance(scores[-1] + mean * farther), Interval(_chance(low), _chance(high)), queries, doubts)


def _chance(score: float) -> float:
    return math.exp(-math.exp(-score))


def _gamma(shape: int, p: float) -> float:
    """The quantile of a gamma distribution of whole shape and scale 1, by its Poisson sum."""

    def short(x: float) -> float:
        return 1 - math.fsum(math.exp(i * math.log(x) - x - math.lgamma(i + 1)) for i in range(shape)) - p

    return crossing(short, 1e-9, shape + 20 * math.sqrt(shape))


def _doubts(spacings: Sequence[float], times: float) -> Sequence[str]:
    """If the line is straight, spacings times their rank are alike all along it (Rényi 1953)."""
    found = []
    if min(spacings) == 0:
        found.append("ties among the highest chances: they are rounded, or capped")
    if (p := _bent(spacings)) < 0.05:
        found.append(f"the tail is not a straight line: its upper and lower half differ in slope (p = {p:.3f})")
    if times > FARTHEST:
        found.append(f"{times:.0f} times as many queries as were seen; beyond {FARTHEST} nobody has tried")
    return found


def _bent(spacings: Sequence[float]) -> float:
    """Two-sided p of one slope in both halves: the share of the upper half is a beta variable."""
    half = len(spacings) // 2
    whole = math.fsum(spacings)
    share = math.fsum(spacings[:half]) / whole if whole else 0.5
    below = beta_cdf(share, half, len(spacings) - half)
    return 2 * min(below, 1 - below)
