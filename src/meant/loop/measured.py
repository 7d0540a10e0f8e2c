"""What came of a run: as it was measured or is stored, with its report and what a reader must know first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.record import JudgeRecord, RunRecord
from meant.loop.exams import notes_on_exams
from meant.loop.people import with_people
from meant.measure.cell import Cell
from meant.measure.report.render import render, write
from meant.measure.report.run import RunInfo
from meant.measure.shift.figures import in_distribution, off_distribution
from meant.measure.spending import notes_on_judging
from meant.measure.standing import marked, with_cards
from meant.store.sqlite import Store

WORTH_A_NOTE = 0.05
"""Share of cells without a verdict from which a reader is told first; lost requests are always told."""
FEW = 20
"""To how many cases a shift must apply for nothing to be said about it."""


@dataclass(frozen=True)
class Measured:
    """What came of it."""

    record: RunRecord
    profiles: Mapping[str, Profile]
    cells: Mapping[str, Sequence[Cell]]


def stored(store: Store, run: str) -> Measured:
    """A run as it was recorded, with what is known of its judges by now, and corrected by what people have said since.

    `run` as for `Store.run`.
    """
    record = store.run(run)
    record = record.model_copy(update={"judges": known(store, record.judges, record.policy)})
    profiles = {name: marked(profile, record.judges) for name, profile in store.profiles(record.id).items()}
    cells = {name: [Cell(*judged) for judged in store.cells(record.id, name)] for name in profiles}
    return Measured(record, with_people(profiles, cells, policy=record.policy, store=store), cells)


def known(store: Store, judges: Sequence[JudgeRecord], policy: Policy) -> tuple[JudgeRecord, ...]:
    """The judges with their calibration cards."""
    return with_cards(judges, store.calibrations([judge.name for judge in judges]), policy.id)


def report(measured: Measured, path: Path) -> None:
    """Write the HTML report."""
    record = measured.record
    info = RunInfo(
        title=f"{record.policy.name}: {_named(list(measured.profiles))}",
        id=record.id,
        created=record.at,
        versions=record.versions,
        suites=record.suites,
        seed=record.seed,
        prompts={s.name: s.prompt for s in record.systems},
        notes=list(notes(measured)),
        judges=record.judges,
    )
    write(path, render(list(measured.profiles.values()), measured.cells, policy=record.policy, run=info))


def _named(systems: Sequence[str]) -> str:
    """For a heading: two names, and no more."""
    return " and ".join(systems) if len(systems) <= 2 else f"{len(systems)} systems"


def notes(measured: Measured) -> Iterator[str]:
    """What a reader must know before the figures."""
    for name, every in measured.cells.items():
        cells = in_distribution(every)
        missing = [c for c in cells if c.verdict.outcome in ("error", "unsure")]
        reasons = [c.verdict.why for c in missing if c.verdict.outcome == "error"]
        if reasons or len(missing) > WORTH_A_NOTE * len(cells):
            first = f"; first error: {reasons[0]}" if reasons else ""
            yield f"{name}: {len(missing)} of {len(cells)} cells have no verdict{first}"
        yield from notes_on_judging(name, every, measured.record)
        yield from notes_on_exams(name, every, measured.record)
        off = off_distribution(every)
        if lost := sum(c.verdict.outcome in ("error", "unsure") for c in off):
            yield f"{name}: {lost} of {len(off)} cells of shifted cases have no verdict"
    for shift in measured.record.shifts:
        if shift.applies < FEW:
            yield f"shift {shift.name}: applies to {shift.applies} of these cases, which shows little"
    known = {p.id for p in measured.record.policy.principles}
    named = {c.case.principle for cells in measured.cells.values() for c in cells}
    if strangers := sorted(named - known):
        yield f"the policy does not state {', '.join(strangers)}, which some cases are about"


def unmeasured(cells: Mapping[str, Sequence[Cell]]) -> list[str]:
    """Names of systems without a single verdict."""
    return [name for name, mine in cells.items() if all(c.verdict.outcome == "error" for c in mine)]
