"""Writes Chat Completions: turns and tools as the protocol has them.

Source: OpenAI API reference, "Chat" (create chat completion: `messages`, `tools`).
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
    return {
        **_extra(request),
        **_choice(request.tool_choice),
        "messages": messages(request.turns),
        "tools": functions(request.tools) or None,
        "seed": request.seed,
    }


def messages(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """One message a turn."""
    return [_message(turn) for turn in turns]


def functions(tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """The `tools` field."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.says, "parameters": dict(tool.parameters)},
        }
        for tool in tools
    ]


def _choice(wanted: str) -> dict[str, Any]:
    """The `tool_choice` field; none where the caller leaves it to the model, as the model's own settings may not."""
    if wanted == "auto":
        return {}
    named = {"type": "function", "function": {"name": wanted}}
    return {"tool_choice": wanted if wanted in ("none", "required") else named}


def _extra(request: Request) -> dict[str, Any]:
    """The request's extra fields as this protocol has them. SystemFailure ("unsupported") for what it has no word for.

    Of Responses it has the words for the effort of reasoning, the format of the text and the calls side by side.
    """
    if request.dialect != "responses":
        return dict(extra_for("chat", request))
    told = {name: value for name, value in request.extra.items() if name not in ("reasoning", "text")}
    reasoning, text = _object(request, "reasoning"), _object(request, "text")
    shaped = text.pop("format", None)
    told |= {"reasoning_effort": reasoning.pop("effort", None), "verbosity": text.pop("verbosity", None)}
    told |= {"response_format": None if shaped is None else _format(shaped)}
    if left := [*(f"reasoning.{name}" for name in reasoning), *(f"text.{name}" for name in text)]:
        raise unheard(", ".join(left))
    return told


def _object(request: Request, name: str) -> dict[str, Any]:
    value = request.extra.get(name) or {}
    if not isinstance(value, dict):
        raise unheard(name)
    return {key: one for key, one in value.items() if one is not None}


def _format(told: Any) -> Any:
    """Responses has the fields of a schema beside its type, and Chat Completions under it."""
    if not isinstance(told, dict) or told.get("type") != "json_schema":
        return told
    return {"type": "json_schema", "json_schema": {name: value for name, value in told.items() if name != "type"}}


def _message(turn: Turn) -> dict[str, Any]:
    if turn.answers is not None:
        return {"role": "tool", "tool_call_id": turn.answers, "content": turn.text}
    if turn.calls:
        return {"role": "assistant", "content": turn.text or None, "tool_calls": [_call(one) for one in turn.calls]}
    return {"role": turn.role, "content": turn.text}


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": wire_name(call.tool), "arguments": call.written}
    return {"id": call.id, "type": "function", "function": function}
