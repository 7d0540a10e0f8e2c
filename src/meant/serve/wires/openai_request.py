"""What OpenAI's two dialects read alike: a text that may come in parts, the choice among the tools."""

from collections.abc import Callable
from typing import Any

from meant.serve.wires.asked_tools import CHOICES
from meant.serve.wires.fields import a_name, a_text, an_object, invalid, numbered, quoted

Parts = dict[str, str]
"""Types of parts, and the field that holds the text."""


def text_of(content: object, at: str, parts: Parts) -> str:
    """A text, or parts that are all text, one a line."""
    if not isinstance(content, list):
        return a_text(content, at)
    return "\n".join(_part(an_object(part, where), where, parts) for part, where in numbered(content, at))


def choice(wanted: object, function: Callable[[object, str], dict[str, Any]], name_at: str) -> str:
    """Of `tool_choice`; `function` reads the one that it names, whose name stands at `name_at`."""
    if wanted is None or (isinstance(wanted, str) and wanted in CHOICES):
        return wanted or "auto"
    if isinstance(wanted, str):
        invalid(f"tool_choice is {quoted(wanted)}, which is none of: {', '.join(CHOICES)}.", "tool_choice")
    return a_name(function(wanted, "tool_choice").get("name"), name_at)


def _part(part: dict[str, Any], at: str, parts: Parts) -> str:
    kind = a_text(part.get("type"), f"{at}.type")
    if kind not in parts:
        invalid(f"{at} is of type {quoted(kind)}: only text is taken.", f"{at}.type")
    return a_text(part.get(parts[kind]), f"{at}.{parts[kind]}")
