"""The decision: take this one, or undecided between these, and about how many more cases it would take.

Its rule: a system is chosen where it is better than each other one by the policy's weights, shown twice: the paired
interval of the difference of scores is above 0 (each dimension by the gate's test, limits recovered, unscored cases at
their worst), and the families' signs, turned at random, seldom make a difference as large (which keeps together what
goes together across dimensions). Better than *each* needs no further adjustment (Berger 1982): of several that are
level the chance of choosing one stays at alpha or less, since the best must beat the next one too.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meant.choose.ranking import shares_of
from meant.choose.sheets import Sheet, Sheets
from meant.choose.told import Limits
from meant.core.base import Value
from meant.core.finding import Interval
from meant.stats.distributions import two_sided_z
from meant.stats.families import Family, grouped
from meant.stats.intervals import weighted_mean
from meant.stats.noninferiority import non_inferiority
from meant.stats.power import Assumed, pairs_needed
from meant.stats.scores import sign_flip_p

POWER = 0.8
FAR = 10
"""Times the families there are, beyond which a difference as small as the one seen is not looked for."""


class Rival(Value):
    """One system against the leader."""

    system: str
    behind: float
    """Leader's score minus its own, over the cases with a value on both."""
    interval: Interval
    """1 − alpha, unscored cases at their worst at either end."""
    p: float
    """Two-sided, by turning families' signs; unscored cases at their worst."""
    beaten: bool
    level: bool
    """Not beaten, and the leader is not better by the margin either: more cases are of little use."""
    more: int | None
    """Of one that is not beaten: about how many more cases would tell the two apart with 80 % power. None: there
    are enough, and what has no verdict stands in the way; or one family at most was seen."""
    more_to_see: float | None
    """The difference that `more` would tell: the one seen, or the margin where that one is too small to look for."""


class Decision(Value):
    """What to do."""

    chosen: str | None
    leader: str | None
    """The highest score; None: no system is measured on every dimension."""
    between: tuple[str, ...]
    """Undecided between these, the leader first; empty where one is chosen or none can be."""
    rivals: tuple[Rival, ...]
    more: int | None
    """The most that a rival which is not beaten needs; None: not known."""
    dimensions: tuple[str, ...]
    """What the scores are made of."""
    unmeasured: tuple[str, ...]
    """Systems that could not be considered."""


def decide(sheets: Sheets, order: Sequence[int], limits: Limits) -> Decision:
    """`sheets` are the dimensions with a weight; `order` the systems measured on all of them, the leader first."""
    rivals = tuple(rival_of(sheets, order[0], other, limits) for other in order[1:])
    left = [rival for rival in rivals if not rival.beaten]
    leader = sheets.systems[order[0]] if order else None
    alone = len(order) == 1
    more = [rival.more for rival in left]
    return Decision(
        chosen=leader if rivals and not left else None,
        leader=leader,
        between=(leader, *(r.system for r in left)) if leader and (left or alone) else (),
        rivals=rivals,
        more=None if None in more or not more else max(n for n in more if n is not None),
        dimensions=tuple(sheet.axis.name for sheet in sheets.sheets),
        unmeasured=tuple(name for at, name in enumerate(sheets.systems) if at not in order),
    )


class _Paired(NamedTuple):
    """The difference of two scores, as families' parts of it that add up to it."""

    difference: float
    families: Sequence[Family]


def rival_of(sheets: Sheets, leader: int, other: int, limits: Limits) -> Rival:
    """System `other` against `leader`, whichever of the two has the higher score."""
    shares = shares_of(sheets)
    seen = _paired(sheets.sheets, shares, leader, other, worst=False)
    worst = _paired(sheets.sheets, shares, leader, other, worst=True)
    p = max(_p(paired) for paired in (seen, worst))
    interval = _interval(sheets.sheets, shares, leader, other, limits)
    beaten = interval.low > 0 and p <= limits.alpha
    plan = None if beaten else _more(seen, limits)
    if not (beaten or plan or _unscored(sheets.sheets, leader, other)):
        plan = _till_the_interval_tells(seen, interval, limits)
    return Rival(
        system=sheets.systems[other],
        behind=seen.difference,
        interval=interval,
        p=p,
        beaten=beaten,
        level=not beaten and interval.high < limits.margin,
        more=plan[0] if plan else None,
        more_to_see=plan[1] if plan else None,
    )


