"""Intervals for one binomial share, k of n, by what each promises.

Clopper-Pearson never covers less than its level and often more; mid-P and Jeffreys cover their level on average and
dip below it; `mid_p` and `jeffreys` take effective sizes, where k and n need not be whole. The interval to show is
`meant.stats.intervals.binomial`; these are what it and others are made of.
"""

import math

from meant.core.finding import Interval
from meant.stats.distributions import NORMAL, beta_cdf, beta_quantile, binomial_point
from meant.stats.roots import climbing


def clopper_pearson(k: int, n: int, *, level: float = 0.95) -> Interval:
    """The exact interval (Clopper & Pearson 1934, Biometrika 26): covers at least `level`, whatever the share."""
    tail = _checked(k, n, level)
    low = beta_quantile(tail, k, n - k + 1) if k else 0.0
    high = beta_quantile(1 - tail, k + 1, n - k) if k < n else 1.0
    return Interval(low, high)


def jeffreys(k: float, n: float, *, level: float = 0.95) -> Interval:
    """Quantiles of Beta(k + ½, n − k + ½), an end being 0 or 1 where k is (Brown, Cai & DasGupta 2001, 4.1.2)."""
    tail = _checked(k, n, level)
    low = beta_quantile(tail, k + 0.5, n - k + 0.5) if k > 0 else 0.0
    high = beta_quantile(1 - tail, k + 0.5, n - k + 0.5) if k < n else 1.0
    return Interval(low, high)


def mid_p(k: float, n: float, *, level: float = 0.95) -> Interval:
    """Shares for which k is in neither tail, of what is seen itself only half being counted (Lancaster 1961)."""
    tail = _checked(k, n, level)
    if n == 0:
        return Interval(0.0, 1.0)
    low = _with_tail(k, n, tail) if k > 0 else 0.0
    high = _with_tail(k, n, 1 - tail) if k < n else 1.0
    return Interval(low, high)


def _with_tail(k: float, n: float, tail: float) -> float:
    """The share at which the chance of more than k, and half that of k itself, is `tail`."""

    def excess(p: float) -> float:
        return (beta_cdf(p, k, n - k + 1) if k > 0 else 1.0) - binomial_point(k, n, p) / 2 - tail

    def slope(p: float) -> float:
        return binomial_point(k, n, p) * (k / p + (n - k) / (1 - p)) / 2

    middle = (k + 0.5) / (n + 1)
    odds = middle / (1 - middle) * math.exp(NORMAL.inv_cdf(tail) / math.sqrt(n * middle * (1 - middle)))
    return climbing(excess, slope, start=odds / (1 + odds))


def _checked(k: float, n: float, level: float) -> float:
    """What each tail may hold."""
    if not 0 <= k <= n:
        raise ValueError(f"k must be within 0 and n: k={k}, n={n}")
    if not 0 < level < 1:
        raise ValueError(f"level must be in (0, 1), not {level}")
    return (1 - level) / 2
