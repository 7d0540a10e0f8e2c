"""The main job: systems that a user names, against a policy and suites, into Profiles, the store and a report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from meant.core.case import Case
from meant.core.casebook import Casebook
from meant.core.errors import ConfigError
from meant.core.profile import Profile
from meant.core.record import ShiftRecord
from meant.core.system import System
from meant.engine.ask import Asking
from meant.engine.progress import Progress
from meant.files.policy import BUILTIN, load_policy
from meant.files.suite import builtin_suites, load_card, load_suites
from meant.loop.assemble import Assembly
from meant.loop.exams import Exam, Terms, examined, examining
from meant.loop.judges import Bench
from meant.loop.measured import Measured, known
from meant.loop.people import with_people
from meant.loop.recording import recorded
from meant.measure.cell import Cell
from meant.measure.evaluate import Ask, Desk, straight
from meant.measure.judging import DEFAULT_JUDGES, judges_by_expectation
from meant.measure.sample import sample
from meant.measure.shift.derive import derive
from meant.measure.shift.spec import shifts_of
from meant.store.sqlite import Store

SHIFT_LIMIT = 60
"""About how many cases of each shift: an interval of some 15 points each way, where every third pair differs."""


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
    bench = Bench(policy)
    assembly = Assembly(policy, dict(plan.sampling), judge=bench.judge)
    try:
        judges = judges_by_expectation(bench.judges(plan.judges))
        systems = assembly.systems(plan.systems)
        judging = known(store, bench.records(judges.values()), policy)
        made = await recorded(
            plan.systems, systems, suites=suites, asking=plan.asking, assembly=assembly, judges=judging, shifts=shifts
        )
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
