"""One text, shown to a system's guards: what each says, and what comes of it. The model is not asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import orjson

from meant.core.errors import ConfigError
from meant.core.guard import GuardDecision, Place, Sight
from meant.core.turn import ToolCall, Turn
from meant.engine.settled import settled
from meant.loop.cascades import cascade_of
from meant.systems.tools.screened import sight_of


@dataclass(frozen=True)
class Tried:
    """What came of it."""

    text: str
    """As it would pass."""
    decisions: tuple[GuardDecision, ...]
    not_asked: tuple[str, ...]
    """Layers at this place that nobody had to ask."""
    took_s: float
    """Until the text could have passed."""

    @property
    def stopped(self) -> GuardDecision | None:
        """What keeps it from passing."""
        return next((one for one in self.decisions if one.stops), None)


async def tried(spec: str, text: str, *, at: Place, policy: str, asked: str, tool: str) -> Tried:
    """`asked` is what the user said before, where the place is not `input`; `tool` whose call or result it is."""
    async with cascade_of(spec, policy) as cascade:
        sight, began = _sight(text, at, asked, tool), perf_counter()
        screened = await cascade.screen(sight)
        took_s = perf_counter() - began
        decisions = await settled([screened])
    said = {one.guard for one in decisions}
    not_asked = tuple(one.name for one in cascade.layers if at in one.at and one.name not in said)
    return Tried(screened.text, decisions, not_asked, took_s)


def _sight(text: str, at: Place, asked: str, tool: str) -> Sight:
    before = (Turn(role="user", text=asked),)
    if at == "input":
        return Sight(at, text, (Turn(role="user", text=text),))
    if at == "output":
        return Sight(at, text, (*before, Turn(role="assistant", text=text)))
    call = ToolCall(id="call_1", tool=tool, arguments=_arguments(text) if at == "call" else {})
    called = Turn(role="assistant", text="", calls=(call,))
    if at == "call":
        return sight_of(call, (*before, called))
    return Sight(at, text, (*before, called, Turn(role="tool", text=text, answers=call.id)))


def _arguments(text: str) -> Mapping[str, Any]:
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError:
        read = None
    if not isinstance(read, dict):
        raise ConfigError(f'a call\'s text is its arguments as a JSON object, as in \'{{"to": "bob"}}\', not {text!r}')
    return read
