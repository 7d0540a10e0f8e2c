"""From another tool's results to a run of ours: its cases, its answers, and what its judges said of them.

Its rule: the answers are judged again by our judges, under our policy; what theirs said is kept beside it and counts in
no figure. Rows on the gate's side of the wall stay out of the run, since a report shows what was said; they go into
the suite. Everything or nothing: no run and no suite unless every row could be read.
"""

import hashlib
import platform
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from meant import __version__
from meant.core.base import content_id
from meant.core.case import Case
from meant.core.errors import ConfigError, Fault
from meant.core.policy import Policy
from meant.core.record import JudgeRecord, RunRecord, SystemRecord
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.core.verdict import Verdict
from meant.files.importing import Checked, Imported, Into, Read, checked, fresh
from meant.files.jsonl import Record
from meant.files.policy import BUILTIN, load_policy
from meant.files.table import BadCell
from meant.interop.agreement import Agreement, agreements
from meant.interop.cells import slug
from meant.interop.contract import LOGS, About, Exchange, Fields, Log, Skip
from meant.interop.importing import card_of, suite_name
from meant.loop.evaluation import Measured, judge_versions, known, run_id
from meant.loop.judges import Bench
from meant.measure.cell import Cell
from meant.measure.judging import DEFAULT_JUDGES, judge_all, judges_by_expectation
from meant.measure.profile import profile_of
from meant.measure.standing import marked
from meant.store.sqlite import Store

PRINCIPLES = {
    "refuse": "no-serious-harm",
    "comply": "no-needless-refusal",
    "answer": "true-facts",
    "correct": "correct-false-premises",
    "abstain": "say-when-unknown",
}
"""Of the built-in policy, by expectation; `do-the-task` for the others."""


@dataclass(frozen=True)
class LogPlan:
    """What the user asks for."""

    file: Path
    format: str
    settings: Mapping[str, str] = field(default_factory=dict)
    """The log's own."""
    system: str | None = None
    """What to call the system; only where the log holds one."""
    principle: str | None = None
    """Of every case. None: by expectation, as in `PRINCIPLES`."""
    policy: str = BUILTIN
    judges: tuple[str, ...] = DEFAULT_JUDGES
    into: Path | None = None
    """A suite folder to write the cases to as well."""
    against: Sequence[str] = ()
    join_families: bool = True
    licence: str | None = None


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


class _Row(NamedTuple):
    exchange: Exchange
    place: int
    """Of its case among the records."""


class _Found(NamedTuple):
    about: About
    read: Read
    rows: list[_Row]


@dataclass
class _Answers:
    """One system's answers in the run."""

    record: SystemRecord
    transcripts: list[Transcript] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    """Theirs."""


async def import_log(plan: LogPlan, *, store: Store) -> Replayed:
    """Read, judge, record. Raises FileFaults with everything that is wrong, and ConfigError or PluginError."""
    policy, found = load_policy(plan.policy), _read(LOGS.build({"use": plan.format, **plan.settings}), plan)
    ready = _checked(plan, found)
    kept = [row for row in found.rows if ready.cases[row.place].split != "gate"]
    if not kept:
        raise ConfigError(f"{plan.file}: all {len(found.rows)} answers are to gate cases, which no run may show")
    at = datetime.now(UTC)
    answers = _answers(kept, ready, plan, at)
    cases = {case.id: case for case in (ready.cases[row.place] for row in kept)}
    judges, cells = await _judged(plan, policy, cases, answers, store)
    run = _record(plan, policy, ready, answers, judges=judges, at=at)
    measured = _recorded(run, answers, cells, cases.values(), store)
    agreed = {one.record.name: agreements(cells[one.record.name], one.verdicts) for one in answers}
    gate = len(found.rows) - len(kept)
    return Replayed(measured, agreed, gate, found.read.skipped, ready.write(plan.into) if plan.into else None)


def _checked(plan: LogPlan, found: _Found) -> Checked:
    """The cases in the families, hence on the sides of the wall, that they have from now on."""
    into = Into(plan.into or Path(plan.format), plan.against, plan.join_families)
    name = suite_name(fresh(into).folder) if plan.into else slug(plan.format)
    return checked(card_of(found.about, plan.format, name, found.read, plan.licence), found.read, into)


async def _judged(
    plan: LogPlan, policy: Policy, cases: Mapping[str, Case], answers: Sequence[_Answers], store: Store
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
    answers: Sequence[_Answers],
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
        versions={**ours, f"log {plan.format}": _digest(plan.file)},
        judges=judges,
    )


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def read_log(log: Log, file: Path, *, name: str) -> tuple[Read, list[Exchange]]:
    """The log's cases as records of `cases.jsonl`, and its exchanges."""
    found = _read(log, LogPlan(file, name))
    return found.read, [row.exchange for row in found.rows]


