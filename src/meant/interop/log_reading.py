"""What a user asks of a log, and the log read: its cases as records, its exchanges beside them.

Its rule: what was asked several times, of whomever, is one case; every row is an exchange, a fault, or left out for a
reason that is counted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.base import content_id
from meant.core.errors import Fault
from meant.files.importing import Read
from meant.files.jsonl import Record
from meant.files.policy import BUILTIN
from meant.files.table import BadCell
from meant.interop.contract import About, Exchange, Fields, Log, Skip
from meant.measure.judging import DEFAULT_JUDGES

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


class LogRow(NamedTuple):
    """One answer."""

    exchange: Exchange
    place: int
    """Of its case among the records."""


class Found(NamedTuple):
    """What a log holds."""

    about: About
    read: Read
    rows: list[LogRow]


def read_log(log: Log, file: Path, *, name: str) -> tuple[Read, list[Exchange]]:
    """The log's cases as records of `cases.jsonl`, and its exchanges."""
    found = read_rows(log, LogPlan(file, name))
    return found.read, [row.exchange for row in found.rows]


def read_rows(log: Log, plan: LogPlan) -> Found:
    """Everything in the log. A case that was asked several times is one record."""
    faults, skipped = list[Fault](), Counter[str]()
    rows, records, places = list[LogRow](), list[Record](), dict[str, int]()
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
            rows.append(LogRow(exchange, place))
    return Found(log.about, Read(plan.file, records, faults, dict(skipped.most_common())), rows)


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
