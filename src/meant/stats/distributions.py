"""The distributions under the intervals and tests: beta, Student's t, binomial. Standard library alone, to about 1e-12.

scipy would give the same and cost every command that prints a rate half a second of imports; the tests hold each
function to it.
"""

import math
from statistics import NormalDist

from meant.stats.roots import climbing

NORMAL = NormalDist()


def two_sided_z(level: float) -> float:
    """The normal quantile of a two-sided interval: 1.96 at 0.95. Raises ValueError where level is not in (0, 1)."""
    if not 0 < level < 1:
        raise ValueError(f"level must be in (0, 1), not {level}")
    return NORMAL.inv_cdf((1 + level) / 2)


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), for a, b > 0 (DLMF 8.17.22, by Lentz's method)."""
    if not (a > 0 and b > 0):
        raise ValueError(f"a and b must be above 0: a={a}, b={b}")
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta(a, b))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1 - x, b, a) / b


def beta_density(x: float, a: float, b: float) -> float:
    """The slope of beta_cdf, within (0, 1)."""
    return math.exp((a - 1) * math.log(x) + (b - 1) * math.log1p(-x) - log_beta(a, b))


def log_beta(a: float, b: float) -> float:
    """The logarithm of the beta function."""
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of I_x(a, b); converges in some sqrt(max(a, b)) steps for x below the mean."""
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    value = d
    for m in range(1, 100_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + even * d) or tiny)
        c = (1 + even / c) or tiny
        value *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / ((1 + odd * d) or tiny)
        c = (1 + odd / c) or tiny
        value *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return value


def beta_quantile(p: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = p."""
    if not 0 <= p <= 1:
        raise ValueError(f"p must be in [0, 1], not {p}")
    if p in {0, 1}:
        return float(p)
    return climbing(lambda x: beta_cdf(x, a, b) - p, lambda x: beta_density(x, a, b), start=a / (a + b))


def t_cdf(t: float, df: float) -> float:
    """Student's t, df > 0; `math.inf` is the normal distribution."""
    if math.isinf(df):
        return NORMAL.cdf(t)
    if t * t < df / 100:  # near 0 the other tail of the beta keeps the digits
        return 0.5 + math.copysign(beta_cdf(t * t / (df + t * t), 0.5, df / 2) / 2, t)
    upper = beta_cdf(df / (df + t * t), df / 2, 0.5) / 2
    return 1 - upper if t > 0 else upper


def t_quantile(p: float, df: float) -> float:
    """The t with t_cdf(t, df) = p, for p in (0, 1)."""
    if math.isinf(df):
        return NORMAL.inv_cdf(p)
    tail = min(p, 1 - p)
    if tail < 0.25:
        x = beta_quantile(2 * tail, df / 2, 0.5)
        ratio = (1 - x) / x
    else:
        y = beta_quantile(1 - 2 * tail, 0.5, df / 2)
        ratio = y / (1 - y)
    return math.copysign(math.sqrt(df * ratio), p - 0.5)


def binomial_tail(k: int, n: int, p: float) -> float:
    """The chance of k or more of n."""
    if k <= 0 or k > n:
        return 1.0 if k <= 0 else 0.0
    return beta_cdf(p, k, n - k + 1)


def binomial_point(k: float, n: float, p: float) -> float:
    """The chance of just k of n; k and n need not be whole, as in effective sizes."""
    if p <= 0 or p >= 1:
        return float(k == n * round(p))
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(ways + k * math.log(p) + (n - k) * math.log1p(-p))
