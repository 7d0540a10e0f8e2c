"""One request on its way in and its reply on its way out, and the record of what guards said meanwhile."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Container, Sequence

from meant.core.errors import SystemFailure
from meant.core.guard import GuardDecision, Screened
from meant.core.system import CallDelta, Delta, Reply, Timing
from meant.core.turn import ToolCall, Turn
from meant.engine.settled import dropped, settled
from meant.guard.cascade import Cascade
from meant.guard.entering import entered
from meant.guard.leaving import failed, finished, screened_calls, spoken, unworded
from meant.guard.release import NOTHING, Release
from meant.systems.conversing import closing
from meant.systems.tools.screened import arguments_of


class Passage:
    """Of one request. `patient`: the record waits for guards in shadow that are still at work at the end.

    `offered` are the names of the tools that may be called.
    """

    def __init__(self, cascade: Cascade, refusal: str, *, patient: bool, offered: Container[str] = ()) -> None:
        self._cascade, self._refusal, self._offered = cascade, refusal, offered
        self._within_s = None if patient else cascade.shadow_wait_s
        self._began = time.perf_counter()
        self._first_s: float | None = None
        self._in: list[Screened] = []
        self._out: list[Screened] = []
        self._turns: tuple[Turn, ...] = ()

    async def enter(self, turns: Sequence[Turn]) -> tuple[Turn, ...] | None:
        """The turns as the model may see them; None: it is not to be asked."""
        came = await entered(self._cascade, turns, self._in)
        self._turns = came.turns
        return None if came.stopped else came.turns

    async def refused(self) -> Reply:
        """The reply to a request that does not get in."""
        return await self._recorded(_blocked(self._refusal), (), None)

    async def whole(self, reply: Reply) -> Reply:
        """What goes out of a reply that comes as one."""
        text = reply.turn.text
        screened = await self._cascade.screen(spoken(text, self._turns)) if text else NOTHING
        left = await self._left(reply, screened, "" if screened.stopped else screened.text)
        return await self._recorded(left, left.guards, reply.timing and self._slower(reply.timing))

    async def pieces(self, deltas: AsyncIterator[Delta], *, streamed: bool) -> AsyncGenerator[Delta]:
        """What goes out of a reply that comes piece by piece; a call only when the reply is there, and as one piece.

        The deltas are closed when nothing more may go out. Raises SystemFailure where they end without a reply.
        """
        release, reply = Release(self._cascade, self._turns, streamed=streamed), None
        async with closing(deltas):
            async for delta in deltas:
                reply = delta.reply
                if text := await release.put(delta.text):
                    yield self._text(text)
                if release.stopped or reply is not None:
                    break
        if not release.stopped:
            _check(reply, release)
            if text := await release.end():
                yield self._text(text)
        left = await self._left(reply or _blocked(""), release.screened, release.out)
        if not release.out and left.turn.text:
            yield self._text(left.turn.text)
        for at, call in enumerate(left.turn.calls if left.finish == "tool_calls" else ()):
            yield Delta(text="", call=CallDelta(at=at, id=call.id, tool=call.tool, arguments=arguments_of(call)))
        timing = Timing(total_s=time.perf_counter() - self._began, first_token_s=self._first_s)
        yield Delta(text="", reply=await self._recorded(left, left.guards, timing))

    async def failed(self, failure: SystemFailure) -> SystemFailure:
        """The failure of the system inside, as it may be told."""
        return await failed(self._cascade, failure, self._turns)

    def drop(self) -> None:
        """Nobody waits for the reply any more."""
        dropped([*self._in, *self._out])

    def _text(self, text: str) -> Delta:
        if self._first_s is None:
            self._first_s = time.perf_counter() - self._began
        return Delta(text=text)

    async def _left(self, reply: Reply, screened: Screened, out: str) -> Reply:
        """The reply as it goes out, its calls screened unless its text was stopped."""
        self._out.append(screened)
        stopped = screened.stopped is not None
        reply = unworded(reply, self._turns) if reply.turn.calls and self._cascade.enforces else reply
        calls = await self._called(reply) if reply.turn.calls and not stopped else ()
        return finished(reply, out=out, calls=calls, stopped=stopped, refusal=self._refusal)

    async def _called(self, reply: Reply) -> tuple[ToolCall, ...]:
        return await screened_calls(self._cascade, reply, self._turns, self._offered, self._out)

    async def _recorded(self, reply: Reply, inner: Sequence[GuardDecision], timing: Timing | None) -> Reply:
        """With all the decisions in the order in which they were asked for; `inner` are those of the system inside."""
        before = await settled(self._in, within_s=self._within_s)
        after = await settled(self._out, within_s=self._within_s)
        return reply.but(timing=timing, guards=(*before, *inner, *after))

    def _slower(self, timing: Timing) -> Timing:
        """With the seconds of the guards that were waited for. The first token is nobody's before the last one is."""
        guards = [one for part in (*self._in, *self._out) for one in part.decisions if one.mode == "enforce"]
        return Timing(total_s=timing.total_s + sum([one.took_s for one in guards]))


def _blocked(text: str) -> Reply:
    return Reply(turn=Turn(role="assistant", text=text), finish="content_filter")


def _check(reply: Reply | None, release: Release) -> None:
    if reply is None:
        raise SystemFailure("the system ended without a reply", kind="protocol")
    if reply.turn.text != release.came:
        raise SystemFailure("the pieces of the reply are not the reply", kind="protocol")
