"""The line to a client whose answer is worked on: the work ends when the client hangs up, or when its time is up.

Its rule: what hardly any request needs costs hardly anything. A request has one timer. Whoever waits longer than
`PATIENCE_S` is listened to from then on, by a task: a client that hung up before is noticed then, a later one at once.
An answer that is there sooner is for whoever is there still, which `check` tells without waiting.
"""

import asyncio
from types import TracebackType
from typing import Self

from meant.serve.asgi import HungUp, Receive

GONE = "http.disconnect"
PATIENCE_S = 0.05
"""How long work goes on before somebody listens whether the client is still there."""


class Line:
    """`with` it, the task that is at work is cancelled in such a case. Raises HungUp, or TimeoutError after `within_s`.

    The request's body has to be received by then: what still comes is the client's end. Whoever else cancels the task
    has it end with CancelledError, as usual.
    """

    def __init__(self, receive: Receive, within_s: float) -> None:
        self._receive, self._within_s = receive, within_s
        self._cut: HungUp | TimeoutError | None = None
        self._listening: asyncio.Future[None] | None = None

    def __enter__(self) -> Self:
        self._work, self._loop = asyncio.current_task(), asyncio.get_running_loop()
        self._timer = self._loop.call_later(min(PATIENCE_S, self._within_s), self._listen)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        work, self._work = self._work, None
        self._timer.cancel()
        if self._listening is not None:
            self._listening.cancel()
        if self._cut is not None and work is not None and kind is asyncio.CancelledError:
            work.uncancel()
            raise self._cut from None

    def check(self) -> None:
        """Raises HungUp where the client has gone: nobody may listen yet, or have told."""
        if _has_gone(self._receive):
            raise HungUp

    def _listen(self) -> None:
        self._listening = asyncio.ensure_future(_gone(self._receive))
        self._listening.add_done_callback(self._ended)
        self._timer = self._loop.call_later(max(0.0, self._within_s - PATIENCE_S), self._end, TimeoutError())

    def _ended(self, listening: "asyncio.Future[None]") -> None:
        if not listening.cancelled():
            self._end(HungUp())

    def _end(self, cut: HungUp | TimeoutError) -> None:
        """The first reason counts, and none once the work is over."""
        if self._cut is None and self._work is not None:
            self._cut = cut
            self._work.cancel()


def _has_gone(receive: Receive) -> bool:
    """Whether that is known: it is asked for once, and not waited for."""
    asked = receive().__await__()
    try:
        next(asked)
    except StopIteration as told:
        return bool(told.value["type"] == GONE)
    asked.close()
    return False


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != GONE:
        pass
