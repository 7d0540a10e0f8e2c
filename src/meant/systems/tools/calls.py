"""From what a model wrote to calls, whatever the provider: arguments read, ids made distinct, names fit for the wire.

Its rule: arguments are one whole JSON object, or the call is malformed and keeps what was written. They are then never
guessed at, and never carried out.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import Any, NamedTuple

import orjson

from meant.core.system import Finish
from meant.core.turn import ToolCall, Turn

DEEPEST = 64
"""Levels of arguments; what nests deeper is malformed, since neither store nor wire would take it."""
NAME_CHARACTERS = 64
_ID_DIGITS = 24
_STRANGE = re.compile(r"[^a-zA-Z0-9_-]")


class Written(NamedTuple):
    """A call as a model wrote it."""

    id: object
    """The provider's, where it gives one."""
    tool: str
    arguments: object
    """A JSON text, or what one holds."""
    broken: bool = False
    """It cannot be read as a call, and `arguments` is all that was written."""


def calls_of(written: Sequence[Written], turns: Sequence[Turn], *, end: Finish | None = "stop") -> tuple[ToolCall, ...]:
    """The calls, with ids that no other call of the conversation in `turns` has.

    `end` is how the answer ended: of one that was cut off the last call is malformed, even if it looks complete; of one
    that a filter stopped, every call.
    """
    if not written:
        return ()
    whole = len(written) - {"stop": 0, "tool_calls": 0, "length": 1}.get(end or "", len(written))
    taken, calls = {call.id for turn in turns for call in turn.calls}, list[ToolCall]()
    for at, one in enumerate(written, 1):
        id_ = distinct(one.id, taken)
        taken.add(id_)
        calls.append(call_of(id_, one.tool, one.arguments, sound=not one.broken and at <= whole))
    return tuple(calls)


def distinct(given: object, taken: Collection[str]) -> str:
    """The id itself where it is one that is not taken, else one that is made up."""
    if isinstance(given, str) and given and given not in taken:
        return given
    return next(name for n in count(len(taken) + 1) if (name := f"call_{n}") not in taken)


def opaque(given: str) -> str:
    """An id that tells calls apart as well as this one does, and says nothing: a model may have put words there."""
    return f"call_{sha256(given.encode()).hexdigest()[:_ID_DIGITS]}"


def call_of(id_: str, tool: str, arguments: object, *, sound: bool = True) -> ToolCall:
    """The call with these arguments, a JSON text or what one holds; malformed where they are no object, or unsound."""
    read = _object(arguments) if sound else None
    if read is None:
        return ToolCall(id=id_, tool=tool, malformed=arguments_text(arguments))
    return ToolCall(id=id_, tool=tool, arguments=read)


def arguments_text(written: object) -> str:
    """The arguments as a JSON text: a text as it is."""
    if isinstance(written, str):
        return written
    try:
        return orjson.dumps(written).decode()
    except orjson.JSONEncodeError:
        return "(nested too deep to be shown)"


def wire_name(name: str) -> str:
    """A name as providers take it back: a model may have called a tool by a name that no tool can have."""
    return _STRANGE.sub("_", name)[:NAME_CHARACTERS] or "_"


def _object(written: object) -> Mapping[str, Any] | None:
    """The JSON object; nothing at all is an empty one, as several servers write a call without arguments."""
    if isinstance(written, str):
        try:
            written = orjson.loads(written) if written.strip() else {}
        except orjson.JSONDecodeError:
            return None
    written = {} if written is None else written
    return written if isinstance(written, dict) and not deep(written, DEEPEST) else None


def deep(value: object, levels: int) -> bool:
    """Whether it nests deeper than so many levels."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(deep(one, levels - 1) for one in inner)
