"""The policy's tool rules over a task's own tools, by Inspect's approval.

Its rule: what a rule denies, or would ask a person about, is not carried out, and the model is told why; so is a call
of a tool that the rules speak of and do not allow. A tool that no rule speaks of is the task's affair and runs: such
tools are Inspect's, in its sandbox, and none of them is the system's. (Of its own tools a system may call only what a
rule allows.)
"""

from collections.abc import Sequence

from inspect_ai.approval import Approval, ApprovalPolicy, Approver, approver
from inspect_ai.model import ChatMessage
from inspect_ai.tool import ToolCall as TheirCall
from inspect_ai.tool import ToolCallView

from meant.core.policy import ToolRule
from meant.core.tool import Decision
from meant.core.turn import ToolCall, Turn
from meant.systems.tools.rules import ruling
from meant.systems.tools.told import not_carried_out


def approvals(rules: Sequence[ToolRule]) -> list[ApprovalPolicy] | None:
    """What Inspect is to ask before a call; None where the policy has no tool rules."""
    return [ApprovalPolicy(_by_rules(tuple(rules)), "*")] if rules else None


def decisions(turns: Sequence[Turn], rules: Sequence[ToolRule]) -> tuple[Decision, ...]:
    """One for each call of the turns, in order."""
    answered = {turn.answers for turn in turns}
    return tuple(decision(call, rules, answered=call.id in answered) for turn in turns for call in turn.calls)


def decision(call: ToolCall, rules: Sequence[ToolRule], *, answered: bool) -> Decision:
    """What is said of one call. `answered`: something came back for it."""
    if call.malformed is None and all(rule.tool != call.tool for rule in rules):
        free = "no rule speaks of this tool, which is the task's own"
        return Decision(call=call.id, tool=call.tool, rule="allow", because=free, ran=answered)
    said = ruling(call, rules)
    principle = said.decided.principle if said.decided else None
    ran = answered and said.rule == "allow"
    return Decision(call=call.id, tool=call.tool, rule=said.rule, because=said.because, principle=principle, ran=ran)


@approver(name="policy")
def _by_rules(rules: tuple[ToolRule, ...]) -> Approver:
    async def approve(message: str, call: TheirCall, view: ToolCallView, history: list[ChatMessage]) -> Approval:  # noqa: ARG001
        """What the rules say."""
        ours = ToolCall(id=call.id, tool=call.function, arguments=call.arguments)
        said = decision(ours, rules, answered=True)
        if said.rule == "allow":
            return Approval(decision="approve")
        return Approval(decision="reject", explanation=not_carried_out(ours, said, [ours.tool]))

    return approve
