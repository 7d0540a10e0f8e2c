"""The end of a reply on its way out: its calls, and what the reply is once guards have had their say.

A call that is stopped is not in the reply, others are. Where something was stopped the finish is `content_filter`,
unless a call is left to be carried out. What is said then is what had gone out already; where nothing had, the refusal.
"""

from collections.abc import Sequence
from typing import NamedTuple

from meant.core.guard import Screen, Screened
from meant.core.system import Finish, Reply
from meant.core.turn import ToolCall, Turn
from meant.systems.tools.screened import rewritten, sight_of


class Calls(NamedTuple):
    """The calls of a reply, and those of them that may go out, as they may."""

    left: tuple[ToolCall, ...]
    screened: tuple[Screened, ...]


async def screened_calls(screen: Screen, reply: Reply, turns: Sequence[Turn]) -> Calls:
    """Each call is looked at, whatever came of the others. One that nobody will carry out (`max_steps`) is not."""
    if reply.finish == "max_steps":
        return Calls(reply.turn.calls, ())
    left, screened = list[ToolCall](), list[Screened]()
    for call in reply.turn.calls:
        one = await screen.screen(sight_of(call, (*turns, reply.turn)))
        screened.append(one)
        if one.stopped is None:
            left.append(rewritten(call, one.text))
    return Calls(tuple(left), tuple(screened))


def finished(reply: Reply, *, out: str, calls: Calls, stopped: bool, refusal: str) -> Reply:
    """The reply that says `out`; `stopped`: something of its text was not let go. Without its guards' decisions."""
    fewer = stopped or len(calls.left) < len(reply.turn.calls)
    finish: Finish = reply.finish if not fewer or (calls.left and not stopped) else "content_filter"
    text = refusal if fewer and not out and not calls.left else out
    if text == reply.turn.text and calls.left == reply.turn.calls:
        return reply if finish == reply.finish else reply.model_copy(update={"finish": finish})
    turn = Turn(role="assistant", text=text, calls=calls.left)
    return reply.model_copy(update={"turn": turn, "finish": finish, "logprobs": None})
