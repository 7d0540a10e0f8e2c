"""What the model is told of a call that was not carried out: that it was not, why, and what it can do."""

from collections.abc import Collection

from meant.core.guard import GuardDecision
from meant.core.tool import Decision
from meant.core.turn import ToolCall
from meant.systems.http.failure import shown

WITHHELD = "Withheld: the result of this call is not shown, since a guard of this system objects to it."


def stopped(decision: GuardDecision) -> str:
    """Of a call that a guard keeps from being carried out."""
    why = f" Why: {decision.reason}" if decision.reason else ""
    if decision.action == "ask":
        said = "A person was asked and said no" if decision.approved is False else "Nobody has answered yet"
        return f"Not carried out: a person has to approve this call first. {said}.{why}"
    return f"Not carried out: a guard of this system stops this call.{why}"


def not_carried_out(call: ToolCall, decision: Decision, offered: Collection[str]) -> str:
    """In plain words."""
    if call.malformed is not None:
        return f"Not carried out: {decision.because}: {shown(call.malformed)}. Call the tool again with an object."
    if call.tool not in offered:
        return f"Not carried out: {decision.because}. The tools are: {', '.join(offered)}."
    if decision.rule == "deny":
        return f"Not carried out: the policy does not let it be. Why: {decision.because}"
    said = {True: "", False: " A person was asked and said no.", None: " Nobody has answered yet."}[decision.approved]
    return f"Not carried out: a person has to approve this call first.{said} Why: {decision.because}"
