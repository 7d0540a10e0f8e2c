"""A mean of scores from a few labels by people and many predictions of a judge: prediction-powered inference.

Angelopoulos, Duchi & Zrnic 2023 (PPI++), section 6, with the tuning that their package `ppi-python` uses. Its interval
is a normal one: with fewer than some 100 labels, or shares near 0 or 1, it covers too rarely; for a yes-or-no judge
`correction` holds where this fails.
"""

import math
from collections.abc import Sequence
from statistics import fmean, pvariance, variance
from typing import NamedTuple

from meant.core.finding import Interval
from meant.stats.distributions import two_sided_z


class Powered(NamedTuple):
    """A prediction-powered mean."""

    value: float
    interval: Interval
    weight: float
    """How far the predictions are trusted, 0 to 1: at 0 the mean of the labels alone."""


def ppi_mean(
    labels: Sequence[float],
    predictions: Sequence[float | None],
    unlabelled: Sequence[float | None],
    *,
    level: float = 0.95,
    weight: float | None = None,
) -> Powered:
    """People's mean score over all items.

    `predictions` are those for the labelled items, in the labels' order, `unlabelled` those for the others. None, no
    verdict, becomes the mean prediction: any prediction keeps the estimate unbiased. `weight` None tunes it.
    """
    if len(labels) != len(predictions) or len(labels) < 2 or len(unlabelled) < 2:
        raise ValueError(f"{len(labels)} labels, {len(predictions)} predictions for them, {len(unlabelled)} for others")
    known = [p for p in (*predictions, *unlabelled) if p is not None]
    middle = fmean(known) if known else 0.0
    mine, others = ([middle if p is None else p for p in side] for side in (predictions, unlabelled))
    trust = _weight(labels, mine, others) if weight is None else weight
    rest = [y - trust * p for y, p in zip(labels, mine, strict=True)]
    value = trust * fmean(others) + fmean(rest)
    half = two_sided_z(level) * math.sqrt(trust**2 * pvariance(others) / len(others) + pvariance(rest) / len(rest))
    return Powered(value, Interval(value - half, value + half), trust)


def _weight(labels: Sequence[float], mine: Sequence[float], others: Sequence[float]) -> float:
    """The weight of least variance (PPI++, eq. 7), within 0 and 1."""
    spread = variance([*mine, *others])
    if spread == 0:
        return 0.0
    y, p, n = fmean(labels), fmean(mine), len(labels)
    together = math.fsum((a - y) * (b - p) for a, b in zip(labels, mine, strict=True)) / n
    return min(1.0, max(0.0, together / ((1 + n / len(others)) * spread)))
