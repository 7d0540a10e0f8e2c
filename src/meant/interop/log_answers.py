"""Exchanges of a log by system: whose answers they are, as transcripts, and what the other tool's judges said."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from meant.core.base import content_id
from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.record import SystemRecord
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.core.verdict import Verdict
from meant.files.importing import Checked
from meant.interop.contract import Exchange
from meant.interop.log_reading import LogPlan, LogRow


@dataclass
class Answers:
    """One system's answers in the run."""

    record: SystemRecord
    transcripts: list[Transcript] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    """Theirs."""


def answers_of(rows: Sequence[LogRow], ready: Checked, plan: LogPlan, at: datetime) -> list[Answers]:
    """A system with another system prompt is another system."""
    names = _names([(row.exchange.system, row.exchange.prompt) for row in rows], plan.system)
    found, asked, whole = dict[str, Answers](), Counter[tuple[str, str]](), digest(plan.file)
    for exchange, place in rows:
        name, case = names[exchange.system, exchange.prompt], ready.cases[place]
        fingerprint = content_id(["log", plan.format, whole, name])
        record = SystemRecord(name=name, spec=str(plan.file), fingerprint=fingerprint, prompt=exchange.prompt)
        mine = found.setdefault(name, Answers(record))
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


def digest(file: Path) -> str:
    """Of the file's bytes: a run of another log is another run."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
