"""Writes Chat Completions: turns and tools as the protocol has them.

Source: OpenAI API reference, "Chat" (create chat completion: `messages`, `tools`).
"""

from collections.abc import Sequence
from typing import Any

from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.systems.tools.calls import wire_name


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


def choice(wanted: str) -> dict[str, Any]:
    """The `tool_choice` field; none where the caller leaves it to the model, as the model's own settings may not."""
    if wanted == "auto":
        return {}
    named = {"type": "function", "function": {"name": wanted}}
    return {"tool_choice": wanted if wanted in ("none", "required") else named}


def _message(turn: Turn) -> dict[str, Any]:
    if turn.answers is not None:
        return {"role": "tool", "tool_call_id": turn.answers, "content": turn.text}
    if turn.calls:
        return {"role": "assistant", "content": turn.text or None, "tool_calls": [_call(one) for one in turn.calls]}
    return {"role": turn.role, "content": turn.text}


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": wire_name(call.tool), "arguments": call.written}
    return {"id": call.id, "type": "function", "function": function}
