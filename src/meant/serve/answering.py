"""A system's deltas, as the client gets them: whole, or as a stream's events, one write each.

Its rule: whatever was switched off meanwhile goes out no more, and `kept` is called before the last bytes are sent,
and right before: once the client has taken what came before them, so that nothing is left to wait for.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from meant.core.errors import SystemFailure
from meant.serve.account import Account
from meant.serve.asgi import HELD, OK, Answer, retry_after
from meant.serve.switchboard import Switchboard
from meant.serve.tools_off import ToolsOff
from meant.serve.wires.contract import Events, Named, Refused, Wire
from meant.systems.conversing import answered, closing, conversed


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
            await self.answer.rest(self.events.fail(refused))
        elif not self.answer.status:
            await self.answer.whole(refused.status, self.wire.error(refused), *retry_after(refused))

    async def _whole(self, account: Account, named: Named, kept: Callable[[], None]) -> None:
        account.reply = ToolsOff(self.board).reply(await answered(account.serving.system, account.request))
        self.still_on(account)
        body = self.wire.whole(account.reply, named)
        size = len(body)
        await self.answer.head(OK, size)
        if size > HELD:
            self.answer.status = OK
            body = await self.answer.most(body)
        kept()
        self.answer.status = OK
        await self.answer.rest(body)

    async def _streamed(self, account: Account, events: Events, kept: Callable[[], None]) -> None:
        off, deltas = ToolsOff(self.board), conversed(account.serving.system, account.request)
        async with closing(deltas):
            async for delta in deltas:
                if delta.reply is not None:
                    account.reply = off.reply(delta.reply)
                self.still_on(account)
                said = off.call(delta)
                if said is None:
                    continue
                begun = await self._begin(events) if self.events is None else b""
                if account.reply is not None:
                    await self._end(begun + events.end(account.reply), kept)
                    return
                if data := begun + events.piece(said):
                    await self.answer.piece(data)
                account.note(said)
        raise SystemFailure("the system ended without a reply", kind="protocol")

    async def _begin(self, events: Events) -> bytes:
        await self.answer.begin()
        self.events, self.first_at = events, time.perf_counter()
        return events.begin()

    async def _end(self, data: bytes, kept: Callable[[], None]) -> None:
        data = await self.answer.most(data)
        kept()
        await self.answer.rest(data)

    def still_on(self, account: Account) -> None:
        """Raises Refused where the system or the tenant is switched off."""
        if self.board.off:
            try:
                self.board.check(account.serving.name, account.caller.tenant)
            except Refused as refused:
                account.ending, account.error = "switched_off", refused.message
                raise
