"""Dominated systems: those that nobody should take, with the reason.

Its rule: "dominated by B" is claimed only where data say both halves of it. Worse than B on some axis, Holm-adjusted
over every pair of systems and every axis that was looked at; and on all the others B is not worse by the margin, which
needs no adjustment, since it must be shown on each of them at once (intersection-union: Berger 1982). Whatever is
neither is not told apart.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from meant.choose.sheets import Sheets
from meant.choose.told import Limits, Told, told
from meant.core.base import Value
from meant.stats.multiple import holm


class Dominated(Value):
    """One system that another one makes pointless."""

    system: str
    by: str
    worse_on: tuple[str, ...]
    """Axes on which it is worse, beyond chance."""
    not_better_on: tuple[str, ...]
    """The others: it may be a little better there, but not by the margin."""

    @property
    def why(self) -> str:
        """In words."""
        rest = f"; better by the margin on none of {', '.join(self.not_better_on)}" if self.not_better_on else ""
        return f"worse than {self.by} on {', '.join(self.worse_on)}{rest}"


class Pair(NamedTuple):
    """Two systems, and what is told of the first against the second on every axis."""

    first: int
    second: int
    told: tuple[Told, ...]


def pairs(sheets: Sheets, limits: Limits) -> list[Pair]:
    """Every two systems that can be compared on every axis."""
    found = []
    for first, second in combinations(sheets.whole, 2):
        row = [told(sheet, first, second, limits) for sheet in sheets.sheets]
        whole = tuple(one for one in row if one is not None)
        if len(whole) == len(row):
            found.append(Pair(first, second, whole))
    return found


def dominated(sheets: Sheets, compared: Sequence[Pair], *, alpha: float) -> tuple[Dominated, ...]:
    """Every claim that holds, systems in their order; one that several dominate is named with each of them."""
    flat = [p for pair in compared for one in pair.told for p in (one.p_worse, one.p_better)]
    adjusted = iter(holm(flat))
    claims = []
    for pair in compared:
        row = [(one, next(adjusted), next(adjusted)) for one in pair.told]
        claims.append(_claim(sheets, pair.first, pair.second, [(w, t.p_not_better) for t, w, _ in row], alpha))
        claims.append(_claim(sheets, pair.second, pair.first, [(b, t.p_not_worse) for t, _, b in row], alpha))
    order = {name: at for at, name in enumerate(sheets.systems)}
    return tuple(sorted((c for c in claims if c), key=lambda c: (order[c.system], order[c.by])))


def _claim(
    sheets: Sheets, loser: int, winner: int, row: Sequence[tuple[float, float]], alpha: float
) -> Dominated | None:
    """From, on each axis, the adjusted p of "the loser is worse" and the p of "the loser is not better"."""
    names = [sheet.axis.name for sheet in sheets.sheets]
    worse = tuple(name for name, (p, _) in zip(names, row, strict=True) if p <= alpha)
    level = tuple(name for name, (p, q) in zip(names, row, strict=True) if p > alpha and q <= alpha)
    if not worse or len(worse) + len(level) < len(names):
        return None
    return Dominated(system=sheets.systems[loser], by=sheets.systems[winner], worse_on=worse, not_better_on=level)
