"""The path of `meant choose`: systems measured on the same cases, or stored runs, into a Choice.

Measuring is the evaluation's own, so that a reply is asked for once whoever asks; `sheets.py` makes plain
values of its cells.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from meant.choose.choice import Choice, Rules, choose
from meant.choose.sheets import Sheets
from meant.choose.tax import Related
from meant.core.errors import ConfigError, did_you_mean
from meant.core.policy import Policy
from meant.core.record import RunRecord, SystemRecord
from meant.files.prices import list_prices
from meant.loop.assemble import POLICY
from meant.loop.costs import Costing, TokenPrice, costing
from meant.loop.measured import Measured
from meant.loop.sheets import BESIDES, asked_of_all, besides, dimensions, sheets_of
from meant.measure.cell import Cell
from meant.measure.shift.figures import in_distribution

USUAL_MARGIN, USUAL_RISK = 0.05, 0.05
"""Where neither the user nor the policy's gate says anything: five points, and one in twenty."""


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
    check_wish(wish, names, measured.record.policy)
    plain = {name: in_distribution(cells) for name, cells in measured.cells.items()}
    costs = tuple(_costings(plain, records, wish))
    asked = asked_of_all(plain)
    if not asked:
        raise ConfigError(f"{', '.join(names)} were asked no case that is the same; measure them with one command")
    every = {cell.case.id for cells in plain.values() for cell in cells}
    looks = (*dimensions(measured.record.policy), *besides(costs))
    sheets = Sheets(names, tuple(sheets_of(plain, asked, looks)))
    related = _related([records[name] for name in names], wish.base)
    rules = _rules(measured.record, wish)
    return Chosen(choose(sheets, rules, related=related), measured, sheets, costs, len(asked), len(every) - len(asked))


def check_wish(wish: Wish, names: Sequence[str], policy: Policy) -> None:
    """Whether one can choose so between systems of these names. Raises ConfigError for what fits nothing."""
    if len(names) < 2:
        raise ConfigError(f"a choice needs two systems or more; here is {', '.join(names) or 'none'}")
    wanted = [*wish.prices, *([wish.base] if wish.base else [])]
    if unknown := [name for name in wanted if name not in names]:
        raise ConfigError(f"no system {unknown[0]!r} here; there are: {', '.join(names)}")
    if not any(dimension.weight > 0 for dimension in policy.dimensions):
        raise ConfigError(f"policy {policy.name} gives no dimension a weight above 0; set a `weight:` to choose by")
    axes = [*(dimension.name for dimension in policy.dimensions), *BESIDES]
    if strange := [axis for axis in wish.axes if axis not in axes]:
        raise ConfigError(f"no axis {strange[0]!r}; {did_you_mean(strange[0], axes)}there are: {', '.join(axes)}")


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
