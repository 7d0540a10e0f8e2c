"""A real server on the loopback interface that behaves as OpenAI's Chat Completions, faults included.

It answers with `text` (or a structured refusal) unless a fault is queued, in which case the next request gets that.
`test_openai_client.py` holds it to the format: the official client reads what it sends.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

HANG = "hang"
DROP = "drop"
"""Faults that are no answer: keep the caller waiting; close the connection without a word."""


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


def error(status: int, message: str = "it broke", *, headers: dict[str, str] | None = None, **fields: Any) -> Fault:
    """An error in OpenAI's own shape."""
    said = {"error": {"message": message, "type": "server_error", "param": None, "code": None, **fields}}
    return Fault(status, json.dumps(said).encode(), {"Content-Type": "application/json", **(headers or {})})


def answer(**message: Any) -> Fault:
    """A whole answer whose message, or whose choice where the field is one of a choice, has these fields."""
    choice = {k: message.pop(k) for k in ("finish_reason", "logprobs") if k in message}
    whole = completion({"role": "assistant", **message}, **choice)
    return Fault(200, json.dumps(whole).encode(), {"Content-Type": "application/json"})


def events(*data: str) -> Fault:
    """A stream of these data lines, and nothing else."""
    return Fault(stream=[f"data: {d}\n\n".encode() for d in data], headers={"Content-Type": "text/event-stream"})


def completion(message: dict[str, Any], **choice: Any) -> dict[str, Any]:
    """A chat completion object."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "tiny",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop", **choice}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


def chunk(delta: dict[str, Any], **choice: Any) -> dict[str, Any]:
    """A chat completion chunk."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1700000000,
        "model": "tiny",
        "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None, **choice}],
    }


@dataclass
class FakeOpenAI:
    """The server's state: what it says, what it was asked, what it does wrong next."""

    text: str = "Grüße 👋 from the fake."
    refusal: str | None = None
    key: str = ""
    """The key that it demands; "" is none."""
    delay_s: float = 0.0
    faults: list[Fault | str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    """Bodies of all requests, oldest first."""
    headers: list[dict[str, str]] = field(default_factory=list)
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
            return await self._answer(request)
        finally:
            self._open -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.asked.append(asked)
        self.arrived.set()
        self.headers.append(dict(request.headers))
        if self.faults:
            return await _misbehave(self.faults.pop(0), request)
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            said = f"Incorrect API key provided: {request.headers.get('Authorization')}"
            return await _misbehave(error(401, said, code="invalid_api_key"), request)
        await asyncio.sleep(self.delay_s)
        return await self._stream(request, asked) if asked.get("stream") else web.json_response(self._whole(asked))

    def _whole(self, asked: dict[str, Any]) -> dict[str, Any]:
        content = None if self.refusal else self.text
        message = {"role": "assistant", "content": content, "refusal": self.refusal}
        return completion(message, logprobs=self._logprobs(self._pieces()) if asked.get("logprobs") else None)

    async def _stream(self, request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        chunks = [chunk({"role": "assistant", "content": "" if not self.refusal else None})]
        for piece in self._pieces():
            logprobs = self._logprobs([piece]) if asked.get("logprobs") else None
            chunks.append(chunk({"refusal" if self.refusal else "content": piece}, logprobs=logprobs))
        chunks.append(chunk({}, finish_reason="stop"))
        if (asked.get("stream_options") or {}).get("include_usage"):
            usage = completion({})["usage"]
            chunks = [{**c, "usage": None} for c in chunks] + [{**chunk({}), "choices": [], "usage": usage}]
        return await _misbehave(events(*(json.dumps(c) for c in chunks), "[DONE]"), request)

    def _pieces(self) -> list[str]:
        words = (self.refusal or self.text).split(" ")
        return [words[0], *(f" {word}" for word in words[1:])]

    def _logprobs(self, pieces: list[str]) -> dict[str, Any]:
        tokens = [{"token": p, "logprob": -0.25, "bytes": list(p.encode()), "top_logprobs": []} for p in pieces]
        of = "refusal" if self.refusal else "content"
        return {"content": None, "refusal": None, of: tokens}


async def _misbehave(fault: Fault | str, request: web.Request) -> web.StreamResponse:
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
    return response


@asynccontextmanager
async def served(fake: FakeOpenAI, port: int = 0) -> AsyncIterator[FakeOpenAI]:
    """The fake, listening at `fake.url`."""
    app = web.Application()
    app.router.add_post("/v1/chat/completions", fake.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, reuse_address=True)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield fake
    finally:
        await runner.cleanup()
