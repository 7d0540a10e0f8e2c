"""A system's deltas, as the client gets them: whole, or as a stream's events, one write each.

Its rule: whatever was switched off meanwhile goes out no more, and `kept` is called before the last bytes are sent.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from meant.core.errors import SystemFailure
from meant.core.system import Delta, Reply
from meant.serve.account import Account
from meant.serve.asgi import Answer, retry_after
from meant.serve.switchboard import Switchboard
from meant.serve.tools_off import ToolsOff
from meant.serve.wires.contract import Events, Named, Refused, Wire
from meant.systems.conversing import answered, closing, conversed

OK = 200


@dataclass(slots=True)
class Answering:
    """One answer."""

    wire: Wire
    answer: Answer
    board: Switchboard
    events: Events | None = None
    """Of a stream that has begun."""
    first_at: float | None = None
    """When it began, by `time.perf_counter()`."""

    async def run(self, account: Account, kept: Callable[[], None]) -> None:
        """Ask, and answer. Raises SystemFailure where there is no reply, Refused where it was switched off."""
        request = account.request
        named = Named(account.id, account.serving.name, int(account.at))
        if request.stream:
            await self._streamed(account, self.wire.events(request, named), kept)
        else:
            await self._whole(account, named, kept)

    async def refuse(self, refused: Refused) -> None:
        """Say it in the dialect: as an event where the stream has begun, as an HTTP error otherwise."""
        if self.answer.over:
            return
        if self.events is not None:
            await self.answer.piece(self.events.fail(refused), last=True)
        elif not self.answer.status:
            await self.answer.whole(refused.status, self.wire.error(refused), *retry_after(refused))

    async def _whole(self, account: Account, named: Named, kept: Callable[[], None]) -> None:
        reply = await answered(account.serving.system, account.request)
        self.still_on(account)
        account.reply = ToolsOff(self.board).reply(reply)
        body = self.wire.whole(account.reply, named)
        kept()
        await self.answer.whole(OK, body)

    async def _streamed(self, account: Account, events: Events, kept: Callable[[], None]) -> None:
        off, deltas = ToolsOff(self.board), conversed(account.serving.system, account.request)
        async with closing(deltas):
            async for delta in deltas:
                self.still_on(account)
                first = self.events is None
                data = (events.begin() if first else b"") + _piece(delta, events, off, account)
                if first:
                    await self._begin(events)
                if account.reply is not None:
                    kept()
                    await self.answer.piece(data, last=True)
                    return
                await self.answer.piece(data)
        raise SystemFailure("the system ended without a reply", kind="protocol")

    async def _begin(self, events: Events) -> None:
        self.events, self.first_at = events, time.perf_counter()
        await self.answer.begin()

    def still_on(self, account: Account) -> None:
        """Raises Refused where the system or the tenant is switched off."""
        if self.board.off:
            try:
                self.board.check(account.serving.name, account.caller.tenant)
            except Refused as refused:
                account.ending, account.error = "switched_off", refused.message
                raise


def _piece(delta: Delta, events: Events, off: ToolsOff, account: Account) -> bytes:
    """The bytes of one delta; what it says is noted."""
    if delta.reply is not None:
        reply: Reply = off.reply(delta.reply)
        account.reply = reply
        return events.end(reply)
    if delta.call is not None:
        passed = off.call(delta)
        if passed is None or passed.call is None:
            return b""
        account.called.append(passed.call)
        return events.piece(passed)
    account.pieces.append(delta.text)
    return events.piece(delta)
