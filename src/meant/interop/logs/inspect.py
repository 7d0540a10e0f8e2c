"""Inspect: `.json` and `.eval` logs (UK AI Security Institute; read as log version 2).

What is right is what the log's own samples say in their metadata where `meant export` wrote it; else the target, where
it is a short answer. C is a pass and I a fail, as 1 and 0 and true and false are for a target; P and every other number
are "unsure", N ("no answer or refusal", which we never merge) and NaN are no verdict.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from meant.core.errors import Fault
from meant.core.system import Usage
from meant.files.table import BadCell, Row
from meant.interop.cells import Side, text, value
from meant.interop.contract import About, Exchange, Fields, Said, Skip
from meant.interop.inspect_log import samples
from meant.interop.messages import Conversation, NotWords, asked, conversation, count, inner, number

_SHORT = 4
"""Words at most of a target that a program can look for in a reply."""
_LONGEST = 300
"""Characters kept of an error, whose message may quote the whole request."""
_LETTERS: Mapping[str, Any] = {"C": "pass", "I": "fail", "P": "unsure", "N": "error"}


@dataclass(frozen=True)
class Inspect:
    """One exchange for each sample and epoch."""

    about: ClassVar[About] = About(
        title="an Inspect log",
        source="Inspect, https://inspect.aisi.org.uk",
        purpose="What a model did with the samples of an Inspect task.",
        limits="Samples whose target is no short answer, with tools, or multiple choice by letter are left out.",
    )

    expect: Side | None = None

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """Each sample with the log's `model` and `task`."""
        return samples(file, faults)

    def exchanges(self, row: Row) -> Iterator[Exchange | Skip]:
        """One answer."""
        try:
            before = _conversation(value(row, "input"))
            said = _conversation(row.data.get("messages") or row.data["input"])
            case = self._case(row)
        except NotWords as more:
            yield Skip(str(more))
            return
        if isinstance(case, Skip):
            yield case
            return
        broken = _error(row, said)
        yield Exchange(
            system=text(row, "model"),
            turns=asked(before if broken else said),
            reply=None if broken else said.turns[-1].text,
            error=broken,
            prompt=said.prompt,
            case={"family": f"inspect/{row.data['task']}/{value(row, 'id')}", **case},
            said=tuple(_said(row, target=case["expect"] == "answer")),
            usage=_usage(row),
            at=_when(row.data.get("completed_at")),
        )

    def _case(self, row: Row) -> Fields | Skip:
        kept = inner(row.data.get("metadata"), "meant")
        if kept and kept.get("expect") != "scored":  # what only the task's scorer can judge is read by its target
            if not isinstance(kept.get("expect"), str):
                raise BadCell("metadata.meant", "", "says no `expect`", "correct it, or remove the sample")
            return {key: part for key, part in kept.items() if key not in ("suite", "turns")}
        if self.expect:
            return {"expect": self.expect}
        if row.data.get("choices"):
            return Skip("it is multiple choice by letter")
        target = row.data.get("target")
        accepted = [str(t).strip() for t in (target if isinstance(target, list) else [target]) if t]
        if not accepted or any(not t or len(t.split()) > _SHORT for t in accepted):
            return Skip("its target is no short answer; --expect says what is right")
        return {"expect": "answer", "answer": {"accept": accepted}}


def _conversation(messages: Any) -> Conversation:
    return conversation([{"role": "user", "content": messages}] if isinstance(messages, str) else messages)


def _error(row: Row, said: Conversation) -> str | None:
    error = row.data.get("error")
    if error:
        words = str(error.get("message") if isinstance(error, dict) else error)
        return " ".join(words.split())[:_LONGEST]
    return None if said.turns and said.turns[-1].role == "assistant" else "Inspect got no answer"


def _said(row: Row, *, target: bool) -> Iterator[Said]:
    scores = row.data.get("scores") or {}
    if not isinstance(scores, dict):
        raise BadCell("scores", scores, "is no object", "correct it, or remove the sample")
    for scorer, score in scores.items():
        found = score if isinstance(score, dict) else {"value": None}
        yield _verdict(f"inspect/{scorer}", found.get("value"), str(found.get("explanation") or ""), target=target)


def _verdict(judge: str, given: Any, why: str, *, target: bool) -> Said:
    if isinstance(given, str) and given in _LETTERS:
        words = {"P": "partly correct", "N": "no verdict: no answer, or a refusal: Inspect does not tell"}.get(given)
        return Said(judge, _LETTERS[given], why=words or why)
    score = float(given) if isinstance(given, bool) else number(given)
    if score is None:
        return Said(judge, "error", why=f"no verdict: the score is {given!r}")
    if target and score in (0, 1):
        return Said(judge, "pass" if score else "fail", score=score, why=why)
    return Said(judge, "unsure", score=score, why=why or "which side of this number is right is not recorded")


def _usage(row: Row) -> Usage:
    counted = inner(row.data.get("output"), "usage")
    return Usage(input_tokens=count(counted.get("input_tokens")), output_tokens=count(counted.get("output_tokens")))


def _when(written: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(written)) if written else None
    except ValueError:
        raise BadCell("completed_at", written, "not a time", "correct it") from None


PLUGIN = Inspect
