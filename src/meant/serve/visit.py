"""One request to a model, from its first byte to its record: who asks, may he, what does he want, and the answer.

Its rule: whatever happens, the client gets an end in its own dialect, and an exchange that got as far as a system is
recorded: before its last bytes are sent, so that none that was answered in full is missing.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

from meant.core.errors import SystemFailure
from meant.core.system import Delta
from meant.serve import ours
from meant.serve.account import Account, fresh_id
from meant.serve.asgi import Answer, Header, HungUp, Line, Receive, Scope, Send, body_of, headers_of
from meant.serve.callers import Caller
from meant.serve.gateway import Gateway
from meant.serve.generation import Generation
from meant.serve.metrics import NONE, Told
from meant.serve.origin import check_origin
from meant.serve.tools_off import ToolsOff
from meant.serve.wires.contract import Events, Named, Refused, Wire
from meant.serve.wires.failing import refusal
from meant.systems.conversing import conversed

_log = logging.getLogger(__name__)


class Visit:
    """One request."""

    def __init__(self, gateway: Gateway, wire: Wire, send: Send) -> None:
        self.id, self.at, self.began = fresh_id(), time.time(), time.perf_counter()
        self.gateway, self.wire = gateway, wire
        self.answer = Answer(send, ((b"x-request-id", self.id.encode()),))
        self.caller: Caller | None = None
        self.account: Account | None = None
        """Until it is kept."""
        self.system = NONE
        self.events: Events | None = None
        """Of a stream that has begun."""
        self.first_s: float | None = None

    async def run(self, scope: Scope, receive: Receive) -> None:
        """Answer it."""
        under_way = self.gateway.metrics.under_way
        under_way.inc()
        try:
            with self.gateway.generation as generation:
                await self._answered(generation, scope, receive)
        finally:
            under_way.dec()
            self._end()

    async def _answered(self, generation: Generation, scope: Scope, receive: Receive) -> None:
        """The boundary: whatever breaks is told in the dialect, and the details go to the log."""
        try:
            headers = headers_of(scope)
            caller = self.caller = generation.callers.of_key(self.wire.key(headers))
            check_origin(caller, headers)
            with caller.lane:
                await self.gateway.room()
                body = await body_of(receive, headers, caller.lane.bounds.body_bytes)
                account = self._read(generation, caller, body)
                account.traceparent = headers.get("traceparent")
                await self._converse(account, generation.spec.answer_timeout_s, receive)
        except Refused as refused:
            await self._refuse(refused)
        except HungUp:
            pass
        except Exception:  # noqa: BLE001
            _log.exception("request %s failed", self.id)
            await self._refuse(ours.broken(self.id))

    def _read(self, generation: Generation, caller: Caller, body: bytes) -> Account:
        """What is asked of whom. Raises Refused."""
        asked = self.wire.read(body)
        serving = generation.serving(asked.model, caller)
        account = self.account = Account(self.id, self.at, caller, serving, asked.request, self.wire.dialect)
        self.system = serving.name
        self._still_on(account)
        account.request = self.gateway.board.without(asked.request)
        return account

    async def _converse(self, account: Account, timeout_s: float, receive: Receive) -> None:
        """Ask the system. Raises Refused where there is no answer."""
        line = Line(receive)
        try:
            async with asyncio.timeout(timeout_s):
                await self._asked(account)
        except asyncio.CancelledError:
            _uncancelled()
            if not line.hung_up:
                account.ending, account.error = "cut_off", "the gateway stopped"
                raise ours.stopping() from None
            account.ending = "hung_up"
        except TimeoutError:
            account.error = f"no whole answer within {timeout_s:g} s"
            raise ours.too_late(timeout_s) from None
        except SystemFailure as failure:
            account.error = str(failure)
            self.gateway.metrics.failure(account.serving.name, failure.kind)
            _log.warning("request %s to %s failed: %s", self.id, account.serving.name, failure)
            raise refusal(failure) from None
        finally:
            line.close()

    async def _asked(self, account: Account) -> None:
        request, named = account.request, Named(self.id, account.serving.name, int(self.at))
        deltas = cast("AsyncGenerator[Delta]", conversed(account.serving.system, request))
        async with aclosing(deltas) as pieces:
            if request.stream:
                await self._streamed(account, pieces, self.wire.events(request, named))
            else:
                await self._whole(account, pieces, named)

    async def _whole(self, account: Account, pieces: AsyncGenerator[Delta], named: Named) -> None:
        async for delta in pieces:
            if delta.reply is not None:
                account.reply = ToolsOff(self.gateway.board).reply(delta.reply)
        if account.reply is None:
            raise SystemFailure("the system gave no reply", kind="protocol")
        self._still_on(account)
        body = self.wire.whole(account.reply, named)
        self._answered_by(account, 200)
        await self.answer.whole(200, body)

    async def _streamed(self, account: Account, pieces: AsyncGenerator[Delta], events: Events) -> None:
        off = ToolsOff(self.gateway.board)
        async for delta in pieces:
            self._still_on(account)
            if (reply := delta.reply) is not None:
                account.reply = reply = off.reply(reply)
                data = events.end(reply)
            elif delta.call is not None:
                data = b"" if (passed := off.call(delta)) is None else events.piece(passed)
            else:
                account.pieces.append(delta.text)
                data = events.piece(delta)
            if self.events is None:
                data = events.begin() + data
                await self._begin(events)
            if reply is not None:
                self._answered_by(account, 200)
                await self.answer.piece(data, last=True)
                return
            await self.answer.piece(data)
        raise SystemFailure("the system gave no reply", kind="protocol")

    def _still_on(self, account: Account) -> None:
        """Raises Refused where it was switched off meanwhile."""
        if self.gateway.board.off:
            try:
                self.gateway.board.check(account.serving.name, account.caller.tenant)
            except Refused as refused:
                account.ending, account.error = "switched_off", refused.message
                raise

    async def _begin(self, events: Events) -> None:
        self.events = events
        self.first_s = time.perf_counter() - self.began
        await self.answer.begin()

    def _answered_by(self, account: Account, status: int) -> None:
        """The answer is whole: keep it, before its last bytes are sent."""
        account.ending = "answered"
        self._keep(account, status)

    async def _refuse(self, refused: Refused) -> None:
        if self.account is not None:
            self._keep(self.account, self.answer.status or refused.status)
        if self.events is not None:
            await self.answer.piece(self.events.fail(refused), last=True)
        elif not self.answer.status:
            after = refused.retry_after_s
            more: tuple[Header, ...] = () if after is None else ((b"retry-after", b"%d" % max(1, round(after))),)
            await self.answer.whole(refused.status, self.wire.error(refused), *more)

    def _keep(self, account: Account, status: int) -> None:
        """Once."""
        if self.account is not None:
            self.account = None
            account.status, account.first_s = status, self.first_s
            account.took_s = time.perf_counter() - self.began
            self.gateway.over(account)

    def _end(self) -> None:
        """Keep what nobody kept, as of a client that went; count the request."""
        account, caller = self.account, self.caller
        if account is not None:
            self._keep(account, self.answer.status)
        tenant = caller.tenant if caller and caller.tenant else NONE
        took_s = time.perf_counter() - self.began
        self.gateway.metrics.request(
            Told(self.system, tenant, self.wire.dialect, self.answer.status), took_s, self.first_s
        )


def _uncancelled() -> None:
    """The task goes on to its own end, which is near."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
