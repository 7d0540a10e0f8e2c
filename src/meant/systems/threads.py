"""Calls that block, beside the loop: each in a thread of its own.

Its rule: the loop never waits for a thread that nobody waits for. The threads are daemons and not a pool's, so a call
that never returns holds up neither the next one nor the end of the program.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import NamedTuple, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


class _Ended(NamedTuple):
    """How a call ended: a result, or what it raised, which a future could not hold if it were a StopIteration."""

    result: object = None
    error: BaseException | None = None


async def in_thread(call: Callable[[], T]) -> T:
    """What `call` returns or raises. Cancelled, it is not waited for any longer; the thread itself runs on."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[_Ended] = loop.create_future()
    context = copy_context()

    def tell(ended: _Ended) -> None:
        if not waiting.done():
            waiting.set_result(ended)

    def work() -> None:
        ended = _outcome(lambda: context.run(call))
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(tell, ended)

    Thread(target=work, name="meant call", daemon=True).start()
    ended = await waiting
    if ended.error is not None:
        raise ended.error
    return ended.result  # type: ignore[return-value]


def _outcome(call: Callable[[], object]) -> _Ended:
    try:
        return _Ended(call())
    except BaseException as error:  # noqa: BLE001
        return _Ended(error=error)


class Slots:
    """At most so many at once, in each event loop: `async with slots.here():`."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    def here(self) -> asyncio.Semaphore:
        """The running loop's."""
        return self._by_loop.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._at_once))
