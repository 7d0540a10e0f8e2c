"""What the policy says of one call: the first rule of the tool whose predicates all hold decides; none: it is denied.

Its rule: doubt never lets a call through. A predicate that cannot be answered (`predicates.py`) does not hold for a
rule that allows, and holds for one that denies or asks. A call that cannot be read is denied before any rule is read.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from meant.core.policy import ToolRule
from meant.core.turn import ToolCall
from meant.systems.tools.predicates import all_hold, none_fails


class Ruling(NamedTuple):
    """What is to happen to a call, and why."""

    rule: Literal["allow", "deny", "ask"]
    because: str
    decided: ToolRule | None = None
    """The rule that decided. None: none speaks of such a call, or it cannot be read."""


def ruling(call: ToolCall, rules: Sequence[ToolRule]) -> Ruling:
    """What the rules say of the call."""
    if call.malformed is not None:
        return Ruling("deny", "its arguments are not one whole JSON object")
    for rule in rules:
        if rule.tool == call.tool and _applies(rule, call):
            return Ruling(rule.rule, rule.because, rule)
    return Ruling("deny", "no rule of the policy allows it")


def _applies(rule: ToolRule, call: ToolCall) -> bool:
    holds = all_hold if rule.rule == "allow" else none_fails
    return holds(rule.when, call.arguments)
