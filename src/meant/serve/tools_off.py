"""Takes calls of tools that are switched off out of one reply, streamed or whole, and says so in the record."""

from collections.abc import Iterator

from meant.core.guard import GuardDecision
from meant.core.system import Delta, Reply
from meant.core.turn import ToolCall
from meant.serve.switchboard import Switchboard

NAME = "switch"
"""What decisions call it, in the place of a guard."""


class ToolsOff:
    """For one reply. A call that began to be streamed goes on to its end."""

    _passed = 0
    """Calls that were streamed and let through, so far."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._places: dict[int, int | None] = {}
        """Of each call that was streamed, its place among those that were let through; None: it was not."""

    def call(self, delta: Delta) -> Delta | None:
        """A piece of a call, numbered as if those that are left out had never been; None: it is one of them."""
        call = delta.call
        if call is None:
            return delta
        if call.at not in self._places:
            off = call.tool in self._board.tools
            self._places[call.at] = None if off else self._passed
            self._passed += not off
        at = self._places[call.at]
        if at is None:
            return None
        return delta if at == call.at else Delta(text=delta.text, call=call.model_copy(update={"at": at}))

    def reply(self, reply: Reply) -> Reply:
        """The reply without them."""
        off = {call.id: call for call in self._off(reply)}
        if not off:
            return reply
        calls = tuple(call for call in reply.turn.calls if call.id not in off)
        finish = "stop" if reply.finish == "tool_calls" and not calls else reply.finish
        turn = reply.turn.model_copy(update={"calls": calls})
        guards = (*reply.guards, *map(_decision, off.values()))
        return reply.model_copy(update={"turn": turn, "finish": finish, "guards": guards})

    def _off(self, reply: Reply) -> Iterator[ToolCall]:
        for at, call in enumerate(reply.turn.calls):
            streamed = at in self._places
            if self._places[at] is None if streamed else call.tool in self._board.tools:
                yield call


def _decision(call: ToolCall) -> GuardDecision:
    why = f"the operator has switched the tool {call.tool} off"
    return GuardDecision(guard=NAME, place="call", action="block", mode="enforce", call=call.id, reason=why)
