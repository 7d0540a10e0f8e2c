"""Several answers to one case: at least one right, all right. Repeats are not cases, and are never counted as such.

Each function gives one number a case; their mean over cases, with an interval, is `rate(numbers, families)`.
"""

import math


def pass_at_k(n: int, right: int, *, k: int) -> float:
    """The chance that at least one of k answers is right, unbiased, from n of which `right` are (Chen et al. 2021).

    Raises ValueError where n is less than k: repeats that were not made cannot be guessed.
    """
    _check(n, right, k)
    return 1 - math.comb(n - right, k) / math.comb(n, k)


def pass_hat_k(n: int, right: int, *, k: int) -> float:
    """The chance that all of k answers are right, unbiased, likewise (Yao et al. 2024, tau-bench)."""
    _check(n, right, k)
    return math.comb(right, k) / math.comb(n, k)


def _check(n: int, right: int, k: int) -> None:
    if not 0 <= right <= n or not 1 <= k <= n:
        raise ValueError(f"needs 0 <= right <= n and 1 <= k <= n: right={right}, n={n}, k={k}")
