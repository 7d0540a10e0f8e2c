"""The path of `meant choose`: systems measured on the same cases, or stored runs, into a Choice.

Measuring is the evaluation's own, so that a reply is asked for once whoever asks. Here its cells become plain values
by case and family, which is all that the room `choose` knows.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from meant.choose.choice import Choice, Rules, choose
from meant.choose.sheets import Axis, Sheet, Sheets
from meant.choose.tax import Related
from meant.core.case import CAPABILITY
from meant.core.errors import ConfigError
from meant.core.policy import Policy
from meant.core.record import RunRecord, SystemRecord
from meant.files.prices import list_prices
from meant.loop.assemble import POLICY
from meant.loop.costs import Costing, TokenPrice, costing
from meant.loop.measured import Measured
from meant.measure.cell import Cell
from meant.measure.profile import dimension_of
from meant.measure.shares import SHARES, is_capability, passed, scored
from meant.measure.shift.figures import in_distribution

USUAL_MARGIN, USUAL_RISK = 0.05, 0.05
"""Where neither the user nor the policy's gate says anything: five points, and one in twenty."""
OVER_REFUSAL, COST, LATENCY = "over_refusal", "cost", "latency"


@dataclass(frozen=True)
class Wish:
    """How the user wants to choose."""

    axes: tuple[str, ...] = ()
    base: str | None = None
    """What the others are measured against as its aligned variants; None: found by the model that they share."""
    prices: Mapping[str, TokenPrice] = field(default_factory=dict)
    margin: float | None = None
    """None: the policy's gate says it, or `USUAL_MARGIN`."""
    risk: float | None = None
    draws: int = 2000
    seed: int = 0


class Chosen(NamedTuple):
    """A choice, and what it was made from."""

    choice: Choice
    measured: Measured
    sheets: Sheets
    costs: tuple[Costing, ...]
    cases: int
    """That every system was asked."""
    left_out: int
    """That only some were."""


def choose_between(measured: Measured, wish: Wish) -> Chosen:
    """Choose between the systems of a run. Raises ConfigError for a name, an axis or a price that fits nothing."""
    names = tuple(measured.cells)
    records = {record.name: record for record in measured.record.systems}
    _check(names, wish)
    plain = {name: in_distribution(cells) for name, cells in measured.cells.items()}
    costs = tuple(_costings(plain, records, wish))
    asked = _asked_of_all(plain)
    if not asked:
        raise ConfigError(f"{', '.join(names)} were asked no case that is the same; measure them with one command")
    every = {cell.case.id for cells in plain.values() for cell in cells}
    sheets = Sheets(names, tuple(_sheets(plain, asked, measured.record.policy, costs)))
    related = _related([records[name] for name in names], wish.base)
    rules = _rules(measured.record, wish)
    return Chosen(choose(sheets, rules, related=related), measured, sheets, costs, len(asked), len(every) - len(asked))


def _check(names: Sequence[str], wish: Wish) -> None:
    if len(names) < 2:
        raise ConfigError(f"a choice needs two systems or more; here is {', '.join(names) or 'none'}")
    wanted = [*wish.prices, *([wish.base] if wish.base else [])]
    if unknown := [name for name in wanted if name not in names]:
        raise ConfigError(f"no system {unknown[0]!r} here; there are: {', '.join(names)}")


def _rules(record: RunRecord, wish: Wish) -> Rules:
    gate = record.policy.gate
    margin = wish.margin if wish.margin is not None else gate.margin if gate else USUAL_MARGIN
    risk = wish.risk if wish.risk is not None else gate.alpha if gate else USUAL_RISK
    return Rules(alpha=risk, margin=margin, draws=wish.draws, seed=wish.seed, axes=wish.axes)


def _costings(
    cells: Mapping[str, Sequence[Cell]], records: Mapping[str, SystemRecord], wish: Wish
) -> Iterator[Costing]:
    prices = list_prices()
    for name, mine in cells.items():
        reported = any(cell.transcript.usage.cost_usd is not None for cell in mine)
        yield costing(records[name], given=wish.prices, reported=reported, prices=prices)


