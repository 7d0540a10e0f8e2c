"""What guards are shown of a tool call, and the call that comes of what they make of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from meant.core.guard import Sight
from meant.core.turn import ToolCall, Turn


def sight_of(call: ToolCall, turns: Sequence[Turn]) -> Sight:
    """Of a call in the last of `turns`."""
    return Sight("call", arguments_of(call), tuple(turns), call)


def arguments_of(call: ToolCall) -> str:
    """As JSON; of a malformed call, what the model wrote."""
    return orjson.dumps(dict(call.arguments)).decode() if call.malformed is None else call.malformed


def readable(call: ToolCall, text: str) -> bool:
    """Whether `text` can stand in the place of the call's arguments. What was malformed stays so."""
    return call.malformed is not None or _object(text) is not None


def rewritten(call: ToolCall, text: str) -> ToolCall:
    """The call with these arguments."""
    if text == arguments_of(call):
        return call
    if call.malformed is not None:
        return call.model_copy(update={"malformed": text})
    return call.model_copy(update={"arguments": _object(text) or {}})


def _object(text: str) -> Mapping[str, Any] | None:
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return read if isinstance(read, dict) else None
