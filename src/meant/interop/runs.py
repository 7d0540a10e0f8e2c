"""From another tool's results to a run of ours: its cases, its answers, and what its judges said of them.

Its rule: the answers are judged again by our judges, under our policy; what theirs said is kept beside it and counts in
no figure. Rows on the gate's side of the wall stay out of the run, since a report shows what was said; they go into
the suite. Everything or nothing: no run and no suite unless every row could be read.
"""

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from meant import __version__
from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.policy import Policy
from meant.core.record import JudgeRecord, RunRecord
from meant.files.importing import Checked, Imported, Into, checked, fresh
from meant.files.policy import load_policy
from meant.interop.agreement import Agreement, agreements
from meant.interop.cells import slug
from meant.interop.contract import LOGS
from meant.interop.importing import card_of, suite_name
from meant.interop.log_answers import Answers, answers_of, digest
from meant.interop.log_reading import Found, LogPlan, read_rows
from meant.loop.judges import Bench
from meant.loop.measured import Measured, known
from meant.loop.recording import judge_versions, run_id
from meant.measure.cell import Cell
from meant.measure.judging import judge_all, judges_by_expectation
from meant.measure.profile import profile_of
from meant.measure.standing import marked
from meant.store.sqlite import Store


@dataclass(frozen=True)
class Replayed:
    """What came of it."""

    measured: Measured
    agreements: Mapping[str, Sequence[Agreement]]
    """By system."""
    gate: int
    """Answers that stay out of the run, since their case is a gate case."""
    skipped: Mapping[str, int]
    suite: Imported | None


async def import_log(plan: LogPlan, *, store: Store) -> Replayed:
    """Read, judge, record. Raises FileFaults with everything that is wrong, and ConfigError or PluginError."""
    policy, found = load_policy(plan.policy), read_rows(LOGS.build({"use": plan.format, **plan.settings}), plan)
    ready = _checked(plan, found)
    kept = [row for row in found.rows if ready.cases[row.place].split != "gate"]
    if not kept:
        raise ConfigError(f"{plan.file}: all {len(found.rows)} answers are to gate cases, which no run may show")
    at = datetime.now(UTC)
    answers = answers_of(kept, ready, plan, at)
    cases = {case.id: case for case in (ready.cases[row.place] for row in kept)}
    judges, cells = await _judged(plan, policy, cases, answers, store)
    run = _record(plan, policy, ready, answers, judges=judges, at=at)
    measured = _recorded(run, answers, cells, cases.values(), store)
    agreed = {one.record.name: agreements(cells[one.record.name], one.verdicts) for one in answers}
    gate = len(found.rows) - len(kept)
    return Replayed(measured, agreed, gate, found.read.skipped, ready.write(plan.into) if plan.into else None)


def _checked(plan: LogPlan, found: Found) -> Checked:
    """The cases in the families, hence on the sides of the wall, that they have from now on."""
    into = Into(plan.into or Path(plan.format), plan.against, plan.join_families)
    name = suite_name(fresh(into).folder) if plan.into else slug(plan.format)
    return checked(card_of(found.about, plan.format, name, found.read, plan.licence), found.read, into)


async def _judged(
    plan: LogPlan, policy: Policy, cases: Mapping[str, Case], answers: Sequence[Answers], store: Store
) -> tuple[tuple[JudgeRecord, ...], dict[str, Sequence[Cell]]]:
    bench, cells = Bench(policy), dict[str, Sequence[Cell]]()
    try:
        judges = judges_by_expectation(bench.judges(plan.judges))
        for one in answers:
            said = one.transcripts
            cells[one.record.name] = await judge_all(cases, said, judges, policy=policy.id, store=store)
        return known(store, bench.records(judges.values()), policy), cells
    finally:
        await bench.aclose()


def _record(
    plan: LogPlan,
    policy: Policy,
    ready: Checked,
    answers: Sequence[Answers],
    *,
    judges: tuple[JudgeRecord, ...],
    at: datetime,
) -> RunRecord:
    ours = {"meant": __version__, "python": platform.python_version(), **judge_versions(judges)}
    systems = tuple(one.record for one in answers)
    return RunRecord(
        id=run_id(at, policy, systems),
        at=at,
        policy=policy,
        systems=systems,
        suites={ready.card.name: ready.card.version},
        seed=0,
        repeats=1 + max(t.repeat for one in answers for t in one.transcripts),
        versions={**ours, f"log {plan.format}": digest(plan.file)},
        judges=judges,
    )


def _recorded(
    run: RunRecord,
    answers: Sequence[Answers],
    cells: Mapping[str, Sequence[Cell]],
    cases: Iterable[Case],
    store: Store,
) -> Measured:
    """Everything in one transaction."""
    made = (profile_of(cells[s.name], system=s, policy=run.policy, run=run.id) for s in run.systems)
    profiles = {profile.system: marked(profile, run.judges) for profile in made}
    with store.at_once():
        store.add_run(run, cases)
        for one in answers:
            name = one.record.name
            store.add_transcripts((None, t) for t in one.transcripts)
            store.add_foreign(run.id, ((name, verdict) for verdict in one.verdicts))
            store.add_profile(profiles[name], cells[name])
    return Measured(run, profiles, cells)
