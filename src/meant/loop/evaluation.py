"""The main job: systems that a user names, against a policy and suites, into Profiles, the store and a report."""

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from meant import __version__
from meant.core.base import content_id
from meant.core.case import Case
from meant.core.casebook import Casebook
from meant.core.errors import ConfigError
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.record import JudgeRecord, RunRecord, ShiftRecord, SystemRecord
from meant.core.system import Renders, System
from meant.core.turn import Turn
from meant.engine.ask import Asking
from meant.engine.progress import Progress
from meant.files.policy import BUILTIN, load_policy
from meant.files.suite import builtin_suites, load_card, load_suites
from meant.loop.assemble import Assembly
from meant.loop.exams import Exam, Terms, examined, examining, notes_on_exams
from meant.loop.judges import Bench
from meant.loop.people import with_people
from meant.measure.cell import Cell
from meant.measure.evaluate import Ask, Desk, straight
from meant.measure.judging import DEFAULT_JUDGES, judges_by_expectation
from meant.measure.report.render import render, write
from meant.measure.report.run import RunInfo
from meant.measure.sample import sample
from meant.measure.shift.derive import derive
from meant.measure.shift.figures import in_distribution, off_distribution
from meant.measure.shift.spec import shifts_of
from meant.measure.spending import notes_on_judging
from meant.measure.standing import marked, with_cards
from meant.store.sqlite import Store

WORTH_A_NOTE = 0.05
"""Share of cells without a verdict from which a reader is told first; lost requests are always told."""
SHIFT_LIMIT = 60
"""About how many cases of each shift: an interval of some 15 points each way, where every third pair differs."""
FEW = 20
"""To how many cases a shift must apply for nothing to be said about it."""


@dataclass(frozen=True)
class Plan:
    """What the user asks for."""

    systems: tuple[str, ...]
    policy: str = BUILTIN
    suites: tuple[str, ...] = ()
    """Folders or built-in names; none: all built-in ones that fit the policy."""
    limit: int | None = None
    judges: tuple[str, ...] = DEFAULT_JUDGES
    """As a user names them; the first that covers a case's expectation judges it."""
    shifts: tuple[str, ...] = ()
    """As `shift.spec` reads them; the cases are asked as they are in any case."""
    shift_limit: int = SHIFT_LIMIT
    exams: tuple[Exam, ...] = ()
    """With some, and no suites named, only these are measured."""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    judge_repeats: int = 1
    """Verdicts on each reply, of judges that ask somebody; the first counts, the others tell how the judge wavers."""
    asking: Asking = field(default_factory=Asking)


@dataclass(frozen=True)
class Measured:
    """What came of it."""

    record: RunRecord
    profiles: Mapping[str, Profile]
    cells: Mapping[str, Sequence[Cell]]


async def measure(plan: Plan, *, store: Store, progress: Progress) -> Measured:
    """Run the plan. Raises ConfigError, FileFaults or PluginError before anything is asked."""
    book, suites = load_cases(plan.suites or (() if plan.exams else default_suites(plan.policy)))
    cases = sample(book.for_measuring(), limit=plan.limit, seed=plan.asking.seed)
    if not (cases or plan.exams):
        raise ConfigError("these suites hold no train or dev case to measure with; add cases or name another suite")
    derived = derive(cases, shifts_of(plan.shifts), limit=plan.shift_limit, seed=plan.asking.seed)
    asked = [*cases, *derived.cases]
    made = await run_plan(plan, lambda _: asked, suites=suites, store=store, progress=progress, shifts=derived.records)
    profiles = with_people(made.profiles, made.cells, policy=made.record.policy, store=store)
    return replace(made, profiles=profiles)


