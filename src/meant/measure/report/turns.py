"""Turns as a reader of the report sees them: role and text, with the calls and what was decided about each."""

import json
from collections.abc import Iterator, Mapping, Sequence

from meant.core.tool import Decision
from meant.core.transcript import Transcript
from meant.core.turn import ToolCall, Turn


def as_read(turns: Sequence[Turn], decisions: Sequence[Decision] = ()) -> list[list[str]]:
    """Role and text of each turn."""
    by_call = {decision.call: decision for decision in decisions}
    return [[turn.role, "\n".join(_lines(turn, by_call))] for turn in turns]


def before_reply(transcript: Transcript) -> list[list[str]]:
    """All turns but the reply's text; calls that the reply's turn made stand in a turn of their own."""
    if not transcript.last_reply:
        return as_read(transcript.turns, transcript.decisions)
    *before, last = transcript.turns
    late = [last.model_copy(update={"text": ""})] if last.calls else []
    return as_read([*before, *late], transcript.decisions)


def _lines(turn: Turn, by_call: Mapping[str, Decision]) -> Iterator[str]:
    if turn.text or not turn.calls:
        yield turn.text
    for call in turn.calls:
        yield _call(call)
        if call.id in by_call:
            yield _decision(by_call[call.id])


def _call(call: ToolCall) -> str:
    given = json.dumps(dict(call.arguments), ensure_ascii=False) if call.malformed is None else call.malformed
    return f"calls {call.tool or 'a tool'} with {given}"


def _decision(decision: Decision) -> str:
    answers = {True: ", who said yes", False: ", who said no", None: ", who has not answered"}
    said = {"allow": "allowed", "deny": "denied", "ask": f"for a person to decide{answers[decision.approved]}"}
    principle = f" ({decision.principle})" if decision.principle else ""
    done = "carried out" if decision.ran else "not carried out"
    return f"  {said[decision.rule]}, {done}: {decision.because}{principle}"
