"""How many cases a question needs, and what a number of cases can see: paired, unpaired, and a single rate.

Normal-theory formulas, each with its source. `alpha` is one-sided throughout, as in the gate; a two-sided test at 5 %
is `alpha=0.025`. `design_effect` is what families cost: 1 for cases on their own.
"""

import math
from typing import NamedTuple

from meant.stats.distributions import NORMAL
from meant.stats.intervals import binomial


class Assumed(NamedTuple):
    """What is assumed of two systems on the same cases."""

    discordance: float
    """Share of cases that only one of the two gets right."""
    difference: float
    """Candidate's share right minus baseline's; 0 where the candidate is as good."""
    margin: float = 0.0
    """The loss that is to be ruled out; 0 asks whether there is a difference at all."""

    def spreads(self) -> tuple[float, float, float]:
        """Distance from the null hypothesis, and the standard deviation of one pair under it and in truth."""
        if not 0 <= abs(self.difference) <= self.discordance <= 1 or not 0 <= self.margin <= self.discordance:
            raise ValueError(f"difference and margin cannot exceed the discordance, and that not 1: {self}")
        away = self.difference + self.margin if self.margin else abs(self.difference)
        null, truth = self.discordance - self.margin**2, self.discordance - self.difference**2
        return away, math.sqrt(null), math.sqrt(truth)


def paired_power(pairs: float, assumed: Assumed, *, alpha: float, design_effect: float = 1.0) -> float:
    """The chance that `pairs` pairs reject a loss of the margin, or where there is none, "no difference".

    Connor 1987 (Biometrics 43) for a difference, Nam 1997 (Biometrics 53) for a margin.
    """
    away, null, truth = assumed.spreads()
    if truth == 0:
        return float(away * math.sqrt(pairs / design_effect) > NORMAL.inv_cdf(1 - alpha) * null)
    return NORMAL.cdf((away * math.sqrt(pairs / design_effect) - NORMAL.inv_cdf(1 - alpha) * null) / truth)


def pairs_needed(assumed: Assumed, *, alpha: float, power: float, design_effect: float = 1.0) -> float:
    """How many pairs give that power; infinite where the truth lies at or beyond the margin. Same sources."""
    away, null, truth = assumed.spreads()
    if away <= 0:
        return math.inf
    return design_effect * ((NORMAL.inv_cdf(1 - alpha) * null + NORMAL.inv_cdf(power) * truth) / away) ** 2


def unpaired_power(first: float, second: float, cases: float, *, alpha: float, design_effect: float = 1.0) -> float:
    """The chance that the pooled z test tells two shares apart, each on `cases` of its own (Fleiss 1981, 3)."""
    null, truth = _unpaired_spreads(first, second)
    away = abs(first - second) * math.sqrt(cases / design_effect)
    return NORMAL.cdf((away - NORMAL.inv_cdf(1 - alpha) * null) / truth)


def cases_needed_each(first: float, second: float, *, alpha: float, power: float, design_effect: float = 1.0) -> float:
    """How many cases a side give that power; infinite where the shares are equal. Same source."""
    if first == second:
        return math.inf
    null, truth = _unpaired_spreads(first, second)
    return design_effect * ((NORMAL.inv_cdf(1 - alpha) * null + NORMAL.inv_cdf(power) * truth) / (first - second)) ** 2


def _unpaired_spreads(first: float, second: float) -> tuple[float, float]:
    if not (0 < first < 1 and 0 < second < 1):
        raise ValueError(f"shares must be within 0 and 1: {first}, {second}")
    middle = (first + second) / 2
    return math.sqrt(2 * middle * (1 - middle)), math.sqrt(first * (1 - first) + second * (1 - second))


def cases_for_half_width(share: float, half_width: float, *, level: float = 0.95, design_effect: float = 1.0) -> int:
    """The fewest cases with which `binomial` is at most twice `half_width` wide."""
    if not 0 < half_width < 0.5 or not 0 <= share <= 1:
        raise ValueError(f"half_width must be in (0, 0.5) and share in [0, 1]: {half_width}, {share}")

    def wide(cases: int) -> bool:
        low, high = binomial(share * cases, cases, level=level)
        return (high - low) / 2 > half_width

    many = 1
    while wide(many):
        many *= 2
    few = many // 2
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (middle, many) if wide(middle) else (few, middle)
    return math.ceil(many * design_effect)
