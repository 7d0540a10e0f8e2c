"""A sample of a task's log as a transcript: what was said, what it took, what the rules said of its calls.

Its rule: only what the system under test replied is counted. What a scorer asked it afterwards is no part of it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce

from inspect_ai.event import ModelEvent, SpanBeginEvent
from inspect_ai.log import EvalSample
from inspect_ai.model import ChatMessageAssistant

from meant.core.case import Case
from meant.core.policy import ToolRule
from meant.core.system import Reply, System, Timing, Usage
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.interop.inspect.model import KEPT
from meant.interop.inspect.rules import decisions
from meant.interop.inspect.turns import told

LONGEST = 300
"""Characters kept of an explanation or an error: some repeat the whole reply, or the whole request."""
_RAISED = re.compile(r"""^SystemFailure\((['"])(?P<said>.*)\1\)$""", re.DOTALL)


def transcript_of(
    sample: EvalSample, case: Case, system: System, *, rules: Sequence[ToolRule], seed: int
) -> Transcript:
    """The whole conversation. `rules` are the policy's, `seed` the run's."""
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
        seed=seed + sample.epoch - 1,
        usage=reduce(Usage.__add__, (reply.usage for reply in said), Usage()),
        finish=last.finish if last else None,
        timing=_timing(said),
        logprobs=last.logprobs if last and len(said) == 1 else None,
        decisions=own or decisions(_generated(sample), rules),
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


def graded_itself(sample: EvalSample) -> bool:
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
    return " ".join((found["said"] if found else message).split())[:LONGEST]


def _when(sample: EvalSample) -> datetime:
    return datetime.fromisoformat(str(sample.completed_at)) if sample.completed_at else datetime.now(UTC)
