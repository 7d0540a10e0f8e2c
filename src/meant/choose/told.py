"""Two systems on one axis: how far apart, and which words the data allow, "better" or "not worse by the margin".

Shares right go through the gate's own test (ADR 0007), unscored cases at their worst. Amounts, as seconds and US
dollars, are compared by the sign-flip test and the bootstrap over families (`stats.scores`); their margin is a part of
what the other system takes.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from meant.choose.sheets import Sheet
from meant.core.finding import Interval
from meant.stats.families import grouped, mean_of, resampled
from meant.stats.noninferiority import non_inferiority
from meant.stats.resampling import resamples
from meant.stats.scores import sign_flip_p

LEAST_FAMILIES = 20
"""Families with which a bootstrap of amounts may be believed; with fewer nothing is said of them."""


class Limits(NamedTuple):
    """What is asked of a word. Neither risk nor margin has a default."""

    alpha: float
    """Risk of a wrong word, one at a time."""
    margin: float
    """How much lower a share right may be and still be "not worse"."""
    amount: float
    """How much more an amount may be, as a part of the other's: 0.1 is a tenth more."""


class Told(NamedTuple):
    """The first system against the second, more being better."""

    difference: float
    """First minus second, over the cases with a value on both."""
    interval: Interval
    """1 − 2 alpha."""
    p_better: float
    """One-sided p of "the first is as the second, or worse"."""
    p_worse: float
    """One-sided p of "the first is as the second, or better"."""
    p_not_worse: float
    """One-sided p of "the first is worse by the margin, or more"."""
    p_not_better: float
    """One-sided p of "the first is better by the margin, or more"."""
    n: int


def told(sheet: Sheet, first: int, second: int, limits: Limits) -> Told | None:
    """None where either is not measured on this axis."""
    if not (sheet.measured(first) and sheet.measured(second)):
        return None
    one, other = sheet.good(first), sheet.good(second)
    if sheet.axis.unit == "rate":
        return _shares(one, other, sheet.families, limits)
    return _amounts(one, other, sheet.families, limits)


def _shares(
    one: Sequence[float | None], other: Sequence[float | None], families: Sequence[str], limits: Limits
) -> Told | None:
    margin, alpha = limits.margin, limits.alpha
    ahead = non_inferiority(other, one, families, margin=margin, alpha=alpha)
    behind = non_inferiority(one, other, families, margin=margin, alpha=alpha)
    if ahead.difference is None:
        return None
    return Told(
        ahead.difference, ahead.interval, behind.p_worse, ahead.p_worse, ahead.p_margin, behind.p_margin, ahead.n
    )


def _amounts(
    one: Sequence[float | None], other: Sequence[float | None], families: Sequence[str], limits: Limits
) -> Told | None:
    """Values are negative here: more is better, and less is spent."""
    pairs = [(a, b, f) for a, b, f in zip(one, other, families, strict=True) if a is not None and b is not None]
    groups = grouped([a - b for a, b, _ in pairs], [f for *_, f in pairs])
    if not pairs:
        return None
    difference, grown = mean_of(groups), 1 + limits.amount
    if len(groups) < LEAST_FAMILIES:
        return Told(difference, Interval(-math.inf, math.inf), 1.0, 1.0, 1.0, 1.0, len(pairs))
    both = sign_flip_p(groups, draws=2000, seed=0) / 2
    return Told(
        difference=difference,
        interval=resampled(groups, draws=1000, seed=0, level=1 - 2 * limits.alpha),
        p_better=both if difference > 0 else 1 - both,
        p_worse=both if difference < 0 else 1 - both,
        p_not_worse=_beyond([(a - grown * b, f) for a, b, f in pairs]),
        p_not_better=_beyond([(b - grown * a, f) for a, b, f in pairs]),
        n=len(pairs),
    )


def _beyond(values: Sequence[tuple[float, str]]) -> float:
    """One-sided bootstrap p of "the mean is 0 or less": the share of draws there, what was seen counted as one."""
    groups = grouped([v for v, _ in values], [f for _, f in values])
    draws = 1000
    low = [mean_of(drawn) <= 0 for drawn in resamples(groups, draws=draws, seed=0)]
    return (1 + sum(low)) / (draws + 1)
