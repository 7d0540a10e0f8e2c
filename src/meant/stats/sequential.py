"""Looking as often as one likes: intervals and tests that hold at every look, so that one may stop when one knows.

All rest on one idea (betting: Waudby-Smith & Ramdas 2024, JRSS B 86:1). Whoever bets at fair odds that a mean is
other than claimed multiplies the capital by 1/alpha with chance alpha at most, ever, if the claim is true (Ville
1939). So a claim is given up when the bet against it has made 1/alpha. Values must be bounded and come in random
order; items of a family come as one value, their mean, and the mean that is tested is that over families.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from meant.core.finding import Interval
from meant.stats.noninferiority import State, state_of
from meant.stats.roots import crossing

STAKES = tuple(math.sin(math.pi * (i + 0.5) / 32) ** 2 for i in range(16))
"""Shares of the capital that `confidence_sequence` bets, each with a sixteenth of the capital."""


def log_capital(values: Sequence[float], mean: float, *, low: float) -> float:
    """What bets that the mean is above `mean` have made, as a logarithm; `low` is the least that a value can be.

    A fixed mixture of stakes, so nothing is tuned; falls with `mean`.
    """
    if mean <= low:
        return math.inf if any(value > low for value in values) else 0.0
    odds = [(value - mean) / (mean - low) for value in values]
    won = [math.fsum(math.log1p(stake * odd) for odd in odds) for stake in STAKES]
    most = max(won)
    return most + math.log(math.fsum(math.exp(w - most) for w in won) / len(STAKES))


def confidence_sequence(
    values: Sequence[float], *, low: float = 0.0, high: float = 1.0, alpha: float = 0.05
) -> Interval:
    """Interval of a bounded mean that holds at all looks together with chance 1 − alpha at least.

    Wider than an interval for one look; its running intersection over the looks holds as well. (low, high) without
    values. Raises ValueError for a value out of bounds.
    """
    if wrong := [v for v in values if not low <= v <= high]:
        raise ValueError(f"values must be within {low} and {high}: {wrong[0]}")
    if not values:
        return Interval(low, high)
    mirrored = [low + high - v for v in values]
    return Interval(_least(values, low, high, alpha), low + high - _least(mirrored, low, high, alpha))


def _least(values: Sequence[float], low: float, high: float, alpha: float) -> float:
    """The least mean that bets on more have not refuted."""
    enough = math.log(2 / alpha)
    middle = min(high, math.fsum(values) / len(values))
    if middle <= low or log_capital(values, low + (middle - low) * 1e-9, low=low) < enough:
        return low
    return crossing(
        lambda m: log_capital(values, m, low=low) - enough, low + (middle - low) * 1e-9, middle, tolerance=1e-9
    )


class Look(NamedTuple):
    """What is known after so many families."""

    families: int
    state: State
    log_worse: float
    """Logarithm of what bets against "as good or better" have made; "worse" at log(1/alpha)."""
    log_not_worse: float
    """Of those against "worse by the margin or more"."""


class Bet(NamedTuple):
    """One running bet that a mean of values in [−1, 1] is above `null`, as if it were `effect` above."""

    null: float
    effect: float
    log_capital: float = 0.0
    squares: float = 0.4 * 5
    seen: float = 5.0
    """The spread is guessed from what came before, and from five values of spread 0.4 to begin with."""

    def after(self, value: float) -> "Bet":
        """The stake is what grows fastest if the mean is null + effect and the spread as guessed, at most 0.9."""
        away = value - self.null
        stake = min(self.effect * self.seen / self.squares, 0.9 / (1 + self.null))
        made = self.log_capital + math.log1p(stake * away)
        return Bet(self.null, self.effect, made, self.squares + away * away, self.seen + 1)


class Bets(NamedTuple):
    """Four fifths of the capital on an effect, the rest on four times as much: a disaster shows at once."""

    likely: Bet
    large: Bet

    @classmethod
    def on(cls, null: float, effect: float) -> "Bets":
        """Nothing made yet."""
        return cls(Bet(null, effect), Bet(null, 4 * effect))

    def after(self, value: float) -> "Bets":
        """One value later."""
        return Bets(self.likely.after(value), self.large.after(value))

    @property
    def log_capital(self) -> float:
        """Of both together."""
        likely, large = math.log(0.8) + self.likely.log_capital, math.log(0.2) + self.large.log_capital
        return max(likely, large) + math.log1p(math.exp(-abs(likely - large)))


class Watch(NamedTuple):
    """Both bets on what was seen so far, and the most that each has ever made: that alone decides."""

    margin: float
    worse: Bets
    not_worse: Bets
    most_worse: float = 0.0
    most_not_worse: float = 0.0

    @classmethod
    def of(cls, margin: float) -> "Watch":
        """Nothing seen yet. Raises ValueError for a margin that is not in (0, 1)."""
        if not 0 < margin < 1:
            raise ValueError(f"margin must be in (0, 1): margin={margin}")
        return cls(margin, Bets.on(0.0, 2 * margin), Bets.on(-margin, margin))

    def after(self, difference: Interval) -> "Watch":
        """One family later; what has no verdict leaves an interval, which counts at the end against either word.

        Raises ValueError beyond −1 and 1.
        """
        if wrong := [d for d in difference if not -1 <= d <= 1]:
            raise ValueError(f"a difference of shares is within −1 and 1, not {wrong[0]}")
        worse, not_worse = self.worse.after(-difference.high), self.not_worse.after(difference.low)
        most = max(self.most_worse, worse.log_capital), max(self.most_not_worse, not_worse.log_capital)
        return Watch(self.margin, worse, not_worse, *most)

    @property
    def p_worse(self) -> float:
        """Of "as good or better", valid whenever it is looked at: one over the most that the bet has made (Ville)."""
        return math.exp(-self.most_worse)

    @property
    def p_margin(self) -> float:
        """Of "worse by the margin or more", likewise."""
        return math.exp(-self.most_not_worse)


def watch(differences: Iterable[float | None], *, margin: float, alpha: float) -> Iterator[Look]:
    """The three states after each family, each difference (candidate − baseline) in [−1, 1]; stop when you like.

    "Worse" where there is none, and "not worse" where the loss is the margin or more, are each said at any look with
    chance `alpha` at most. A state stays once it is reached. Most telling where the loss is twice the margin, or none.
    None, a family without a verdict, counts against either word.
    """
    if not 0 < alpha < 0.5:
        raise ValueError(f"alpha must be in (0, 0.5): alpha={alpha}")
    seen = Watch.of(margin)
    state: State = "undecided"
    for families, difference in enumerate(differences, start=1):
        seen = seen.after(Interval(-1.0, 1.0) if difference is None else Interval(difference, difference))
        if state == "undecided":
            state = state_of(seen.p_worse, seen.p_margin, alpha=alpha)
        yield Look(families, state, seen.worse.log_capital, seen.not_worse.log_capital)


def watched_interval(differences: Sequence[Interval], *, margin: float, alpha: float) -> Interval:
    """Of the mean difference, each end wrong with chance `alpha` at most over all looks: the bets of `Watch` inverted.

    So its lower end is above −margin where "not worse" was told, but for rounding. (−1, 1) without differences.
    """
    if not differences:
        return Interval(-1.0, 1.0)
    enough = math.log(1 / alpha)
    low = _refuted([d.low for d in differences], margin, enough)
    return Interval(low, -_refuted([-d.high for d in differences], 2 * margin, enough))


def _refuted(values: Sequence[float], effect: float, enough: float) -> float:
    """The highest mean that a bet on more, by `effect`, has refuted."""

    def short(mean: float) -> float:
        bets, most = Bets.on(mean, effect), 0.0
        for value in values:
            bets = bets.after(value)
            most = max(most, bets.log_capital)
        return most - enough

    top = max(_LEAST, min(max(values), 1 - 1e-9))
    if short(_LEAST) < 0:
        return -1.0
    return crossing(short, _LEAST, top, tolerance=1e-5) if short(top) < 0 else top


_LEAST = -1 + 1e-6
