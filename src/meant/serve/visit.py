"""One request to a model, from its first byte to its record: who asks, may he, what does he want, and the answer.

Its rule: whatever happens, the client gets an end in its own dialect, and an exchange that got as far as a system is
recorded: before its last bytes are sent, so that none that was answered in full is missing, and once all that came
before them was taken, so that none counts as answered that was not.
"""

import asyncio
import logging
import time
from contextlib import suppress

from meant.core.errors import SystemFailure
from meant.core.exchange import Ending
from meant.guard.promptly import within
from meant.serve import ours
from meant.serve.account import Account, fresh_id
from meant.serve.answering import Answering
from meant.serve.approving import ASKER, Asker
from meant.serve.asgi import OK, Answer, HungUp, Receive, Scope, Send, body_of, headers_of, traceparent_of, uncancelled
from meant.serve.callers import Caller
from meant.serve.gateway import Gateway
from meant.serve.generation import Generation
from meant.serve.line import Line
from meant.serve.metrics import NONE, Told
from meant.serve.origin import check_origin
from meant.serve.room import room
from meant.serve.wires.contract import Refused, Wire
from meant.serve.wires.failing import refusal

_log = logging.getLogger(__name__)
TAKEN_S = 5.0
"""How long a client that takes nothing is waited for once all that is left is to tell it why its answer broke off."""


class Visit:
    """One request."""

    def __init__(self, gateway: Gateway, wire: Wire, send: Send) -> None:
        self.id, self.at, self.began = fresh_id(), time.time(), time.perf_counter()
        self.gateway, self.wire = gateway, wire
        self.answer = Answer(send, ((b"x-request-id", self.id.encode()),))
        self.answering = Answering(wire, self.answer, gateway.board)
        self.caller: Caller | None = None
        self.account: Account | None = None
        """Until it is kept."""
        self.system = NONE

    async def run(self, scope: Scope, receive: Receive) -> None:
        """Answer it."""
        self.gateway.metrics.under_way += 1
        try:
            with self.gateway.generation as generation:
                await self._answered(generation, scope, receive)
        finally:
            self.gateway.metrics.under_way -= 1
            self._end()

    async def _answered(self, generation: Generation, scope: Scope, receive: Receive) -> None:
        """The boundary: whatever breaks is told in the dialect, and the details go to the log."""
        try:
            headers = headers_of(scope)
            caller = self.caller = generation.callers.of_key(self.wire.key(headers))
            check_origin(caller, headers)
            with caller.lane:
                body = await body_of(receive, headers, caller.lane.bounds)
                if self.gateway.recorder.full:
                    await room(self.gateway, receive, generation.spec.answer_timeout_s)
                account = self._read(generation, caller, body)
                account.traceparent = traceparent_of(headers)
                await self._converse(account, generation.spec.answer_timeout_s, receive)
        except Refused as refused:
            if self.account is not None:
                self.account.error = self.account.error or refused.message
            await self._refuse(refused)
        except HungUp:
            pass
        except asyncio.CancelledError:
            uncancelled()
            await self._refuse(ours.stopping())
        except Exception as error:  # noqa: BLE001
            _log.exception("request %s failed", self.id)
            if self.account is not None:
                self.account.error = f"the gateway failed: {type(error).__name__}: {error}"
            await self._refuse(ours.broken(self.id))

    def _read(self, generation: Generation, caller: Caller, body: bytes) -> Account:
        """What is asked of whom. Raises Refused."""
        asked = self.wire.read(body)
        serving = generation.serving(asked.model, caller)
        account = self.account = Account(self.id, self.at, caller, serving, asked.request, self.wire.dialect)
        self.system = serving.name
        ASKER.set(Asker(serving.name, caller.tenant))
        self.answering.still_on(account)
        try:
            account.request = self.gateway.board.without(asked.request)
        except Refused:
            account.ending = "switched_off"
            raise
        return account

    async def _converse(self, account: Account, timeout_s: float, receive: Receive) -> None:
        """Ask the system. Raises Refused where there is no answer, HungUp where nobody waits for it any more."""
        task = asyncio.current_task()
        try:
            if task is not None:
                self.gateway.answering[task] = account
            with Line(receive, timeout_s) as line:
                await self.answering.run(account, lambda: self._answered_to(line))
        except (HungUp, TimeoutError, SystemFailure, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError):
                uncancelled()
            if self.account is not None:  # else all was said, and what comes of letting go changes nothing
                raise self._broken_off(error, account, timeout_s) from None
        finally:
            self.gateway.answering.pop(task, None)  # type: ignore[arg-type]

    def _broken_off(self, error: BaseException, account: Account, timeout_s: float) -> Refused | HungUp:
        """What comes of an error in the middle of an answer, of which nothing was sent but the pieces."""
        untaken = self.answer.sending or account.reply is not None
        if isinstance(error, HungUp):
            account.ending = "hung_up"
            return error
        if isinstance(error, asyncio.CancelledError):
            self.answering.still_on(account)
            account.ending, account.error = "cut_off", "the gateway stopped"
            return ours.stopping()
        if isinstance(error, SystemFailure):
            return self._failed(error, account)
        if untaken:
            account.ending, account.error = "hung_up", f"the client did not take all of it within {timeout_s:g} s"
        else:
            account.error = f"no whole answer within {timeout_s:g} s"
        return ours.too_late(timeout_s)

    def _failed(self, failure: SystemFailure, account: Account) -> Refused:
        account.error = str(failure)
        self.gateway.metrics.failure(account.serving.name, failure.kind)
        status = f", HTTP {failure.status}" if failure.status else ""  # its words may repeat what was said
        _log.warning("request %s to %s failed: %s%s", self.id, account.serving.name, failure.kind, status)
        return refusal(failure)

    def _answered_to(self, line: Line) -> None:
        line.check()
        self._keep("answered", OK)

    async def _refuse(self, refused: Refused) -> None:
        """Say so, to whom takes it in time; else uvicorn closes the connection, since there is no end to the answer.

        It is kept afterwards: what status was sent, if any, is known then.
        """
        with suppress(TimeoutError):
            await within(TAKEN_S, self.answering.refuse(refused))
        self._keep(None, self.answer.status)

    def _keep(self, ending: Ending | None, status: int) -> None:
        """What there is to keep, once; None: it ended as the account says."""
        account, self.account = self.account, None
        if account is not None:
            account.ending = ending or account.ending
            account.status, account.first_s = status, self._first_s()
            account.took_s = time.perf_counter() - self.began
            self.gateway.over(account)

    def _end(self) -> None:
        """Keep what nobody kept, as of a client that went; count the request."""
        self._keep(None, self.answer.status)
        tenant = (self.caller.tenant if self.caller else None) or NONE
        told = Told(self.system, tenant, self.wire.dialect, self.answer.status)
        self.gateway.metrics.request(told, time.perf_counter() - self.began, self._first_s())

    def _first_s(self) -> float | None:
        first_at = self.answering.first_at
        return None if first_at is None else first_at - self.began
