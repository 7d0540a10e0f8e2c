"""What the slices of a case call a red line (`red_line`: its id), a precedence and a tool rule."""

from collections.abc import Iterable

from meant.core.policy import Precedence, ToolRule


def precedence_label(one: Precedence) -> str:
    """`over>under`, the slice `precedence`."""
    return f"{one.over}>{one.under}"


def rule_label(rule: ToolRule, number: int) -> str:
    """The tool, and which of its rules from the top: `refund-2`, the slice `tool_rule`."""
    return f"{rule.tool}-{number}"


def numbered(rules: Iterable[ToolRule]) -> list[tuple[ToolRule, int]]:
    """Each rule with its number among the rules of its tool, from 1."""
    seen: dict[str, int] = {}
    found = []
    for rule in rules:
        seen[rule.tool] = seen.get(rule.tool, 0) + 1
        found.append((rule, seen[rule.tool]))
    return found
