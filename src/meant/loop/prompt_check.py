"""How a prompt holds up: asked for itself, and where the same requests come otherwise; alone, or beside another prompt.

Its rule: of the cases only those are asked as they stand that a shift was put to, so that a check costs what its shifts
cost. Train and dev cases alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.engine.progress import Progress
from meant.loop.evaluation import SHIFT_LIMIT, Plan, default_suites, load_cases, run_plan
from meant.loop.leak import Leaks, leaks
from meant.loop.measured import Measured
from meant.loop.prompting import PromptPlan
from meant.measure.compare import Change, compare
from meant.measure.sample import sample
from meant.measure.shift.contract import original_of
from meant.measure.shift.derive import Derived, derive
from meant.measure.shift.spec import shifts_of
from meant.store.sqlite import Store

SHIFT = "shift/"


class Shifts(NamedTuple):
    """How the same requests are to come otherwise."""

    names: Sequence[str]
    """As `shift.spec` reads them."""
    limit: int = SHIFT_LIMIT
    """About so many cases of each."""


ROBUST = Shifts(("rephrase", "long_context", "language", "role", "injected"))
"""What a prompt that was found is checked with: in other words, behind a long text, in another language, in somebody
else's frame, beside somebody else's instruction."""


class Checked(NamedTuple):
    """What came of it."""

    leaks: tuple[Leaks, ...]
    """Of the prompt, then of the one beside it."""
    shifted: Measured | None
    """None where no shift was asked for."""
    changes: tuple[Change, ...]
    """A shift each: the prompt against the one beside it, on the shifted cases; none without one beside it."""


async def check_prompt(
    plan: PromptPlan,
    *,
    store: Store,
    progress: Progress,
    against: str | None = None,
    shifts: Shifts | None = None,
) -> Checked:
    """Check the prompt of `plan.system`, and beside it that of `against`.

    Raises ConfigError, FileFaults or PluginError before anything is asked.
    """
    if plan.system == against:
        raise ConfigError(f"{against} is to be compared with itself; name another system file")
    systems = (plan.system,) if against is None else (plan.system, against)
    measured = await _shifted(plan, systems, shifts, store, progress) if shifts and shifts.names else None
    found = [await leaks(replace(plan, system=one), store=store, progress=progress) for one in systems]
    return Checked(tuple(found), measured, tuple(_changes(measured) if measured else ()))


async def _shifted(
    plan: PromptPlan, systems: tuple[str, ...], shifts: Shifts, store: Store, progress: Progress
) -> Measured:
    named = shifts_of(shifts.names)
    book, suites = load_cases(plan.suites or default_suites(plan.policy))
    cases = sample(book.for_measuring(), limit=plan.limit, seed=plan.asking.seed)
    derived = derive(cases, named, limit=shifts.limit, seed=plan.asking.seed)
    asked = _asked(cases, derived)
    measuring = Plan(systems, plan.policy, plan.suites, judges=plan.judges, sampling=plan.sampling, asking=plan.asking)
    return await run_plan(
        measuring, lambda _: asked, suites=suites, store=store, progress=progress, shifts=derived.records
    )


def _asked(cases: Sequence[Case], derived: Derived) -> list[Case]:
    """The shifted cases, and before them those that they were made of."""
    if not derived.cases:
        names = ", ".join(record.name for record in derived.records)
        raise ConfigError(f"{names} can be put to none of these cases; name another suite, or raise --limit")
    originals = {original_of(case) for case in derived.cases}
    return [*(case for case in cases if (case.suite, case.name) in originals), *derived.cases]


def _changes(measured: Measured) -> list[Change]:
    cells = list(measured.cells.values())
    if len(cells) < 2:
        return []
    mine, other = cells
    changes = compare(other, mine, policy=measured.record.policy)
    return [change for change in changes if change.group.startswith(SHIFT)]
