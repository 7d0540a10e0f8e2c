"""The least that serves systems over the wires, on the loopback interface: what official clients are pointed at.

It records every byte that it sends.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as Received
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from meant.core.errors import SystemFailure
from meant.core.request import Request
from meant.core.system import Delta, System
from meant.serve.wires.contract import Asked, Events, Named, Refused, Wire
from meant.serve.wires.dialects import WIRES
from meant.serve.wires.failing import refusal
from meant.systems.conversing import answered, closing, conversed


@dataclass
class Served:
    """Systems by name, behind every dialect."""

    systems: Mapping[str, System]
    url: str = ""
    asked: list[Request] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    """One entry an answer."""

    def app(self) -> Starlette:
        return Starlette(routes=[Route(path, self._endpoint(wire), methods=["POST"]) for path, wire in WIRES.items()])

    def _endpoint(self, wire: Wire):  # type: ignore[no-untyped-def]
        async def endpoint(received: Received) -> Response:
            self.sent.append(b"")
            try:
                asked = wire.read(await received.body())
                if asked.model not in self.systems:
                    raise Refused(404, "not_found", f"There is no model {asked.model!r}.", param="model")  # noqa: TRY301
                self.asked.append(asked.request)
                return await self._answer(wire, asked)
            except Refused as refused:
                return self._refused(wire, refused)
            except SystemFailure as failure:
                return self._refused(wire, refusal(failure))

        return endpoint

    async def _answer(self, wire: Wire, asked: Asked) -> Response:
        system, named = self.systems[asked.model], Named("1", asked.model, 1_700_000_000)
        if not asked.request.stream:
            return self._one(wire.whole(await answered(system, asked.request), named))
        deltas = conversed(system, asked.request)
        first = await anext(deltas)
        pieces = self._pieces(wire, asked.request, named, first, deltas)
        return StreamingResponse(pieces, media_type="text/event-stream")

    async def _pieces(
        self, wire: Wire, request: Request, named: Named, first: Delta, rest: AsyncIterator[Delta]
    ) -> AsyncIterator[bytes]:
        events = wire.events(request, named)
        yield self._kept(events.begin())
        try:
            async with closing(rest):
                yield self._kept(_written(events, first))
                async for delta in rest:
                    yield self._kept(_written(events, delta))
        except SystemFailure as failure:
            yield self._kept(events.fail(refusal(failure)))

    def _refused(self, wire: Wire, refused: Refused) -> Response:
        headers = {"Retry-After": f"{refused.retry_after_s:g}"} if refused.retry_after_s else {}
        return self._one(wire.error(refused), refused.status, headers)

    def _one(self, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        return Response(self._kept(body), status, headers, media_type="application/json")

    def _kept(self, sent: bytes) -> bytes:
        self.sent[-1] += sent
        return sent


def _written(events: Events, delta: Delta) -> bytes:
    return events.end(delta.reply) if delta.reply else events.piece(delta)


@asynccontextmanager
async def served(systems: Mapping[str, System]) -> AsyncIterator[Served]:
    """The systems, listening at `url`."""
    one = Served(systems)
    server = uvicorn.Server(uvicorn.Config(one.app(), log_level="error", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        one.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        running = asyncio.create_task(server.serve([listening]))
        try:
            yield one
        finally:
            server.should_exit = True
            await running
