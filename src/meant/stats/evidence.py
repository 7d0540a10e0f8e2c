"""What differences of paired shares say of their mean, families and repeats allowed for: the counts behind the gate.

Families are worth as many pairs as their spread shows, cautiously; the degrees of freedom are halfway between those of
all families and those of the families that hold a difference at all, which alone tell of the spread (by simulation:
ADR 0007).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from meant.stats.discordance import Discordance
from meant.stats.families import Family, cautious, grouped, variance_of_mean
from meant.stats.power import Assumed, pairs_needed
from meant.stats.roots import crossing


class Evidence(NamedTuple):
    """What differences say after their families' say: effective counts, and the degrees of freedom behind them."""

    counts: Discordance
    df: float
    """Infinite for cases on their own without repeats; 0 where there is one family at most, which says nothing."""

    def p_above(self, null: float) -> float:
        """One-sided p of "the difference is `null` or less"."""
        return self.counts.p_above(null, df=self.df) if self.df > 0 else 1.0

    def p_below(self, null: float) -> float:
        """One-sided p of "the difference is `null` or more"."""
        return self.counts.turned().p_above(-null, df=self.df) if self.df > 0 else 1.0

    def low(self, alpha: float) -> float:
        """The lowest difference that is not rejected."""
        if self.p_above(-1.0) > alpha:
            return -1.0
        return crossing(lambda null: self.p_above(null) - alpha, -1.0, self.counts.difference, tolerance=1e-6)

    def high(self, alpha: float) -> float:
        """The highest difference that is not rejected."""
        return -Evidence(self.counts.turned(), self.df).low(alpha)

    def more(self, cases: int, *, margin: float, alpha: float) -> int | None:
        """Cases to add at the discordance seen if there is no difference; where that were enough, if it is as seen.

        None where one family at most was seen, or the power formula has no answer.
        """
        if self.df <= 0:
            return None
        pairs, seen = self.counts.pairs, self.counts.difference
        discordance = max(margin, (self.counts.gains + self.counts.losses + 0.5) / (pairs + 1))
        plans = [Assumed(discordance, 0.0, margin), Assumed(discordance, min(0.0, max(seen, -discordance)), margin)]
        needed = [pairs_needed(plan, alpha=alpha, power=0.8, design_effect=cases / pairs) for plan in plans]
        return next((math.ceil(n) - cases for n in needed if cases < n < math.inf), None)


def evidence(differences: Sequence[float], clusters: Sequence[str]) -> Evidence:
    """Differences of paired shares, each in [−1, 1], as effective counts of gains, losses and pairs.

    Raises ValueError for other differences, or not one cluster name each.
    """
    if wrong := [d for d in differences if not -1 <= d <= 1]:
        raise ValueError(f"a difference of shares is within −1 and 1, not {wrong[0]}")
    groups = grouped(differences, clusters)
    if len(groups) < 2:
        return Evidence(Discordance(0.0, 0.0, 1.0), 0.0)
    gains, losses = math.fsum(max(0.0, d) for d in differences), math.fsum(max(0.0, -d) for d in differences)
    telling = sum(g.total > 0 for g in grouped([abs(d) for d in differences], clusters))
    effect = _effect(differences, groups, gains + losses, telling)
    known = len(groups) == len(differences) and _whole(differences)
    df = math.inf if known else max(1.0, (len(groups) + telling) / 2 - 1)
    return Evidence(Discordance(gains / effect, losses / effect, len(differences) / effect), df)


def _effect(differences: Sequence[float], groups: Sequence[Family], discordant: float, telling: int) -> float:
    """How many times the variance of as many pairs on their own, each gained, lost or neither, the mean's is.

    Repeats make it smaller: their differences are seldom whole. Families make it larger: see `families.cautious`.
    """
    n, middle = len(differences), math.fsum(differences) / len(differences)
    plain = discordant / n - middle**2
    if plain <= 1e-12:
        return n / len(groups)
    around = 1.0 if _whole(differences) else math.fsum((d - middle) ** 2 for d in differences) / plain / n
    spread = (around * n + 1) / (n + 1)
    if len(groups) == n:
        return spread
    found = variance_of_mean(groups) * n / (plain * spread)
    return spread * cautious(found, groups, informative=telling, doubt=2)


def _whole(differences: Sequence[float]) -> bool:
    """Whether each pair is gained, lost or neither: no repeats. The counts then tell their own variance."""
    return all(d in {-1, 0, 1} for d in differences)
