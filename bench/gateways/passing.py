"""The bare pass-through that the gateway is measured against: Starlette, uvicorn and aiohttp, and nothing in between.

`passing.py UPSTREAM_URL` prints its address, then serves until it is killed.
"""

import socket
import sys
from collections.abc import AsyncIterator

import aiohttp
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

UPSTREAM = sys.argv[1] if len(sys.argv) > 1 else ""
_sessions = list[aiohttp.ClientSession]()


def session() -> aiohttp.ClientSession:
    """One, with as many connections as are needed."""
    if not _sessions:
        _sessions.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
    return _sessions[0]


async def passed(request: Request) -> Response:
    """What the upstream says."""
    body = await request.body()
    head = {"content-type": "application/json"}
    answer = await session().post(f"{UPSTREAM}/chat/completions", data=body, headers=head)
    if answer.content_type == "text/event-stream":
        return StreamingResponse(_pieces(answer), answer.status, media_type="text/event-stream")
    async with answer:
        return Response(await answer.read(), answer.status, media_type="application/json")


async def _pieces(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async with answer:
        async for piece in answer.content.iter_any():
            yield piece


app = Starlette(routes=[Route("/v1/chat/completions", passed, methods=["POST"])])


def main() -> None:
    """Serve on the loopback interface."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"serving on http://127.0.0.1:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", log_level="warning", access_log=False)
    uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main()
