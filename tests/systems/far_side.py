"""A far side on the loopback interface: a real server, and everything that one can do wrong."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

HANG = "hang"
DROP = "drop"
"""Faults that are no answer: keep the caller waiting; close the connection without a word."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
JSON = {"Content-Type": "application/json"}
SSE = {"Content-Type": "text/event-stream"}


@dataclass(frozen=True)
class Fault:
    """What one request gets instead of an answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: Sequence[bytes] | None = None
    """Pieces to send one by one, instead of `body`."""
    cut: bool = False
    """Close the connection in the middle of the body."""
    lingers: bool = False
    """Leave the answer without its end."""


@dataclass
class FarSide:
    """What a server was asked, and what it does wrong next. `answer` is what it does right."""

    delay_s: float = 0.0
    faults: list[Fault | str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    """Bodies of all requests, oldest first."""
    headers: list[dict[str, str]] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)
    """Whence the requests came: one a connection."""
    at_once: int = 0
    """The most requests that were open at the same time."""
    url: str = ""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once anything was asked."""
    _open: int = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self._open += 1
        self.at_once = max(self.at_once, self._open)
        try:
            return await self._next(request)
        finally:
            self._open -= 1

    async def answer(self, request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        raise NotImplementedError

    async def _next(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.asked.append(asked)
        self.arrived.set()
        if request.transport is not None:
            self.ports.add(request.transport.get_extra_info("peername")[1])
        self.headers.append(dict(request.headers))
        if self.faults:
            return await misbehave(self.faults.pop(0), request)
        await asyncio.sleep(self.delay_s)
        return await self.answer(request, asked)


def whole(answer: Any, status: int = 200) -> Fault:
    """An answer of this JSON."""
    return Fault(status, json.dumps(answer).encode(), JSON)


async def misbehave(fault: Fault | str, request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    if fault == HANG:
        await asyncio.sleep(60)
    if isinstance(fault, str):
        request.transport.close()
        return web.Response()
    if fault.stream is None and not fault.cut:
        return web.Response(status=fault.status, body=fault.body, headers=fault.headers)
    response = web.StreamResponse(status=fault.status, headers=fault.headers)
    await response.prepare(request)
    for piece in fault.stream or [fault.body]:
        await response.write(piece)
        await asyncio.sleep(0.002)
    if fault.cut:
        request.transport.close()
    if fault.lingers:
        await asyncio.sleep(60)
    return response


@asynccontextmanager
async def listening(path: str, handler: Handler, *, port: int = 0, method: str = "POST") -> AsyncIterator[str]:
    """A server with this one path; the URL of its root."""
    app = web.Application()
    app.router.add_route(method, path, handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, reuse_address=True)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
