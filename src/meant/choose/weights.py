"""What changes the choice: for each dimension, the weight at which another system overtakes the leader.

Its rule: a score is linear in the weights, so the point is computed and not searched for. One dimension's share of all
weight moves from what the policy says towards all and towards none, and the others keep their proportions. Where the
figures had come out otherwise the point lies elsewhere, hence its interval and how often there is one at all.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from meant.choose.draws import Draws, Means
from meant.choose.ranking import shares_of
from meant.choose.sheets import Sheets
from meant.core.base import Value
from meant.core.finding import Interval
from meant.stats.resampling import middle_of

Side = Literal["more", "less"]
SIDES: tuple[Side, ...] = ("more", "less")


class Flip(Value):
    """What more, or less, weight on one dimension does to the choice."""

    dimension: str
    side: Side
    now: float
    """The dimension's share of all weight, by the policy."""
    at: float | None
    """The share from which on another system leads; None: none does."""
    weight: float | None
    """The same as a weight beside the others' as they are; None where there is no `at`, or it is all of the weight."""
    by: str | None
    """The system that overtakes."""
    interval: Interval | None
    """Of `at`, 95 % of draws; a draw in which the leader is never overtaken counts as the end of the scale, one in
    which it does not lead to begin with as `now`."""
    probability: float
    """Share of draws in which some weight on this side flips the choice."""


TIE = 1e-12
"""Scores that differ by less are equal: sums of shares are not exact."""


class _Overtaken(NamedTuple):
    at: float
    by: int


def flips(sheets: Sheets, draws: Draws, order: Sequence[int]) -> tuple[Flip, ...]:
    """Two a dimension, for the first of `order` as the leader; none for a dimension that has all the weight."""
    if len(order) < 2:
        return ()
    shares = shares_of(sheets)
    movable = [at for at, share in enumerate(shares) if share < 1]
    return tuple(_flip(sheets, draws, order, shares, dimension, side) for dimension in movable for side in SIDES)


def _flip(  # noqa: PLR0917 - one figure of one dimension and side
    sheets: Sheets, draws: Draws, order: Sequence[int], shares: Sequence[float], dimension: int, side: Side
) -> Flip:
    now, end = shares[dimension], 1.0 if side == "more" else 0.0
    seen = overtaken(draws.seen, shares, dimension, order, end)
    drawn = [overtaken(means, shares, dimension, order, end) for means in draws.drawn]
    found = seen is not None
    weights = [sheet.axis.weight or 0.0 for sheet in sheets.sheets]
    rest = sum(weights) - weights[dimension]
    return Flip(
        dimension=sheets.sheets[dimension].axis.name,
        side=side,
        now=now,
        at=seen.at if seen else None,
        weight=rest * seen.at / (1 - seen.at) if seen and seen.at < 1 else None,
        by=sheets.systems[seen.by] if seen else None,
        interval=middle_of([end if one is None else one.at for one in drawn]) if found else None,
        probability=sum(one is not None for one in drawn) / len(drawn),
    )


def overtaken(
    means: Means, shares: Sequence[float], dimension: int, order: Sequence[int], end: float
) -> _Overtaken | None:
    """Where, from the share as it is to `end`, some other system first has a higher score than the leader."""
    now, leader = shares[dimension], order[0]
    best: _Overtaken | None = None
    for other in order[1:]:
        ahead = [(axis[leader] or 0.0) - (axis[other] or 0.0) for axis in means]
        here = ahead[dimension]
        others = sum(s * a for at, (s, a) in enumerate(zip(shares, ahead, strict=True)) if at != dimension) / (1 - now)
        at = _crossing(here, others, now, end)
        if at is not None and (best is None or abs(at - now) < abs(best.at - now)):
            best = _Overtaken(at, other)
    return best


def _crossing(here: float, others: float, now: float, end: float) -> float | None:
    """Where share × here + (1 − share) × others falls below 0 on the way from `now` to `end`; None: nowhere."""
    if now * here + (1 - now) * others < -TIE:
        return now
    last = end * here + (1 - end) * others
    return others / (others - here) if last < -TIE else None
