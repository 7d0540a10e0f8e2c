"""Two systems on one axis: how far apart, and which words the data allow, "better" or "not worse by the margin".

Shares right go through the gate's own test (ADR 0007), unscored cases at their worst. Amounts, as seconds and US
dollars, are compared by the sign-flip test and the bootstrap over families (`stats.scores`); their margin is a part of
what the other system takes.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from meant.choose.sheets import Sheet
from meant.core.finding import Interval
from meant.stats.families import Family, grouped, mean_of
from meant.stats.noninferiority import non_inferiority
from meant.stats.resampling import middle_of, resamples
from meant.stats.scores import sign_flip_p

DRAWS = 1000
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
    if not pairs:
        return None
    named = [f for *_, f in pairs]
    groups = grouped([a - b for a, b, _ in pairs], named)
    difference, grown = mean_of(groups), 1 + limits.amount
    if len(groups) < LEAST_FAMILIES:
        return Told(difference, Interval(-math.inf, math.inf), 1.0, 1.0, 1.0, 1.0, len(pairs))
    both = sign_flip_p(groups, draws=DRAWS, seed=0) / 2
    drawn = _drawn(
        list(zip(grouped([a for a, *_ in pairs], named), grouped([b for _, b, _ in pairs], named), strict=True))
    )
    return Told(
        difference=difference,
        interval=middle_of([(a - b) / size for a, b, size in drawn], level=1 - 2 * limits.alpha),
        p_better=both if difference > 0 else 1 - both,
        p_worse=both if difference < 0 else 1 - both,
        p_not_worse=_chance(a - grown * b <= 0 for a, b, _ in drawn),
        p_not_better=_chance(b - grown * a <= 0 for a, b, _ in drawn),
        n=len(pairs),
    )


def _drawn(families: Sequence[tuple[Family, Family]]) -> list[tuple[float, float, int]]:
    """Families drawn anew: both systems' sums, and the cases."""
    return [
        (sum(a.total for a, _ in picked), sum(b.total for _, b in picked), sum(a.size for a, _ in picked))
        for picked in resamples(families, draws=DRAWS, seed=0)
    ]


def _chance(seen: Iterable[bool]) -> float:
    """One-sided bootstrap p: the share of draws, what was seen counted as one (Davison & Hinkley 1997, 4.2)."""
    return (1 + sum(seen)) / (DRAWS + 1)