async def run_plan(
    plan: Plan,
    read: Callable[[Sequence[System]], Sequence[Case]],
    *,
    suites: Mapping[str, str],
    store: Store,
    progress: Progress,
    shifts: tuple[ShiftRecord, ...] = (),
    part: Literal["lab", "gate"] = "lab",
    ask: Ask = straight,
) -> Measured:
    """Ask the plan's systems the cases that `read` gives when it is told who will be asked, in the way of `ask`."""
    policy = load_policy(plan.policy)
    assembly, bench = Assembly(policy, dict(plan.sampling)), Bench(policy)
    try:
        judges = judges_by_expectation(bench.judges(plan.judges))
        systems = assembly.systems(plan.systems)
        judging = known(store, bench.records(judges.values()), policy)
        made = await _record(plan, systems, suites=suites, assembly=assembly, judges=judging, shifts=shifts)
        sat = await examining(systems, plan.exams, Terms(policy, plan.asking, store, progress))
        record, cases = examined(made.model_copy(update={"part": part}), sat), read(systems)
        store.add_run(record, [*cases, *(cell.case for mine in sat.values() for cell in mine.cells)])
        again = [judges_by_expectation(bench.again(i).judges(plan.judges)) for i in range(1, plan.judge_repeats)]
        desk = Desk(record, judges, store, plan.asking, progress, again)
        profiles, cells = dict[str, Profile](), dict[str, Sequence[Cell]]()
        async for system, mine in ask(desk, systems, cases):
            theirs = sat[system.name]
            cells[system.name] = [*mine, *theirs.cells]
            store.add_transcripts((None, cell.transcript) for cell in theirs.cells)
            profiles[system.name] = desk.record(system, cells[system.name])
            store.add_foreign(record.id, ((system.name, verdict) for verdict in theirs.beside))
    finally:
        await assembly.aclose()
        await bench.aclose()
    return Measured(record, profiles, cells)


def default_suites(policy: str) -> tuple[str, ...]:
    """Every built-in suite that belongs to this policy or to none, its own first."""
    belongs = {name: load_card(name).policy for name in builtin_suites()}
    return tuple(sorted((s for s, to in belongs.items() if to in (policy, None)), key=lambda s: belongs[s] is None))


def load_cases(suites: Sequence[str]) -> tuple[Casebook, dict[str, str]]:
    """All cases behind one wall, and each suite's version."""
    loaded = load_suites(suites)
    return sum((s.book for s in loaded), Casebook.of(())), {s.card.name: s.card.version for s in loaded}


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


async def _record(
    plan: Plan,
    systems: Sequence[System],
    *,
    suites: Mapping[str, str],
    assembly: Assembly,
    judges: Sequence[JudgeRecord],
    shifts: tuple[ShiftRecord, ...],
) -> RunRecord:
    at, policy = datetime.now(UTC), assembly.policy
    prompts = [await _prompt(system) for system in systems]
    records = tuple(
        SystemRecord(name=s.name, spec=spec, fingerprint=s.fingerprint, prompt=prompt, model=assembly.model_of(s))
        for s, spec, prompt in zip(systems, plan.systems, prompts, strict=True)
    )
    return RunRecord(
        id=run_id(at, policy, records),
        at=at,
        policy=policy,
        systems=records,
        suites=suites,
        shifts=shifts,
        seed=plan.asking.seed,
        repeats=plan.asking.repeats,
        versions={"meant": __version__, "python": platform.python_version(), **judge_versions(judges)},
        judges=tuple(judges),
    )


def run_id(at: datetime, policy: Policy, systems: Sequence[SystemRecord]) -> str:
    """Sorts by time; the end tells apart what began in the same second."""
    end = content_id([at.isoformat(), policy.id, [s.fingerprint for s in systems]])[:4]
    return f"{at:%Y%m%d-%H%M%S}-{end}"


def judge_versions(judges: Iterable[JudgeRecord]) -> dict[str, str]:
    """By judge: `refusal/1` is version 1 of `judge refusal`."""
    named = (judge.name.partition("/") for judge in judges)
    return {f"judge {name}": version for name, _, version in named}


async def _prompt(system: System) -> str:
    """What the model sees around a user's turn, where the system can show it."""
    turns = (Turn(role="user", text="{user}"),)
    return await system.render(turns) if isinstance(system, Renders) else ""


def unmeasured(cells: Mapping[str, Sequence[Cell]]) -> list[str]:
    """Names of systems without a single verdict."""
    return [name for name, mine in cells.items() if all(c.verdict.outcome == "error" for c in mine)]