def _asked_of_all(cells: Mapping[str, Sequence[Cell]]) -> list[str]:
    """Ids of the cases that every system was asked, in the order of the first."""
    others = [{cell.case.id for cell in mine} for mine in cells.values()]
    first = next(iter(cells.values()))
    return [id_ for id_ in dict.fromkeys(cell.case.id for cell in first) if all(id_ in ids for ids in others)]


class _Look(NamedTuple):
    """One axis: which cells are about it, and what each of them is worth."""

    axis: Axis
    about: Callable[[Cell], bool]
    value: Callable[[int, Cell], float | None]
    """Of a system, by its place, and a cell."""


def _sheets(
    cells: Mapping[str, Sequence[Cell]], asked: Sequence[str], policy: Policy, costs: Sequence[Costing]
) -> Iterator[Sheet]:
    by_case = [_by_case(mine) for mine in cells.values()]
    for look in _looks(policy, costs):
        mine = [id_ for id_ in asked if look.about(by_case[0][id_][0])]
        rows = (tuple(_mean(look, at, system[id_]) for id_ in mine) for at, system in enumerate(by_case))
        yield Sheet(look.axis, tuple(by_case[0][id_][0].case.family for id_ in mine), tuple(rows))


def _by_case(cells: Sequence[Cell]) -> Mapping[str, list[Cell]]:
    found: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[cell.case.id].append(cell)
    return found


def _mean(look: _Look, system: int, repeats: Sequence[Cell]) -> float | None:
    known = [value for cell in repeats if (value := look.value(system, cell)) is not None]
    return sum(known) / len(known) if known else None


def _looks(policy: Policy, costs: Sequence[Costing]) -> Iterator[_Look]:
    for dimension in policy.dimensions:
        axis = Axis(name=dimension.name, unit="rate", better="higher", weight=dimension.weight)
        yield _Look(axis, lambda cell, name=dimension.name: dimension_of(cell, policy) == name, _right)  # type: ignore[misc]
    refusal = next(share for share in SHARES if share.metric == OVER_REFUSAL)
    axis = Axis(name=OVER_REFUSAL, unit="rate", better="lower")
    yield _Look(axis, refusal.about, lambda _, cell: float(refusal.hit(cell)) if scored(cell) else None)
    yield _Look(Axis(name=CAPABILITY, unit="rate", better="higher"), is_capability, _right)
    axis = Axis(name=COST, unit="usd", better="lower")
    yield _Look(axis, lambda _: True, lambda system, cell: _answered(cell, costs[system].of(cell.transcript)))
    axis = Axis(name=LATENCY, unit="s", better="lower")
    yield _Look(axis, lambda _: True, lambda _, cell: _answered(cell, _seconds(cell)))


def _right(_: int, cell: Cell) -> float | None:
    return float(passed(cell)) if scored(cell) else None


def _answered(cell: Cell, amount: float | None) -> float | None:
    """A request that failed took no time and cost nothing that could be compared."""
    return None if cell.transcript.error else amount


def _seconds(cell: Cell) -> float | None:
    return cell.transcript.timing.total_s if cell.transcript.timing else None


def _related(records: Sequence[SystemRecord], base: str | None) -> list[Related]:
    """The base that the user names against every other system; else each bare model against what is made of it."""
    if base:
        place = next(at for at, record in enumerate(records) if record.name == base)
        return [Related(place, other) for other in range(len(records)) if other != place]
    return [
        Related(at, other)
        for at, bare in enumerate(records)
        if _bare(bare)
        for other, record in enumerate(records)
        if other != at and bare.model and record.model == bare.model
    ]


def _bare(record: SystemRecord) -> bool:
    """Named as PROVIDER:MODEL, without a file and without the policy: no prompt of anybody's."""
    return not record.spec.endswith((POLICY, ".yaml", ".yml")) and ":" in record.spec
