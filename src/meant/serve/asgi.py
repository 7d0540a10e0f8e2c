"""The little that the hot routes need of ASGI: headers, a body of bounded size, an answer.

Starlette serves the routes that are asked seldom; these are asked with every request. Source: ASGI 3.0, HTTP 2.3.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from meant.files.gateway import Bounds
from meant.guard.promptly import within
from meant.serve.wires.contract import Refused

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON: Header = (b"content-type", b"application/json")
CLOSE: Header = (b"connection", b"close")
OK = 200
TIMED_OUT = 408
"""The request did not come in time. Its connection, on which the rest may still come, is closed."""
HELD = 65_536
"""Bytes that a connection holds beside what the system's sockets do; of more, the client is waited for."""
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
STREAM: tuple[Header, ...] = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
)


class HungUp(Exception):
    """The client has gone."""


def headers_of(scope: Scope) -> dict[str, str]:
    """By lower-case name; of one that comes twice, the last."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


async def body_of(receive: Receive, headers: dict[str, str], bounds: Bounds) -> bytes:
    """The whole body. Raises Refused as soon as it is known to be out of bounds, HungUp where the client goes."""
    told, limit = headers.get("content-length", ""), bounds.body_bytes
    if told.isdecimal() and int(told) > limit:
        raise _too_large(limit)
    try:
        return await within(bounds.body_timeout_s, _body(receive, limit))
    except TimeoutError:
        words = f"the request's body did not come within the {bounds.body_timeout_s:g} s that are allowed"
        raise Refused(TIMED_OUT, "too_slow", words) from None


async def _body(receive: Receive, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUp
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        pieces.append(piece)
        if not message.get("more_body", False):
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def traceparent_of(headers: dict[str, str]) -> str | None:
    """The caller's trace context, which is kept: whatever else stands there is none. Source: W3C Trace Context, 3.2."""
    given = headers.get("traceparent", "")
    return given if _TRACEPARENT.fullmatch(given) else None


def _too_large(limit: int) -> Refused:
    return Refused(413, "too_large", f"the request is larger than the {limit} bytes that are allowed")


def retry_after(refused: Refused) -> tuple[Header, ...]:
    """The header that says when to come back, where it is known; in whole seconds."""
    after = refused.retry_after_s
    return () if after is None else ((b"retry-after", b"%d" % max(1, round(after))),)


@dataclass(slots=True)
class Answer:
    """One answer on its way to the client."""

    send: Send
    headers: tuple[Header, ...]
    """Of every answer."""
    status: int = 0
    """Once it has begun, for somebody who is there."""
    sending: bool = False
    """Whether a stream waits for the client to take some of it."""
    sent: int = 0
    """Bytes of a stream, or of a body that is sent in pieces."""
    over: bool = False
    """Whether all of it was sent."""

    async def whole(self, status: int, body: bytes, *more: Header) -> None:
        """All of it at once."""
        close = (CLOSE,) if status == TIMED_OUT else ()
        await self.head(status, len(body), *close, *more)
        self.status = status
        await self.rest(body)

    async def head(self, status: int, size: int, *more: Header) -> None:
        """That of a body of so many bytes. What stands before it on the connection is waited for here."""
        headers = (JSON, (b"content-length", b"%d" % size), *self.headers, *more)
        await self.send({"type": "http.response.start", "status": status, "headers": headers})

    async def rest(self, body: bytes) -> None:
        """The body, or what is left of it. Right after `head` or `most` it waits for nobody."""
        await self.send({"type": "http.response.body", "body": body})
        self.over = True

    async def begin(self) -> None:
        """The head of a stream."""
        self.sending = True
        await self.send({"type": "http.response.start", "status": OK, "headers": (*STREAM, *self.headers)})
        self.status, self.sending = OK, False

    async def piece(self, data: bytes) -> None:
        """The next bytes of a stream."""
        self.sending = True
        await self.send({"type": "http.response.body", "body": data, "more_body": True})
        self.sending = False
        self.sent += len(data)

    async def most(self, data: bytes) -> bytes:
        """Send of the last bytes what a connection may not hold, and wait until that, and all before it, is taken.

        What is left, which waits for nobody.
        """
        if len(data) > HELD:
            await self.piece(data[:-HELD])
        if self.sent > HELD:
            await asyncio.sleep(0)  # by then it is written: `protocol.py` joins the writes of one turn
        await self.piece(b"")
        return data[-HELD:]


def uncancelled() -> None:
    """The task was cancelled, and goes on to its own end, which is near."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
