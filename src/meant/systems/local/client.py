"""The caller's side of a local engine: starts the child when first asked, and again after a crash.

Whatever becomes of the child, a request that waits for it ends: with its answer or with a SystemFailure. One that
nobody waits for any more is cancelled over there.
"""

import asyncio
import itertools
import sys
from collections.abc import AsyncGenerator, Callable, Sequence

from meant.core.errors import SystemFailure
from meant.systems.local.process import Process
from meant.systems.local.wire import Cancel, Done, Failed, FromChild, Load, Request, Scored, Shown

CHILD = (sys.executable, "-P", "-m", "meant.systems.local.child")
LAST = Done | Scored | Shown
RESTARTS = 1
"""Until a request is answered: a child that always dies is not started for ever."""


class Client:
    """Requests to one child. Belongs to the event loop that asks; another loop gets another child."""

    def __init__(self, load: Callable[[], Load], *, command: Sequence[str] = CHILD) -> None:
        self._load, self._command = load, tuple(command)
        self._numbers = itertools.count(1)
        self._process: Process | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = asyncio.Lock()
        self._crashes = 0

    async def ask(self, make: Callable[[int], Request]) -> AsyncGenerator[FromChild, None]:
        """Send the request that `make` gives for its number; what comes back, up to the last message.

        Raises SystemFailure where there will be no answer, ConfigError where the model's file is damaged. Close it
        (`contextlib.aclosing`) where you do not read to the end.
        """
        process = await self.ready()
        number = next(self._numbers)
        inbox, message = process.expect(number), None
        try:
            process.send(make(number))
            while not isinstance(message, LAST):
                message = _checked(await inbox.get(), process)
                self._crashes = 0
                yield message
        finally:
            process.forget(number)
            if not isinstance(message, LAST):
                process.send(Cancel(number))

    async def aclose(self) -> None:
        """End the child. The next request would start another."""
        process, self._process = self._process, None
        self._crashes = 0
        if process is not None:
            await process.aclose()

    async def ready(self) -> Process:
        """The child, started if it must be. Raises what `ask` raises."""
        if self._loop is not asyncio.get_running_loop():
            self._move()
        async with self._starting:
            if self._process is not None and self._process.dead:
                self._process = None
                self._crashes += 1
            if self._process is None:
                self._process = await self._start()
            return self._process

    async def _start(self) -> Process:
        if self._crashes > RESTARTS:
            often = f"the local engine's process died {self._crashes} times with no answer between"
            raise SystemFailure(f"{often}: not started again", kind="crashed")
        try:
            return await Process.start(self._command, self._load())
        except SystemFailure:
            self._crashes += 1
            raise

    def _move(self) -> None:
        """To the loop that runs now."""
        if self._process is not None:
            self._process.abandon()
        self._process, self._starting, self._loop = None, asyncio.Lock(), asyncio.get_running_loop()


def _checked(message: FromChild | None, process: Process) -> FromChild:
    if message is None:
        raise process.death()
    if isinstance(message, Failed):
        raise SystemFailure(message.reason, kind=message.kind)
    return message
