"""Cells laid out as plain values by case and family, an axis a sheet, which is all that the room `choose` knows.

Its rule: only cases that every system was asked, as they stand in their suites.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from meant.choose.sheets import Axis, Sheet
from meant.core.case import CAPABILITY
from meant.core.policy import Policy
from meant.loop.costs import Costing
from meant.measure.cell import Cell
from meant.measure.profile import dimension_of
from meant.measure.shares import SHARES, is_capability, passed, scored

OVER_REFUSAL, COST, LATENCY = "over_refusal", "cost", "latency"
BESIDES = (OVER_REFUSAL, CAPABILITY, COST, LATENCY)
"""Axes that are no dimension of the policy."""


def asked_of_all(cells: Mapping[str, Sequence[Cell]]) -> list[str]:
    """Ids of the cases that every system was asked, in the order of the first."""
    others = [{cell.case.id for cell in mine} for mine in cells.values()]
    first = next(iter(cells.values()))
    return [id_ for id_ in dict.fromkeys(cell.case.id for cell in first) if all(id_ in ids for ids in others)]


class Look(NamedTuple):
    """One axis: which cells are about it, and what each of them is worth."""

    axis: Axis
    about: Callable[[Cell], bool]
    value: Callable[[int, Cell], float | None]
    """Of a system, by its place, and a cell."""


def sheets_of(cells: Mapping[str, Sequence[Cell]], asked: Sequence[str], looks: Iterable[Look]) -> Iterator[Sheet]:
    """A sheet a look; `asked` are ids of cases that every system was asked."""
    by_case = [_by_case(mine) for mine in cells.values()]
    for look in looks:
        mine = [id_ for id_ in asked if look.about(by_case[0][id_][0])]
        rows = (tuple(_mean(look, at, system[id_]) for id_ in mine) for at, system in enumerate(by_case))
        yield Sheet(look.axis, tuple(by_case[0][id_][0].case.family for id_ in mine), tuple(rows))


def _by_case(cells: Sequence[Cell]) -> Mapping[str, list[Cell]]:
    found: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[cell.case.id].append(cell)
    return found


def _mean(look: Look, system: int, repeats: Sequence[Cell]) -> float | None:
    known = [value for cell in repeats if (value := look.value(system, cell)) is not None]
    return sum(known) / len(known) if known else None


def dimensions(policy: Policy) -> Iterator[Look]:
    """Those of the policy, with their weights."""
    for dimension in policy.dimensions:
        axis = Axis(name=dimension.name, unit="rate", better="higher", weight=dimension.weight)
        yield Look(axis, lambda cell, name=dimension.name: dimension_of(cell, policy) == name, _right)  # type: ignore[misc]


def besides(costs: Sequence[Costing]) -> Iterator[Look]:
    """What is measured besides the policy's dimensions; `costs` by the systems' places."""
    refusal = next(share for share in SHARES if share.metric == OVER_REFUSAL)
    axis = Axis(name=OVER_REFUSAL, unit="rate", better="lower")
    yield Look(axis, refusal.about, lambda _, cell: float(refusal.hit(cell)) if scored(cell) else None)
    yield Look(Axis(name=CAPABILITY, unit="rate", better="higher"), is_capability, _right)
    axis = Axis(name=COST, unit="usd", better="lower")
    yield Look(axis, lambda _: True, lambda system, cell: _answered(cell, costs[system].of(cell.transcript)))
    axis = Axis(name=LATENCY, unit="s", better="lower")
    yield Look(axis, lambda _: True, lambda _, cell: _answered(cell, _seconds(cell)))


def _right(_: int, cell: Cell) -> float | None:
    return float(passed(cell)) if scored(cell) else None


def _answered(cell: Cell, amount: float | None) -> float | None:
    """A request that failed took no time and cost nothing that could be compared."""
    return None if cell.transcript.error else amount


def _seconds(cell: Cell) -> float | None:
    return cell.transcript.timing.total_s if cell.transcript.timing else None
