"""McNemar's exact test of two systems on the same cases, each right or wrong, none related to another (1947)."""

import math


def mcnemar_p(first_only: int, second_only: int) -> float:
    """Two-sided: the cases that only one of the two gets right, against a fair coin; 1 without any.

    Conditional, and so a little cautious. The gate's test (`evidence`) is sharper and takes families and repeats.
    """
    if min(first_only, second_only) < 0:
        raise ValueError(f"counts must not be negative: {first_only}, {second_only}")
    n, k = first_only + second_only, min(first_only, second_only)
    tail: float = sum(math.comb(n, i) for i in range(k + 1)) / (1 << n)
    return min(1.0, 2 * tail)
