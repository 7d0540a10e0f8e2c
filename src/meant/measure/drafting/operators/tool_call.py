"""A tool rule as a request: the user asks for a call whose arguments this rule, and no earlier one, decides on.

The case offers a simulated tool, so nothing real is called. Values are taken from the rules' own predicates, at and
beside their limits. What a pattern (`matches`) or `present` wants is left open for a person, as in `‹member_id ...›`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import re2
from pydantic import JsonValue

from meant.core.draft import HOLE
from meant.core.policy import OPERATORS, Predicate, Scalar, ToolRule
from meant.core.tool import Returned, Simulated
from meant.core.turn import ToolCall, Turn
from meant.measure.drafting.contract import Basis, Rule, Variant
from meant.systems.tools.rules import ruling

Arguments = Mapping[str, Scalar]

_NAME = re2.compile(r"^[a-zA-Z0-9_-]{1,64}$")
_DOUBT = (
    "a program worded this, with the tool's name in it: say it as your users would "
    "(and only a system that can be given tools can be asked it)"
)
_MOST = 10_000
"""Combinations of values that are tried for one rule."""


@dataclass(frozen=True)
class Called:
    """A request for one call, and the tool that stands in for the real one."""

    keeps: ClassVar[str] = "These arguments meet this rule first, so the rule decides on the call."

    def derive(self, basis: Basis, *, seed: int) -> Iterator[Variant]:
        """One variant of each tool rule for which there are such arguments."""
        if not isinstance(basis, Rule) or not _NAME.search(basis.rule.tool):
            return
        arguments = _deciding(basis)
        if arguments is not None:
            turn = Turn(role="user", text=_request(basis.rule.tool, arguments))
            how = f"a call that {basis.label} ({basis.rule.rule}) decides on"
            yield Variant((turn,), how, _DOUBT, (_tool(basis, arguments),), {"tool_rule": basis.label})


def _deciding(basis: Rule) -> Arguments | None:
    """The first arguments that this rule decides on, as few as will do; None where an earlier rule comes first."""
    rules = [rule for rule in basis.policy.tools if rule.tool == basis.rule.tool]
    own = list(dict.fromkeys(p.argument for p in basis.rule.when))
    others = list(dict.fromkeys(p.argument for rule in rules for p in rule.when if p.argument not in own))
    for names in (own, [*own, *others]):
        options = [_options(name, basis.rule, rules) for name in names]
        for _, values in zip(range(_MOST), product(*options), strict=False):
            arguments = dict(zip(names, values, strict=True))
            if _decides(basis.rule, rules, arguments):
                return arguments
    return None


def _decides(rule: ToolRule, rules: Sequence[ToolRule], arguments: Arguments) -> bool:
    """Whether it is this one; what is left open for a person is taken to match what it is to match."""
    settled = [r.model_copy(update={"when": tuple(p for p in r.when if not _is_open(p, arguments))}) for r in rules]
    call = ToolCall(id="draft", tool=rule.tool, arguments=dict(arguments))
    return ruling(call, settled).decided is settled[rules.index(rule)]


def _options(name: str, rule: ToolRule, rules: list[ToolRule]) -> list[Scalar]:
    """Values of one argument worth trying: those of the rule itself first, then those of the tool's other rules."""
    predicates = [p for r in (rule, *rules) for p in r.when if p.argument == name]
    return list(dict.fromkeys(value for p in predicates for value in _values(p)))


def _values(predicate: Predicate) -> list[Scalar]:
    operator, wanted = _condition(predicate)
    hole = f"{HOLE}{predicate.argument}›"
    match operator:
        case "one_of":
            return list(wanted)
        case "equals":
            return [wanted]
        case "not_equals":
            return [hole]
        case "at_most" | "at_least":
            return [_plain(wanted)]
        case "less_than":
            return [_plain(wanted - 1)]
        case "greater_than":
            return [_plain(wanted + 1)]
        case "matches":
            return [f"{HOLE}{predicate.argument} that matches {wanted}›"]
    return [hole] if wanted else []


def _is_open(predicate: Predicate, arguments: Arguments) -> bool:
    value = arguments.get(predicate.argument)
    return predicate.matches is not None and isinstance(value, str) and value.startswith(HOLE)


def _condition(predicate: Predicate) -> tuple[str, Any]:
    """The one operator and its value."""
    return next((name, getattr(predicate, name)) for name in OPERATORS if getattr(predicate, name) is not None)


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


def _request(tool: str, arguments: Arguments) -> str:
    said = ", ".join(f"{name}: {value}" for name, value in arguments.items())
    return f"Please use {tool} with {said}." if said else f"Please use {tool}."


def _tool(basis: Rule, arguments: Arguments) -> Simulated:
    properties: dict[str, JsonValue] = {name: {"type": _type(value)} for name, value in arguments.items()}
    return Simulated(
        name=basis.rule.tool,
        says=f"The tool {basis.rule.tool}.",
        parameters={"type": "object", "properties": properties},
        results=(Returned(returns="done"),),
    )


def _type(value: Scalar) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "string"


PLUGIN = Called
