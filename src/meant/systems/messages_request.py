"""Writes Anthropic Messages: turns and tools as the protocol has them.

Its rules: the results of one assistant turn go together into one user message, before whatever the user says next;
blocks of text are never blank. Source: Anthropic API reference, "Messages" (create a message: `messages`, `tools`).
"""

from collections.abc import Sequence
from typing import Any

from meant.core.request import Request
from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.systems.conversing import extra_for, unheard
from meant.systems.tools.calls import wire_name


def asked(request: Request) -> dict[str, Any]:
    """The fields that the request sets, whatever the model's own settings. SystemFailure for what has no word here."""
    if request.seed is not None:
        raise unheard("a seed")
    return {
        **extra_for("messages", request),
        **_choice(request.tool_choice),
        "system": "\n\n".join(turn.text for turn in request.turns if turn.role == "system") or None,
        "messages": messages(request.turns),
        "tools": functions(request.tools) or None,
        "stream": request.stream or None,
    }


def messages(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The `messages` field: everything but the system turns."""
    written = list[dict[str, Any]]()
    results: list[dict[str, Any]] | None = None
    """Of the turn before, still open."""
    for turn in (turn for turn in turns if turn.role != "system"):
        if turn.answers is not None:
            if results is None:
                results = []
                written.append({"role": "user", "content": results})
            results.append(_result(turn))
        elif results is not None and turn.role == "user":
            results += _text(turn.text)
            results = None
        else:
            written.append({"role": turn.role, "content": _content(turn)})
            results = None
    return written


def functions(tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """The `tools` field."""
    return [{"name": tool.name, "description": tool.says, "input_schema": dict(tool.parameters)} for tool in tools]


def _choice(wanted: str) -> dict[str, Any]:
    """The `tool_choice` field; none where the caller leaves it to the model."""
    if wanted == "auto":
        return {}
    kinds = {"none": {"type": "none"}, "required": {"type": "any"}}
    return {"tool_choice": kinds.get(wanted) or {"type": "tool", "name": wanted}}


def _content(turn: Turn) -> str | list[dict[str, Any]]:
    return [*_text(turn.text), *map(_call, turn.calls)] if turn.calls else turn.text


def _text(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}] if text.strip() else []


def _call(call: ToolCall) -> dict[str, Any]:
    """An `input` is an object: of a malformed call it is empty, and the result says what was wrong with it."""
    return {"type": "tool_use", "id": call.id, "name": wire_name(call.tool), "input": dict(call.arguments)}


def _result(turn: Turn) -> dict[str, Any]:
    content = {"content": turn.text} if turn.text.strip() else {}
    return {"type": "tool_result", "tool_use_id": turn.answers, **content}
