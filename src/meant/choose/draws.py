"""All axes and systems drawn anew at once: the paired bootstrap over families.

One draw takes families with replacement, each with all that every system did on it on every axis, so that whatever
goes together stays together: twins on two dimensions, systems on one case (Efron 1979; families as the unit: Davison
& Hinkley 1997, 3.8).
"""

from collections.abc import Sequence
from operator import mul
from typing import NamedTuple

from meant.choose.sheets import Sheet, Sheets
from meant.stats.resampling import resamples

Means = tuple[tuple[float | None, ...], ...]
"""By axis, then by system: the mean over the shared cases, turned so that more is better; None where not measured."""


class Draws(NamedTuple):
    """What was seen, and what might have been."""

    seen: Means
    drawn: tuple[Means, ...]


def drawn_anew(sheets: Sheets, *, draws: int, seed: int) -> Draws:
    """Means as seen, and of `draws` draws. An axis of which a draw holds no case keeps what was seen there."""
    families = sorted({family for sheet in sheets.sheets for family in sheet.families})
    place = {family: at for at, family in enumerate(families)}
    columns = [_Columns.of(sheet, place) for sheet in sheets.sheets]
    seen = tuple(axis.means([1] * len(families)) for axis in columns)
    found = []
    for picked in resamples(range(len(families)), draws=draws, seed=seed):
        times = [0] * len(families)
        for at in picked:
            times[at] += 1
        pairs = zip(columns, seen, strict=True)
        found.append(tuple(axis.means(times) or before for axis, before in pairs))
    return Draws(seen, tuple(found))


class _Columns(NamedTuple):
    """One axis by family: how many shared cases, and the sum of each system's values; None where not measured."""

    families: Sequence[int]
    sizes: Sequence[int]
    totals: Sequence[Sequence[float] | None]

    @classmethod
    def of(cls, sheet: Sheet, place: dict[str, int]) -> "_Columns":
        families = sorted({place[sheet.families[case]] for case in sheet.shared})
        row = {family: at for at, family in enumerate(families)}
        rows = [row[place[sheet.families[case]]] for case in sheet.shared]
        sizes = [0] * len(families)
        for at in rows:
            sizes[at] += 1
        totals = [_sums(sheet, system, rows, len(families)) for system in range(len(sheet.values))]
        return cls(families, sizes, totals)

    def means(self, times: Sequence[int]) -> tuple[float | None, ...]:
        """With each family so many times; nothing at all where that leaves no case."""
        mine = [times[at] for at in self.families]
        size = sum(map(mul, mine, self.sizes))
        if not size:
            return () if self.families else (None,) * len(self.totals)
        return tuple(None if t is None else sum(map(mul, mine, t)) / size for t in self.totals)


def _sums(sheet: Sheet, system: int, rows: Sequence[int], families: int) -> list[float] | None:
    if not sheet.measured(system):
        return None
    values, totals = sheet.good(system), [0.0] * families
    for at, case in zip(rows, sheet.shared, strict=True):
        totals[at] += values[case] or 0.0
    return totals
