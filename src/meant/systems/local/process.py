"""One child process, from its start to its death, and who waits for what it says."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from meant.core.errors import ConfigError, SystemFailure
from meant.systems.local.wire import (
    LENGTH_BYTES,
    FromChild,
    Load,
    Message,
    Ready,
    ToChild,
    Unfit,
    WireError,
    framed,
    length,
    parsed,
)

STARTING = 0
"""Messages without a request's number go to this inbox."""
TAIL_BYTES = 2000
"""Of the child's stderr, kept to tell why it died."""

Inbox = asyncio.Queue[FromChild | None]
"""None: the child is dead."""


class Process:
    """A child that has loaded its model. Make one with `start`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._inboxes: dict[int, Inbox] = {}
        self._said = bytearray()
        self.dead = False
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._listen())]

    @classmethod
    async def start(cls, command: Sequence[str], load: Load) -> "Process":
        """Raises ConfigError for a file that is damaged, SystemFailure where the child dies instead."""
        pipe = asyncio.subprocess.PIPE
        try:
            started = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
        except OSError as error:
            raise SystemFailure(f"cannot start {command[0]}: {error}", kind="crashed") from error
        process = cls(started)
        try:
            await process._handshake(load)
        except BaseException:
            await process.aclose()
            raise
        return process

    def expect(self, number: int) -> Inbox:
        """Where the messages to one request will be."""
        inbox = self._inboxes[number] = Inbox()
        if self.dead:
            inbox.put_nowait(None)
        return inbox

    def forget(self, number: int) -> None:
        """Nobody reads that inbox any more."""
        self._inboxes.pop(number, None)

    def send(self, message: ToChild) -> None:
        """Write a message; a dead child's inboxes say that it is dead."""
        if self._process.stdin is not None and not self.dead:
            self._process.stdin.write(framed(message))

    def death(self) -> SystemFailure:
        """Why nothing comes any more."""
        words = bytes(self._said).decode(errors="replace").strip()
        code = self._process.returncode
        how = "" if code is None else f" (signal {-code})" if code < 0 else f" (exit code {code})"
        return SystemFailure(f"the local engine's process died{how}{': ' if words else ''}{words}", kind="crashed")

    async def aclose(self) -> None:
        """Kill it: there is nothing that it would have to save."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await asyncio.gather(*self._tasks)

    def abandon(self) -> None:
        """Kill it from another event loop than its own, which is closed."""
        with suppress(ProcessLookupError):
            self._process.kill()

    async def _handshake(self, load: Load) -> None:
        inbox = self.expect(STARTING)
        self.send(load)
        message = await inbox.get()
        self.forget(STARTING)
        match message:
            case None:
                raise self.death()
            case Unfit(reason=reason):
                raise ConfigError(reason)
            case Ready():
                return
            case _:
                raise SystemFailure(f"the local engine began with {type(message).__name__}", kind="protocol")

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                head = await self._process.stdout.readexactly(LENGTH_BYTES)
                self._deliver(parsed(await self._process.stdout.readexactly(length(head))))
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._process.wait()
        except WireError as error:
            self._said += str(error).encode()
            self._process.kill()
        finally:
            await self._tasks[1]
            self.dead = True
            for inbox in self._inboxes.values():
                inbox.put_nowait(None)

    def _deliver(self, message: Message) -> None:
        inbox = self._inboxes.get(getattr(message, "id", STARTING))
        if inbox is not None and isinstance(message, FromChild):
            inbox.put_nowait(message)

    async def _listen(self) -> None:
        """Keep the end of what the child writes to stderr."""
        assert self._process.stderr is not None
        while data := await self._process.stderr.read(TAIL_BYTES):
            self._said = (self._said + data)[-TAIL_BYTES:]
