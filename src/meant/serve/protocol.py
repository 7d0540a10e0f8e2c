"""uvicorn's HTTP protocol with fewer writes: all that is written in one turn of the loop goes to the socket as one.

uvicorn writes a head and a body one after the other, and a stream's events as they come; each would be a system call.
And it reads a head of any size, before it is known who sends it: more than `HEAD_BYTES` ends the connection here.
Source: uvicorn 0.54, `httptools_impl.HttpToolsProtocol`.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 500_000
"""Of a request line and its headers."""


class Joined:
    """A transport that hands on what was written at the end of the loop's turn. It is in all else the one it wraps."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._waiting = list[bytes]()

    def write(self, data: bytes) -> None:
        """Write it, together with whatever else is written in this turn."""
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(data)

    def close(self) -> None:
        """Write what waits, then close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        data, self._waiting = b"".join(self._waiting), []
        if data and not self._transport.is_closing():
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Protocol(HttpToolsProtocol):
    """One connection."""

    _in_head = False
    _head = 0
    """Bytes of the head that is still coming, with what came together with its beginning."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(cast("asyncio.Transport", Joined(transport, self.loop)))

    def data_received(self, data: bytes) -> None:
        """Read it."""
        super().data_received(data)
        self._head = self._head + len(data) if self._in_head else 0
        if self._head > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The request's headers are too large.")

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._in_head = False
        super().on_headers_complete()
