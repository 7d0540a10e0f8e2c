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
    kept = list[Turn]()
    for at, turn in enumerate(turns, 1):
        if not at % AT_A_STRETCH:
            await asyncio.sleep(0)
        shown, said = await _shown(cascade, turn, kept)
        screened += said
        if any(one.stopped for one in said):
            return Entered(tuple(kept), stopped=True)
        kept.append(shown)
    return Entered(tuple(kept), stopped=False)


async def _shown(cascade: Cascade, turn: Turn, before: Sequence[Turn]) -> tuple[Turn, list[Screened]]:
    """One turn as the model may see it, and what was said of it."""
    if place := PLACES.get(turn.role):
        screened = await cascade.screen(Sight(place, turn.text, (*before, turn)))
        return turn.saying(screened.text), [screened]
    return await _recalled(cascade, turn, before) if turn.role == "assistant" else (turn, [])


async def _recalled(cascade: Cascade, turn: Turn, before: Sequence[Turn]) -> tuple[Turn, list[Screened]]:
    said, calls = list[Screened](), list[ToolCall]()
    shown = await cascade.recall(Sight("input", turn.text, (*before, turn)))
    if shown is None:
        return turn, []
    said.append(shown)
    for call in turn.calls:
        if one := await cascade.recall(Sight("input", arguments_of(call), (*before, turn))):
            said.append(one)
            calls.append(rewritten(call, one.text))
    return turn.saying(shown.text).but(calls=tuple(calls)), said