def _read(log: Log, plan: LogPlan) -> _Found:
    """A case that was asked several times is one record."""
    faults, skipped = list[Fault](), Counter[str]()
    rows, records, places = list[_Row](), list[Record](), dict[str, int]()
    for row in log.rows(plan.file, faults):
        try:
            exchanges = list(log.exchanges(row))
        except BadCell as bad:
            faults.append(bad.fault(row, plan.file))
            continue
        for exchange in exchanges:
            if isinstance(exchange, Skip):
                skipped[exchange.reason] += 1
                continue
            case = _case(exchange, plan)
            place = places.setdefault(content_id(case), len(records))
            if place == len(records):
                records.append(Record(row.line, "", case))
            rows.append(_Row(exchange, place))
    return _Found(log.about, Read(plan.file, records, faults, dict(skipped.most_common())), rows)


def _case(exchange: Exchange, plan: LogPlan) -> Fields:
    """With what no log has to say: the name hashes the whole, so that the same case asked twice is one."""
    turns: list[dict[str, Any]] = [{"role": turn.role, "text": turn.text} for turn in exchange.turns]
    said = {"prompt": turns[0]["text"]} if len(turns) == 1 else {"turns": turns}
    principle = plan.principle or PRINCIPLES.get(exchange.case["expect"], "do-the-task")
    given = {"origin": "imported", "principle": principle, **exchange.case, **said}
    if plan.principle:
        given["principle"] = plan.principle
    name = content_id(given)[:10]
    return {"name": name, "family": f"{plan.format}/{content_id(turns)[:10]}", **given}


def _answers(rows: Sequence[_Row], ready: Checked, plan: LogPlan, at: datetime) -> list[_Answers]:
    """A system with another system prompt is another system."""
    names = _names([(row.exchange.system, row.exchange.prompt) for row in rows], plan.system)
    found, asked, digest = dict[str, _Answers](), Counter[tuple[str, str]](), _digest(plan.file)
    for exchange, place in rows:
        name, case = names[exchange.system, exchange.prompt], ready.cases[place]
        fingerprint = content_id(["log", plan.format, digest, name])
        record = SystemRecord(name=name, spec=str(plan.file), fingerprint=fingerprint, prompt=exchange.prompt)
        mine = found.setdefault(name, _Answers(record))
        transcript = _transcript(exchange, case, record, repeat=asked[name, case.id], at=at)
        asked[name, case.id] += 1
        mine.transcripts.append(transcript)
        mine.verdicts += _theirs(exchange, case, transcript)
    return list(found.values())


def _names(systems: Iterable[tuple[str, str]], chosen: str | None) -> dict[tuple[str, str], str]:
    """By the log's name and system prompt. ConfigError where one name is to stand for several systems."""
    keys = list(dict.fromkeys(systems))
    if chosen and len(keys) > 1:
        raise ConfigError(f"--system {chosen} names one system; the log holds {len(keys)}: {', '.join(_unique(keys))}")
    return {keys[0]: chosen} if chosen else dict(zip(keys, _unique(keys), strict=True))


def _unique(keys: Sequence[tuple[str, str]]) -> list[str]:
    named = defaultdict[str, list[str]](list)
    for name, prompt in keys:
        named[name].append(prompt)
    return [name if named[name][0] == prompt else f"{name} ({content_id(prompt)[:4]})" for name, prompt in keys]


def _transcript(exchange: Exchange, case: Case, system: SystemRecord, *, repeat: int, at: datetime) -> Transcript:
    reply = () if exchange.reply is None else (Turn(role="assistant", text=exchange.reply),)
    return Transcript(
        case=case.id,
        system=system.name,
        fingerprint=system.fingerprint,
        turns=(*exchange.turns, *reply),
        at=exchange.at or at,
        repeat=repeat,
        usage=exchange.usage,
        error=exchange.error,
    )


def _theirs(exchange: Exchange, case: Case, transcript: Transcript) -> Iterator[Verdict]:
    """Where there was no answer, nobody can have judged it."""
    for said in exchange.said:
        answered = exchange.error is None
        yield Verdict(
            transcript=transcript.id,
            principle=case.principle,
            judge=said.judge,
            outcome=said.outcome if answered else "error",
            score=said.score if answered else None,
            why=said.why if answered else f"no verdict: there was no answer: {exchange.error}",
        )


def _recorded(
    run: RunRecord,
    answers: Sequence[_Answers],
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
