"""Two shares measured on different cases. On the same cases the paired comparison sees far more: use it."""

import math

from meant.core.finding import Interval
from meant.stats.distributions import NORMAL, two_sided_z
from meant.stats.intervals import wilson


def unpaired_p(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Two-sided p of the pooled z test on two (k, n); 1 where nothing or everything was hit."""
    (k1, n1), (k2, n2) = first, second
    pooled = (k1 + k2) / (n1 + n2)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return 2 * NORMAL.cdf(-abs(k1 / n1 - k2 / n2) / spread) if spread else 1.0


def unpaired_difference(first: tuple[float, float], second: tuple[float, float], *, level: float = 0.95) -> Interval:
    """Interval of the first share minus the second: Newcombe 1998 (Stat. Med. 17:873), method 10, for two (k, n).

    Both may be effective sizes, which are not whole.
    """
    (k1, n1), (k2, n2) = first, second
    p1, p2, z = k1 / n1, k2 / n2, two_sided_z(level)
    (l1, u1), (l2, u2) = wilson(k1, n1, z=z), wilson(k2, n2, z=z)
    return Interval(p1 - p2 - math.hypot(p1 - l1, u2 - p2), p1 - p2 + math.hypot(u1 - p1, p2 - l2))
