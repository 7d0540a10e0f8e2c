"""The end of a reply on its way out: its calls, and what the reply is once guards have had their say.

A call that is stopped is not in the reply, others are. Where something was stopped the finish is `content_filter`,
unless a call is left to be carried out. What is said then is what had gone out already; where nothing had, the refusal.
The name of a tool that nobody offered is the model's own words, and is looked at like those. Ids of calls may be so
too, and need say nothing: others take their place.
"""

import asyncio
from collections.abc import Container, Sequence

from meant.core.errors import SystemFailure
from meant.core.guard import Screen, Screened, Sight
from meant.core.system import Finish, Reply
from meant.core.turn import ToolCall, Turn
from meant.engine.settled import dropped
from meant.guard.entering import AT_A_STRETCH
from meant.systems.tools.calls import distinct, opaque
from meant.systems.tools.screened import rewritten, sight_of

_SAYING = Turn(role="assistant", text="")


def spoken(text: str, turns: Sequence[Turn]) -> Sight:
    """What guards are shown of a reply to `turns` that is whole."""
    return Sight("output", text, (*turns, _SAYING.but(text=text)))


async def screened_calls(
    screen: Screen, reply: Reply, turns: Sequence[Turn], offered: Container[str], screened: list[Screened]
) -> tuple[ToolCall, ...]:
    """The calls that may go out, as they may; what was said is added to `screened` as it is said.

    Each is looked at, whatever came of the others. One that nobody will carry out (`max_steps`) is not. Of many, others
    get their turn in between.
    """
    if reply.finish == "max_steps":
        return reply.turn.calls
    left = list[ToolCall]()
    for at, call in enumerate(reply.turn.calls, 1):
        if not at % AT_A_STRETCH:
            await asyncio.sleep(0)
        if call.tool not in offered:
            name = await _said(screen, call.tool, turns)
            screened.append(name)
            if name.stopped or name.text != call.tool:
                continue
        one = await screen.screen(sight_of(call, (*turns, reply.turn)))
        screened.append(one)
        if one.stopped is None:
            left.append(rewritten(call, one.text))
    return tuple(left)


def unworded(reply: Reply, turns: Sequence[Turn]) -> Reply:
    """The reply to `turns` with ids of ours for the calls that are to be carried out: of the same id, the same."""
    if reply.finish != "tool_calls":
        return reply
    taken = {call.id for turn in turns for call in turn.calls}
    calls, ids = list[ToolCall](), dict[str, str]()
    for call in reply.turn.calls:
        ids[call.id] = distinct(opaque(call.id), taken)
        taken.add(ids[call.id])
        calls.append(call.model_copy(update={"id": ids[call.id]}))
    guards = tuple(one.model_copy(update={"call": ids.get(one.call or "", one.call)}) for one in reply.guards)
    turn = reply.turn.model_copy(update={"calls": tuple(calls)})
    return reply.model_copy(update={"turn": turn, "guards": guards})


async def failed(screen: Screen, failure: SystemFailure, turns: Sequence[Turn]) -> SystemFailure:
    """The failure as it may be told: a server's own words may repeat what nobody is to hear."""
    if not failure.said:
        return failure
    said = await _said(screen, failure.said, turns)
    return failure.saying("" if said.stopped else said.text)


async def _said(screen: Screen, text: str, turns: Sequence[Turn]) -> Screened:
    screened = await screen.screen(spoken(text, turns))
    dropped([screened])
    return screened


def finished(reply: Reply, *, out: str, calls: tuple[ToolCall, ...], stopped: bool, refusal: str) -> Reply:
    """The reply that says `out`; `stopped`: something of its text was not let go. Without its guards' decisions."""
    fewer = stopped or len(calls) < len(reply.turn.calls)
    finish: Finish = reply.finish if not fewer or (calls and not stopped) else "content_filter"
    text = refusal if fewer and not out and not calls else out
    if text == reply.turn.text and calls == reply.turn.calls:
        return reply if finish == reply.finish else reply.but(finish=finish)
    turn = Turn(role="assistant", text=text, calls=calls)
    return reply.but(turn=turn, finish=finish, logprobs=None)
