"""uvicorn's HTTP protocol with fewer writes: all that is written in one turn of the loop goes to the socket as one.

uvicorn writes a head and a body one after the other, and a stream's events as they come; each would be a system call.
It waits without end for a client that takes nothing, be it to say that an answer broke off; here that has an end, too.
And it reads a head of any size for any time, before it is known who sends it: more than `HEAD_BYTES` ends the
connection here, and so does a head that is not whole within a time limit. That runs from when the connection is free
for it, since a client that sends nothing at all holds it as well. uvicorn's own limit (`timeout_keep_alive`) is of
silence after an answer, and a byte ends silence.
Source: uvicorn 0.54, `httptools_impl.HttpToolsProtocol`.
"""

import asyncio
import re
from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_BYTES = 500_000
"""Of a request line and its headers, or of what stands behind a body."""
LINGER_S = 30.0
"""How long a connection that is to be closed waits for a client that takes nothing of what is left to write."""
_LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)


class Joined:
    """A transport that hands on what was written at the end of the loop's turn. It is in all else the one it wraps."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self.is_closing = transport.is_closing
        """Asked with every answer."""
        self._waiting: list[bytes] = []
        self._lingering: asyncio.TimerHandle | None = None

    def write(self, data: bytes) -> None:
        """Write it, together with whatever else is written in this turn."""
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(data)

    def close(self) -> None:
        """Write what waits, then close: once it is taken, or `LINGER_S` after nothing more of it was."""
        self._flush()
        self._transport.close()
        if self._lingering is None:
            self._linger(None)

    def closed(self) -> None:
        """It is."""
        if self._lingering is not None:
            self._lingering.cancel()

    def _linger(self, before: int | None) -> None:
        left = self._transport.get_write_buffer_size()
        if left and left == before:
            self._transport.abort()
        elif left:
            self._lingering = self._loop.call_later(LINGER_S, self._linger, left)

    def _flush(self) -> None:
        data, self._waiting = b"".join(self._waiting), []
        if data and not self._transport.is_closing():
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Protocol(HttpToolsProtocol):
    """One connection. See `protocol_of`."""

    head_timeout_s: float
    untaken_s: Callable[[], float]
    """How long more than the connection holds may wait for the client; asked each time."""
    _untaken: asyncio.TimerHandle | None = None
    """While it does."""
    _free_since: float | None
    """By the loop's clock. None: a request is under way."""
    _timer: asyncio.TimerHandle
    """One for the connection, not for each request: it looks once in a while whether the time is up."""
    _in_head = False
    _unread = 0
    """Bytes that came since there was a whole head, a piece of a body or the end of one: a head's, or a trailer's."""
    _at_work: RequestResponseCycle | None = None
    """The request that is being answered. uvicorn's `cycle` is the last that came, which may wait behind it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(cast("asyncio.Transport", Joined(transport, self.loop)))
        self._free_since = self.loop.time()
        self._timer = self.loop.call_later(self.head_timeout_s, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._timer.cancel()
        self._take()
        super().connection_lost(exc)
        cast("Joined", self.transport).closed()
        if self._at_work is not None and not self._at_work.response_complete:
            self._at_work.disconnected = True
            self._at_work.message_event.set()

    def pause_writing(self) -> None:
        """The client takes less than is written."""
        super().pause_writing()
        self._untaken = self.loop.call_later(self.untaken_s(), self.transport.abort)

    def resume_writing(self) -> None:
        """It has taken it."""
        self._take()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Read it."""
        self._unread += len(data)
        super().data_received(data if self._free_since is None else _as_it_is(data))
        if self._unread > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The request's headers are too large.")

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header. What comes behind a body is none, and nobody reads it: RFC 9110, 6.5.1."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._in_head, self._free_since, self._unread = False, None, 0
        super().on_headers_complete()
        if not self.pipeline:
            self._at_work = self.cycle

    def on_body(self, body: bytes) -> None:
        """A piece of its body is."""
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """All of it is."""
        self._unread = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is written. Of requests that came one behind the other, the next is begun."""
        self._at_work = self.pipeline[-1][0] if self.pipeline else None
        super().on_response_complete()
        self._free_since = None if self._at_work else self.loop.time()

    def _take(self) -> None:
        if self._untaken is not None:
            self._untaken.cancel()

    def _look(self) -> None:
        """End the connection where no whole head has come in time; else look again when it may be up."""
        since, limit = self._free_since, self.head_timeout_s
        left = limit if since is None else since + limit - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._look)
        elif not self.transport.is_closing():
            if self._in_head:
                self.transport.write(_LATE)
            self.transport.close()


def _as_it_is(data: bytes) -> bytes:
    """A head without the wish for another protocol, which a server may pass over: the parser would pass over the body.

    Java's client has it, for HTTP/2, with the first request of a connection. Source: RFC 9110, 7.8.
    """
    if b"pgrade" not in data and b"PGRADE" not in data:
        return data
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"\r\nx-upgrade:", head) + end + rest


def protocol_of(head_timeout_s: float, untaken_s: Callable[[], float]) -> type[Protocol]:
    """The protocol whose clients send the head of each request, and take what they are sent, within so many seconds."""
    return type("Protocol", (Protocol,), {"head_timeout_s": head_timeout_s, "untaken_s": staticmethod(untaken_s)})
