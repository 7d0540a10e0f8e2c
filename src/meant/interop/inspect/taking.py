"""A task's log as cells: each sample and epoch one transcript, with the verdict of the scorer that counts.

Its rule: a task's scorer was run here, on replies that were got here, so that it is a judge of this run and not a
stranger's. Where a task has several scorers, or one with several values, one of them counts; the others are kept beside
it, as another tool's verdicts are. A sample that failed has no verdict, whatever its scorer made of it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from typing import NamedTuple

from inspect_ai.event import ModelEvent, SpanBeginEvent
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.model import ChatMessageAssistant

from meant.core.case import Case
from meant.core.errors import ConfigError, did_you_mean
from meant.core.policy import ToolRule
from meant.core.system import Reply, System, Timing, Usage
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.core.verdict import Outcome, Verdict
from meant.interop.inspect.cases import Told, case_of
from meant.interop.inspect.model import KEPT
from meant.interop.inspect.rules import decisions
from meant.interop.inspect.turns import told
from meant.interop.inspect_values import Scored, parts, scored
from meant.measure.cell import Cell

_LONGEST = 300
"""Characters kept of an explanation or an error: some repeat the whole reply, or the whole request."""
_RAISED = re.compile(r"""^SystemFailure\((['"])(?P<said>.*)\1\)$""", re.DOTALL)


class Taken(NamedTuple):
    """What one system did with one task."""

    cells: list[Cell]
    beside: list[Verdict]
    """Of the scores that do not count."""
    judge: str
    """The name of the score that counts, as verdicts bear it."""
    self_graded: bool
    """Whether a scorer asked the system itself."""


class Taking(NamedTuple):
    """How samples are taken."""

    dimension: str
    rules: Sequence[ToolRule]
    """The policy's, over the task's tools."""
    seed: int
    score: str | None = None
    """Which score counts, as `SCORER`, `KEY` or `SCORER/KEY`. None: the first."""


def take(log: EvalLog, system: System, terms: Taking) -> Taken:
    """Every sample that the log holds. ConfigError where no score is called as the user says."""
    samples = log.samples or []
    values = [_values(sample) for sample in samples]
    counts = _counting([name for each in values for name in each], log, terms.score)
    cells, beside = list[Cell](), list[Verdict]()
    for sample, said in zip(samples, values, strict=True):
        case = case_of(log.eval.task, Told(sample.id, sample.input, sample.target), dimension=terms.dimension)
        transcript = _transcript(sample, case, system, terms)
        cells.append(Cell(case, transcript, _verdict(case, transcript, counts, said.get(counts))))
        beside += [_verdict(case, transcript, name, one) for name, one in said.items() if name != counts]
    return Taken(cells, beside, _judge(counts), any(_graded(sample) for sample in samples))


class _Value(NamedTuple):
    """One value of one scorer."""

    scored: Scored
    why: str


def _values(sample: EvalSample) -> dict[str, _Value]:
    return {
        name: _Value(scored(value), score.explanation or "")
        for scorer, score in (sample.scores or {}).items()
        for name, value in parts(scorer, score.value).items()
    }


def _counting(names: Sequence[str], log: EvalLog, chosen: str | None) -> str:
    """The name of the score that counts; where nothing was scored, of what would have."""
    known = list(dict.fromkeys(names))
    if not known:
        return chosen or next((scorer.name for scorer in log.eval.scorers or ()), "none")
    if chosen is None:
        return known[0]
    found = [name for name in known if chosen in (name, *name.split("/", 1))]
    if not found:
        hint = did_you_mean(chosen, known)
        raise ConfigError(f"{log.eval.task} has no score {chosen!r}; {hint}it has: {', '.join(known)}")
    return found[0]


def _judge(name: str) -> str:
    return f"inspect/{name}"


def _verdict(case: Case, transcript: Transcript, name: str, value: _Value | None) -> Verdict:
    outcome, score, why = _said(transcript, value)
    return Verdict(
        transcript=transcript.id,
        principle=case.principle,
        judge=_judge(name),
        outcome=outcome,
        score=score,
        why=" ".join(why.split())[:_LONGEST],
    )


def _said(transcript: Transcript, value: _Value | None) -> tuple[Outcome, float | None, str]:
    if transcript.error is not None:
        return "error", None, transcript.error
    if value is None:
        return "error", None, "no verdict: the scorer gave no score"
    return value.scored.outcome, value.scored.score, value.scored.why or value.why


def _transcript(sample: EvalSample, case: Case, system: System, terms: Taking) -> Transcript:
    replies = _replies(sample)
    said = list(replies.values())
    turns = _turns(sample, replies)
    last = said[-1] if said else None
    own = tuple(decision for reply in said for decision in reply.decisions)
    return Transcript(
        case=case.id,
        system=system.name,
        fingerprint=system.fingerprint,
        turns=turns,
        at=_when(sample),
        repeat=sample.epoch - 1,
        seed=terms.seed + sample.epoch - 1,
        usage=reduce(Usage.__add__, (reply.usage for reply in said), Usage()),
        finish=last.finish if last else None,
        timing=_timing(said),
        logprobs=last.logprobs if last and len(said) == 1 else None,
        decisions=own or decisions(_generated(sample), terms.rules),
        error=None if sample.error is None else _error(sample.error.message),
    )


def _replies(sample: EvalSample) -> dict[str, Reply]:
    """The system's replies before it was scored, by the id of their message, in order."""
    grading = _grading(sample)
    events = [e for e in sample.events if isinstance(e, ModelEvent) and e.span_id not in grading]
    outputs = [e.output for e in events if e.output.choices and KEPT in (e.output.metadata or {})]
    return {str(o.message.id): Reply.model_validate((o.metadata or {})[KEPT]) for o in outputs}


def _grading(sample: EvalSample) -> set[str]:
    """The spans in which scorers worked."""
    spans = [event for event in sample.events if isinstance(event, SpanBeginEvent)]
    inside = set[str]()
    for span in spans:  # a span begins after the one that it is part of
        if span.type in ("scorers", "scorer") or span.parent_id in inside:
            inside.add(span.id)
    return inside


def _graded(sample: EvalSample) -> bool:
    """Whether a scorer asked the system that it scores, as Inspect's do where no other model is named."""
    grading = _grading(sample)
    events = (e for e in sample.events if isinstance(e, ModelEvent) and e.span_id in grading)
    return any(KEPT in (e.output.metadata or {}) for e in events)


def _turns(sample: EvalSample, replies: Mapping[str, Reply]) -> tuple[Turn, ...]:
    """What was said, with what the system did in between, up to the last that it had a part in."""
    turns = list[Turn]()
    for message in sample.messages:
        reply = replies.get(str(message.id))
        turns += [*(reply.steps if reply else ()), *told([message])]
    if any(turn.role == "assistant" for turn in turns):
        while turns[-1].role in ("user", "system"):
            turns.pop()
    answer = sample.output.completion
    submitted = turns and turns[-1].role == "tool" and answer
    return (*turns, Turn(role="assistant", text=answer)) if submitted else tuple(turns)


def _generated(sample: EvalSample) -> tuple[Turn, ...]:
    """What the system added, and what it got."""
    return told([m for m in sample.messages if not isinstance(m, ChatMessageAssistant) or m.source != "input"])


def _timing(replies: Sequence[Reply]) -> Timing | None:
    """Seconds that the system took, without those of the task's tools."""
    known = [reply.timing for reply in replies if reply.timing is not None]
    if not known or len(known) < len(replies):
        return None
    first = known[0].first_token_s if len(known) == 1 else None
    return Timing(total_s=sum(timing.total_s for timing in known), first_token_s=first)


def _error(message: str) -> str:
    """In a failure's own words: Inspect writes down the `repr`."""
    found = _RAISED.match(message)
    return " ".join((found["said"] if found else message).split())[:_LONGEST]


def _when(sample: EvalSample) -> datetime:
    return datetime.fromisoformat(str(sample.completed_at)) if sample.completed_at else datetime.now(UTC)
