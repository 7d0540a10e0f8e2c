"""Intervals for rates, differences of paired rates, weighted sums of rates, and quantiles. 95 % unless said.

Each function names its source. All take counts or plain numbers and know nothing of systems and cases.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

from meant.core.finding import Interval

Z95 = NormalDist().inv_cdf(0.975)


class Rate(NamedTuple):
    """A share and its interval; `value` is None for n = 0, and the interval is then [0, 1]."""

    value: float | None
    interval: Interval
    n: int


class Difference(NamedTuple):
    """A difference of two shares on the same cases, first minus second."""

    value: float
    interval: Interval
    p: float
    """Two-sided p value of the exact McNemar test."""
    n: int
    """Pairs."""


class Paired(NamedTuple):
    """Counts of a paired two-by-two table: what two systems (or two sides) did on the same items."""

    both: int
    first_only: int
    second_only: int
    neither: int


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


def rate(hits: Sequence[bool], clusters: Sequence[str]) -> Rate:
    """Share of `hits`, with a Wilson interval on the effective sample size when items share clusters.

    The effective size is n over the design effect of the ratio estimator (Kish 1965; used with Wilson's interval
    by Franco et al. 2019, J. Survey Stat. Methodol. 7), never above n. Where all hits are equal the variance says
    nothing, and each cluster counts as one.
    """
    if len(hits) != len(clusters):
        raise ValueError(f"{len(hits)} hits and {len(clusters)} clusters")
    n, k = len(hits), sum(hits)
    if n == 0:
        return Rate(None, Interval(0.0, 1.0), 0)
    groups: dict[str, list[bool]] = {}
    for hit, cluster in zip(hits, clusters, strict=True):
        groups.setdefault(cluster, []).append(hit)
    p = k / n
    size = min(n, _effective_size(list(groups.values()), p))
    return Rate(p, wilson(p * size, size), n)


def _effective_size(groups: list[list[bool]], p: float) -> float:
    n, m = sum(map(len, groups)), len(groups)
    if m == n:
        return n
    if p in (0, 1) or m == 1:
        return m
    spread = sum((sum(g) - p * len(g)) ** 2 for g in groups) * m / (m - 1) / n**2
    return p * (1 - p) / spread if spread else n


def paired_difference(table: Paired) -> Difference:
    """First share minus second, on the same items: Newcombe 1998 (Stat. Med. 17:2635), method 10; exact McNemar p."""
    a, b, c, d = table
    n = a + b + c + d
    value = (b - c) / n if n else 0.0
    return Difference(value, newcombe(table), mcnemar_p(b, c), n)


def newcombe(table: tuple[float, float, float, float]) -> Interval:
    """Of the first share minus the second, method 10 as above; (-1, 1) for no pairs.

    The counts are those of `Paired`, and may be effective ones, which are not whole.
    """
    a, b, c, d = table
    n = a + b + c + d
    if n == 0:
        return Interval(-1.0, 1.0)
    p1, p2, phi = (a + b) / n, (a + c) / n, _phi(table)
    (l1, u1), (l2, u2) = wilson(min(a + b, n), n), wilson(min(a + c, n), n)
    down = math.sqrt(max(0.0, (p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2))
    up = math.sqrt(max(0.0, (u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2))
    return Interval(max(-1.0, p1 - p2 - down), min(1.0, p1 - p2 + up))


def mcnemar_p(first_only: int, second_only: int) -> float:
    """Two-sided exact McNemar p: the discordant pairs against a fair coin."""
    n, k = first_only + second_only, min(first_only, second_only)
    tail: float = sum(math.comb(n, i) for i in range(k + 1)) / (1 << n)
    return min(1.0, 2 * tail)


def _phi(table: tuple[float, float, float, float]) -> float:
    """Correlation of the two sides, continuity-corrected as in Newcombe's method 10."""
    a, b, c, d = table
    margins = math.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    cross = float(a * d - b * c)
    if cross > 0:
        cross = max(cross - (a + b + c + d) / 2, 0.0)
    return cross / margins if margins else 0.0


def weighted_mean(parts: Sequence[tuple[float, float, Interval]]) -> tuple[float, Interval]:
    """Mean of (weight, value, interval) parts measured apart; limits recovered as in Zou & Donner 2008 (MOVER)."""
    total = sum(weight for weight, _, _ in parts)
    if total <= 0:
        raise ValueError("weights must add up to more than 0")
    value = sum(w * v for w, v, _ in parts) / total
    down = math.sqrt(sum((w / total * (v - i.low)) ** 2 for w, v, i in parts))
    up = math.sqrt(sum((w / total * (i.high - v)) ** 2 for w, v, i in parts))
    return value, Interval(value - down, value + up)


def quantile(values: Sequence[float], q: float) -> tuple[float, Interval]:
    """The q-quantile (nearest rank) and its distribution-free interval between order statistics (Conover 1999, 3.2).

    Raises ValueError when there are no values or q is not in (0, 1).
    """
    if not values or not 0 < q < 1:
        raise ValueError(f"needs values and q in (0, 1): {len(values)} values, q={q}")
    ordered, n = sorted(values), len(values)
    half = Z95 * math.sqrt(n * q * (1 - q))

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
