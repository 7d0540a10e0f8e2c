"""The turns of a cell as the page's data: who said what, what was called, what was decided, what came back.

A case's own turns stand with the case, once for all systems. A cell holds what came after them as `steps`; where
something else was sent than the case says, its `sent` holds all of it. The last reply's text stands apart, since the
judge's evidence is marked in it (see `cells`); what that last turn calls is in `calls`.
"""

import json
from collections.abc import Mapping
from typing import Any

from meant.core.case import Case
from meant.core.guard import GuardDecision
from meant.core.tool import Decision
from meant.core.transcript import Transcript
from meant.core.turn import ToolCall, Turn
from meant.measure.report.data import MOST_CHARACTERS, cut, without_none

Decisions = Mapping[str, Decision]
"""By the id of the call."""


def asked(case: Case) -> list[dict[str, Any]]:
    """The case's own turns."""
    return [_turn(turn, {}) for turn in case.turns]


def happened(case: Case, transcript: Transcript) -> dict[str, Any]:
    """`sent` or `steps`, `calls`, `decisions` and `guards`: whatever there is besides the last reply's text.

    Of guards, what is more than that one let something pass; how often that was, is `passed`.
    """
    turns, own = transcript.turns, len(case.turns)
    before = turns[:-1] if turns and turns[-1].role == "assistant" else turns
    as_written = before[:own] == case.turns
    decided = {decision.call: decision for decision in transcript.decisions}
    called = {call.id for turn in turns for call in turn.calls}
    return without_none(
        sent=None if as_written else [_turn(turn, decided) for turn in before],
        steps=[_turn(turn, decided) for turn in before[own:]] or None if as_written else None,
        calls=[_call(call, decided) for turn in turns[len(before) :] for call in turn.calls] or None,
        decisions=[_decision(d) for d in transcript.decisions if d.call not in called] or None,
        guards=[_guard(g) for g in transcript.guards if not _passed(g)] or None,
        passed=sum(map(_passed, transcript.guards)) or None,
    )


def _turn(turn: Turn, decided: Decisions) -> dict[str, Any]:
    return without_none(
        role=turn.role,
        text=turn.text[:MOST_CHARACTERS],
        cut=cut(turn.text),
        calls=[_call(call, decided) for call in turn.calls] or None,
        answers=turn.answers,
    )


def _call(call: ToolCall, decided: Decisions) -> dict[str, Any]:
    arguments = call.malformed or json.dumps(dict(call.arguments), ensure_ascii=False, indent=2)
    return without_none(
        id=call.id,
        tool=call.tool,
        arguments=arguments[:MOST_CHARACTERS],
        cut=cut(arguments),
        malformed=call.malformed is not None or None,
        decision=_decision(decided[call.id]) if call.id in decided else None,
    )


def _decision(decision: Decision) -> dict[str, Any]:
    return decision.model_dump(mode="json", exclude={"call"}, exclude_none=True)


def _guard(decision: GuardDecision) -> dict[str, Any]:
    told = decision.model_dump(mode="json", exclude={"took_s", "span"}, exclude_defaults=True)
    return told | {"mode": decision.mode, "approved": decision.approved}


def _passed(decision: GuardDecision) -> bool:
    return decision.action == "allow" and decision.error is None