def _p(paired: _Paired) -> float:
    return sign_flip_p(paired.families, draws=2000, seed=0) if paired.difference > 0 else 1.0


def _paired(sheets: Sequence[Sheet], shares: Sequence[float], leader: int, other: int, *, worst: bool) -> _Paired:
    """Each case's difference times its dimension's share of the score, divided by the dimension's cases."""
    parts, families = list[float](), list[str]()
    for share, sheet in zip(shares, sheets, strict=True):
        both = list(_differences(sheet, leader, other, worst=worst))
        parts += [share * difference / len(both) for difference, _ in both]
        families += [family for _, family in both]
    return _Paired(math.fsum(parts), grouped(parts, families))


def _differences(sheet: Sheet, leader: int, other: int, *, worst: bool) -> Iterator[tuple[float, str]]:
    for mine, theirs, family in zip(sheet.good(leader), sheet.good(other), sheet.families, strict=True):
        if worst:
            yield (0.0 if mine is None else mine) - (1.0 if theirs is None else theirs), family
        elif mine is not None and theirs is not None:
            yield mine - theirs, family


def _interval(sheets: Sequence[Sheet], shares: Sequence[float], leader: int, other: int, limits: Limits) -> Interval:
    parts = []
    for share, sheet in zip(shares, sheets, strict=True):
        mine, theirs = sheet.good(leader), sheet.good(other)
        found = non_inferiority(theirs, mine, sheet.families, margin=limits.margin, alpha=limits.alpha / 2)
        parts.append((share, found.difference or 0.0, found.interval))
    return weighted_mean(parts)[1]


def _more(seen: _Paired, limits: Limits) -> tuple[int, float] | None:
    """Cases to add, and the difference that they would tell: the one seen, or where that is out of reach, the margin.

    The power formula is for pairs that are gained, lost or neither. A family's part of the difference is brought to it
    by taking its root mean square for the unit: the variance is then what that of discordant pairs alone would be.
    """
    families, cases = len(seen.families), sum(family.size for family in seen.families)
    if families < 2:
        return None
    square = families * math.fsum(family.total**2 for family in seen.families)
    variance = max(0.0, square - seen.difference**2)
    needed = {d: _families_needed(d, variance, limits.alpha) for d in (seen.difference, limits.margin)}
    difference = seen.difference if needed[seen.difference] <= FAR * families else limits.margin
    if needed[difference] <= families:
        return None
    return math.ceil((needed[difference] - families) * cases / families), difference


def _till_the_interval_tells(seen: _Paired, interval: Interval, limits: Limits) -> tuple[int, float] | None:
    """Where families alone would tell the two apart and the interval, which takes dimensions one by one, does not.

    So it is of twins of which each system gets the other one right. The interval narrows with the root of the cases,
    and 80 % power leaves room for what the next sample does.
    """
    cases = sum(family.size for family in seen.families)
    difference, half = max(seen.difference, limits.margin), seen.difference - interval.low
    wanted, power = two_sided_z(1 - limits.alpha), two_sided_z(2 * POWER - 1)
    factor = ((wanted + power) / wanted * half / difference) ** 2
    return (math.ceil((factor - 1) * cases), difference) if len(seen.families) > 1 and factor > 1 else None


def _unscored(sheets: Sequence[Sheet], *systems: int) -> bool:
    return any(sheet.scored(system) < len(sheet.families) for sheet in sheets for system in systems)


def _families_needed(difference: float, variance: float, alpha: float) -> float:
    if difference <= 0:
        return math.inf
    assumed = Assumed(discordance=1.0, difference=difference / math.sqrt(variance + difference**2))
    return pairs_needed(assumed, alpha=alpha / 2, power=POWER)
