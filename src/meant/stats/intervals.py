"""Intervals for rates, weighted sums of rates, and quantiles. 95 % unless said.

Each function names its source. All take counts or plain numbers and know nothing of systems and cases.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from meant.core.finding import Interval
from meant.stats.binomial import mid_p
from meant.stats.distributions import two_sided_z
from meant.stats.families import Family, cautious, grouped, mean_of, variance_of_mean

Z95 = two_sided_z(0.95)


class Rate(NamedTuple):
    """A share and its interval; `value` is None for n = 0, and the interval is then [0, 1]."""

    value: float | None
    interval: Interval
    n: int


def wilson(k: float, n: float, *, z: float = Z95) -> Interval:
    """Score interval for k of n (Wilson 1927, JASA 22). `n` may be an effective size. (0, 1) when n is 0."""
    if not 0 <= k <= n:
        raise ValueError(f"k must be within 0 and n: k={k}, n={n}")
    if n == 0:
        return Interval(0.0, 1.0)
    p, grown = k / n, 1 + z * z / n
    middle = (p + z * z / (2 * n)) / grown
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / grown
    return Interval(0.0 if k == 0 else max(0.0, middle - half), 1.0 if k == n else min(1.0, middle + half))


def binomial(k: float, n: float, *, level: float = 0.95) -> Interval:
    """The wider of Wilson and mid-P at each end: covers its level or nearly, near 0 and 1 too (ADR 0006).

    Where k is small Wilson's lower end is too high and mid-P's upper end too low, and mirrored where it is large; each
    mends the other. `n` may be an effective size.
    """
    score, exact = wilson(k, n, z=two_sided_z(level)), mid_p(k, n, level=level)
    return Interval(min(score.low, exact.low), max(score.high, exact.high))


def rate(hits: Sequence[float], clusters: Sequence[str], *, level: float = 0.95) -> Rate:
    """Mean of `hits`, each in [0, 1] and most often 0 or 1, with `binomial` on the effective sample size.

    The effective size is n over the design effect of the ratio estimator (Kish 1965; so used by Korn & Graubard 1998
    and Franco et al. 2019), which is drawn towards families of copies by one family's weight (`families.cautious`).
    Where all hits are equal, each family counts as one.
    """
    if not hits:
        return Rate(None, Interval(0.0, 1.0), 0)
    if not all(0 <= hit <= 1 for hit in hits):
        raise ValueError(f"hits must be within 0 and 1: {min(hits)} to {max(hits)}")
    n, total, size = len(hits), math.fsum(hits), effective_size(hits, clusters)
    return Rate(total / n, binomial(min(size, total * size / n), size, level=level), n)


def effective_size(hits: Sequence[float], clusters: Sequence[str]) -> float:
    """How many independent yes-or-no items would say as much about the mean of `hits`.

    At most their number, but for hits that are means of repeats and so vary less than yes and no would.
    """
    groups, n = grouped(hits, clusters), len(hits)
    p = min(1.0, mean_of(groups))
    plain = p * (1 - p)
    if plain <= 0:
        return len(groups)
    whole = all(hit in {0, 1} for hit in hits)
    spread = 1.0 if whole else (math.fsum((hit - p) ** 2 for hit in hits) / plain + 1) / (n + 1)
    if len(groups) == n:
        return n / spread
    effect = variance_of_mean(groups) * n / (plain * spread) if len(groups) > 1 else 1.0
    return n / spread / cautious(effect, groups, informative=_informative(groups), doubt=1)


def _informative(groups: Sequence[Family]) -> int:
    """Families that hold a hit, or those that hold a miss, whichever are fewer; of a single family, none."""
    if len(groups) == 1:
        return 0
    return min(sum(g.total > 0 for g in groups), sum(g.total < g.size for g in groups))


def weighted_mean(parts: Sequence[tuple[float, float, Interval]]) -> tuple[float, Interval]:
    """Mean of (weight, value, interval) parts measured apart; limits recovered as in Zou & Donner 2008 (MOVER)."""
    total = sum(weight for weight, _, _ in parts)
    if total <= 0:
        raise ValueError("weights must add up to more than 0")
    value = sum(w * v for w, v, _ in parts) / total
    down = math.sqrt(sum((w / total * (v - i.low)) ** 2 for w, v, i in parts))
    up = math.sqrt(sum((w / total * (i.high - v)) ** 2 for w, v, i in parts))
    return value, Interval(value - down, value + up)


def quantile(values: Sequence[float], q: float, *, clusters: int | None = None) -> tuple[float, Interval]:
    """The q-quantile (nearest rank) and its distribution-free interval between order statistics (Conover 1999, 3.2).

    Where several values are of one cluster, `clusters` says how many there are: the interval is then as wide as if
    values of one were the same, which is the widest that it can have to be for clusters of one size.
    Raises ValueError when there are no values or q is not in (0, 1).
    """
    if not values or not 0 < q < 1:
        raise ValueError(f"needs values and q in (0, 1): {len(values)} values, q={q}")
    ordered, n = sorted(values), len(values)
    half = Z95 * math.sqrt(n * q * (1 - q)) * math.sqrt(n / (clusters or n))

    def at(rank: float) -> float:
        return ordered[min(n, max(1, math.ceil(rank))) - 1]

    return at(n * q), Interval(at(n * q - half), at(n * q + half))


def mean(values: Sequence[float]) -> tuple[float, Interval]:
    """The mean and its normal-theory interval. Raises ValueError when there are no values."""
    if not values:
        raise ValueError("needs values")
    n = len(values)
    middle = math.fsum(values) / n
    spread = math.sqrt(math.fsum((v - middle) ** 2 for v in values) / (n - 1)) if n > 1 else 0.0
    half = Z95 * spread / math.sqrt(n)
    return middle, Interval(middle - half, middle + half)
