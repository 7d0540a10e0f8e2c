"""Stored runs as one, to choose among their systems without asking anything; and what a reader must know first."""

from collections.abc import Sequence

from meant.core.errors import ConfigError
from meant.loop.choose import Chosen
from meant.loop.measured import Measured, notes, stored
from meant.loop.sheets import COST
from meant.measure.report.lanes import MOST_SYSTEMS
from meant.store.sqlite import Store


def joined(store: Store, runs: Sequence[str], systems: Sequence[str]) -> Measured:
    """The runs' systems, those named or all, under the newest run's record; a system of two runs is as in the newer.

    Raises ConfigError for runs under different policies, for a name that none of them measured, and for too many.
    """
    found = sorted((stored(store, run) for run in runs), key=lambda one: one.record.at)
    if other := next((one.record for one in found if one.record.policy.id != found[-1].record.policy.id), None):
        raise ConfigError(f"run {other.id} was measured under another policy; `meant rejudge` judges it under this one")
    records = {r.name: r for one in found for r in one.record.systems if r.name in one.cells}
    if unknown := [name for name in systems if name not in records]:
        raise ConfigError(
            f"nothing measured of {unknown[0]!r} in these runs; there are: {', '.join(records) or 'none'}"
        )
    names = tuple(dict.fromkeys(systems)) or tuple(records)
    if len(names) > MOST_SYSTEMS:
        raise ConfigError(f"{len(names)} systems; name {MOST_SYSTEMS} of them at most: {', '.join(names)}")
    profiles = {name: one.profiles[name] for one in found for name in names if name in one.profiles}
    cells = {name: one.cells[name] for one in found for name in names if name in one.cells}
    record = found[-1].record.model_copy(update={"systems": tuple(records[name] for name in names)})
    return Measured(record, {n: profiles[n] for n in names}, {n: cells[n] for n in names})


def choice_notes(chosen: Chosen) -> list[str]:
    """What the figures alone do not say."""
    said = list(notes(chosen.measured))
    choice = chosen.choice
    if chosen.left_out:
        said.append(f"{chosen.left_out} cases were not asked of every system, and are left out")
    said += [f"{name}: no case is about it, so the ranking is made without it" for name in choice.not_asked]
    said += [f"{axis.name} is not of the front: {_lacking(chosen, axis.name)}" for axis in choice.left_out]
    for one in chosen.costs:
        if one.by == "listed":
            said.append(f"{one.system}: cost by list price, ${one.input:g} in and ${one.output:g} out ({one.note})")
    return said


def _lacking(chosen: Chosen, axis: str) -> str:
    sheet = next(sheet for sheet in chosen.sheets.sheets if sheet.axis.name == axis)
    names = [name for at, name in enumerate(chosen.choice.systems) if not sheet.measured(at)]
    remedy = f"; give it with --price {names[0]}=IN/OUT" if axis == COST else ""
    return f"not {'known' if axis == COST else 'measured'} of {', '.join(names)}{remedy}"
