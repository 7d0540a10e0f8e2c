"""What comes in, before the model sees it: every user turn and every tool's result of the request.

A client sends the whole conversation each time, so an attack may stand in a turn of long ago, or in one that never was.
What the model said before is looked at only by guards that say so (`Recalls`): what it says now is by all. Of a long
conversation, others get their turn in between.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from meant.core.guard import Place, Screened, Sight
from meant.core.turn import Role, ToolCall, Turn
from meant.guard.cascade import Cascade
from meant.systems.tools.screened import arguments_of, rewritten

AT_A_STRETCH = 8
"""Turns that guards, who may never wait for anything, are shown before others are let in."""
PLACES: dict[Role, Place] = {"user": "input", "tool": "retrieved"}


class Entered(NamedTuple):
    """What is left of a request."""

    turns: tuple[Turn, ...]
    """As the model may see them."""
    stopped: bool
    """Whether the model is not to be asked."""


async def entered(cascade: Cascade, turns: Sequence[Turn], screened: list[Screened]) -> Entered:
    """The turns, rewritten where a guard says so; nothing after the first that is stopped is looked at.

    What was said is added to `screened` as it is said: whoever is interrupted has guards in shadow to stop.
    """
    kept: list[Turn] = []
    for at, turn in enumerate(turns, 1):
        if not at % AT_A_STRETCH:
            await asyncio.sleep(0)
        shown = await _shown(cascade, turn, kept, screened)
        if shown is None:
            return Entered(tuple(kept), stopped=True)
        kept.append(shown)
    return Entered(tuple(kept), stopped=False)


async def _shown(cascade: Cascade, turn: Turn, before: Sequence[Turn], screened: list[Screened]) -> Turn | None:
    """One turn as the model may see it; None: it is stopped."""
    if place := PLACES.get(turn.role):
        said = await cascade.screen(Sight(place, turn.text, (*before, turn)))
        screened.append(said)
        return turn.saying(said.text) if said.stopped is None else None
    return await _recalled(cascade, turn, before, screened) if turn.role == "assistant" else turn


async def _recalled(cascade: Cascade, turn: Turn, before: Sequence[Turn], screened: list[Screened]) -> Turn | None:
    said = await cascade.recall(Sight("input", turn.text, (*before, turn)))
    if said is None:
        return turn
    screened.append(said)
    calls, stopped = list[ToolCall](), said.stopped is not None
    for call in turn.calls:
        if one := await cascade.recall(Sight("input", arguments_of(call), (*before, turn))):
            screened.append(one)
            calls.append(rewritten(call, one.text))
            stopped = stopped or one.stopped is not None
    return None if stopped else turn.saying(said.text).but(calls=tuple(calls))
