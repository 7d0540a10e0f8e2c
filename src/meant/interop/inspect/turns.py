"""Inspect's messages as turns, and our replies as its messages.

What a system is asked must be words: `asked` refuses the rest. What is only kept (`told`) names it in its place, as in
`[image]`, so that no sample is lost for what it shows.
"""

from collections.abc import Sequence
from typing import Any

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
)
from inspect_ai.tool import ToolCall as TheirCall
from inspect_ai.tool import ToolInfo

from meant.core.errors import SystemFailure
from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn


def asked(messages: Sequence[ChatMessage]) -> tuple[Turn, ...]:
    """What a system is asked: one system turn at most, and first. SystemFailure ("unsupported") for more than words."""
    kinds = {part.type for m in messages if not isinstance(m.content, str) for part in m.content}
    if strange := sorted(kinds - {"text", "reasoning"}):
        raise SystemFailure(f"the task sends {', '.join(strange)}, and systems take words alone", kind="unsupported")
    turns = told(messages)
    prompt = "\n\n".join(turn.text for turn in turns if turn.role == "system")
    system = (Turn(role="system", text=prompt),) if prompt else ()
    return (*system, *(turn for turn in turns if turn.role != "system"))


def told(messages: Sequence[ChatMessage]) -> tuple[Turn, ...]:
    """What was said, message by message."""
    return tuple(_turn(message) for message in messages)


def message_of(turn: Turn) -> ChatMessage:
    """The same as a message of theirs; of an assistant's turn with its calls."""
    match turn.role:
        case "system":
            return ChatMessageSystem(content=turn.text)
        case "user":
            return ChatMessageUser(content=turn.text)
        case "assistant":
            return ChatMessageAssistant(content=turn.text, tool_calls=[_their_call(c) for c in turn.calls] or None)
        case "tool":
            return ChatMessageTool(content=turn.text, tool_call_id=turn.answers)


def tool_of(info: ToolInfo) -> Tool:
    """A task's tool, as a model is told of it."""
    parameters = info.parameters.model_dump(mode="json", exclude_none=True)
    return Tool(name=info.name, says=info.description.strip() or info.name, parameters=parameters)


def _turn(message: ChatMessage) -> Turn:
    text = _text(message.content)
    match message:
        case ChatMessageAssistant():
            return Turn(role="assistant", text=text, calls=tuple(_our_call(c) for c in message.tool_calls or ()))
        case ChatMessageTool():
            failed = message.error.message if message.error else ""
            return Turn(role="tool", text=text or failed, answers=message.tool_call_id or "unknown")
        case _:
            return Turn(role=message.role, text=text)


def _text(content: str | list[Any]) -> str:
    """Reasoning is not what was said."""
    if isinstance(content, str):
        return content
    parts = [part for part in content if part.type != "reasoning"]
    return "\n".join(part.text if part.type == "text" else f"[{part.type}]" for part in parts)


def _our_call(call: TheirCall) -> ToolCall:
    return ToolCall(id=call.id, tool=call.function, arguments=call.arguments, malformed=call.parse_error)


def _their_call(call: ToolCall) -> TheirCall:
    error = None if call.malformed is None else f"the arguments are not one JSON object: {call.malformed}"
    return TheirCall(id=call.id, function=call.tool, arguments=dict(call.arguments), parse_error=error)
