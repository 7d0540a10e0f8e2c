"""One check of LiteLLM's while it goes on: it can be stopped as an answer can, and is kept whatever becomes of it.

Its rule: what was switched off meanwhile passes nothing, and what guards had said by the end is in the record.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from meant.core.guard import Screened
from meant.core.request import Request
from meant.core.system import Reply
from meant.core.turn import Turn
from meant.engine.settled import dropped, settled
from meant.serve import ours
from meant.serve.account import Account, fresh_id
from meant.serve.asgi import OK, HungUp, Receive, uncancelled
from meant.serve.callers import Caller
from meant.serve.gateway import Gateway
from meant.serve.generation import Serving
from meant.serve.line import Line
from meant.serve.wires.contract import Refused

_SAYING_NOTHING = Turn(role="assistant", text="")


def account_of(caller: Caller, serving: Serving, turns: Sequence[Turn]) -> Account:
    """Of an exchange in which the last text, where it is the model's, is the reply."""
    *before, said = turns if turns and turns[-1].role == "assistant" else (*turns, _SAYING_NOTHING)
    account = Account(fresh_id(), time.time(), caller, serving, Request(turns=tuple(before)), "litellm")
    account.reply = Reply(turn=said)
    return account


@asynccontextmanager
async def checking(
    gateway: Gateway, account: Account, receive: Receive, within_s: float
) -> AsyncIterator[list[Screened]]:
    """Around the check; what guards say goes into the list that is given. Raises Refused, HungUp."""
    began, task, screened = time.perf_counter(), asyncio.current_task(), list[Screened]()
    try:
        if task is not None:
            gateway.answering[task] = account
        with Line(receive, within_s):
            yield screened
        gateway.board.check(account.serving.name, account.caller.tenant)
        account.ending, account.status = "answered", OK
    except (Exception, asyncio.CancelledError) as error:
        raise _broken_off(error, gateway, account, within_s) from error
    finally:
        gateway.answering.pop(task, None)  # type: ignore[arg-type]
        account.took_s = time.perf_counter() - began
        await _keep(gateway, account, screened)


def _broken_off(error: BaseException, gateway: Gateway, account: Account, within_s: float) -> BaseException:
    """What comes of an error in the middle of it, noted."""
    if isinstance(error, HungUp):
        account.ending = "hung_up"
        return error
    if isinstance(error, asyncio.CancelledError):
        uncancelled()
        account.ending, error = "cut_off", _stopped(gateway, account)
    if isinstance(error, TimeoutError):
        error = ours.too_late(within_s)
    if isinstance(error, Refused):
        account.error, account.status = error.message, error.status
        if gateway.board.stops(account.serving.name, account.caller.tenant):
            account.ending = "switched_off"
        return error
    account.error, account.status = f"the gateway failed: {type(error).__name__}: {error}", 500
    return error


def _stopped(gateway: Gateway, account: Account) -> Refused:
    try:
        gateway.board.check(account.serving.name, account.caller.tenant)
    except Refused as refused:
        return refused
    return ours.stopping()


async def _keep(gateway: Gateway, account: Account, screened: Sequence[Screened]) -> None:
    """With what guards in shadow have said by now."""
    guards = tuple(decision for one in screened for decision in one.decisions)
    try:
        guards = await settled(screened, within_s=0.0)
    finally:
        dropped(screened)
        if account.reply is not None:
            account.reply = account.reply.but(guards=guards)
        gateway.over(account)
