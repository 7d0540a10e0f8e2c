"""A real server on the loopback interface that behaves as OpenAI's Chat Completions, faults included.

It answers with `text` (or a structured refusal) unless a fault is queued, in which case the next request gets that.
`test_openai_client.py` holds it to the format: the official client reads what it sends.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.systems.far_side import JSON, SSE, FarSide, Fault, listening, misbehave, whole


def error(status: int, message: str = "it broke", *, headers: dict[str, str] | None = None, **fields: Any) -> Fault:
    """An error in OpenAI's own shape."""
    said = {"error": {"message": message, "type": "server_error", "param": None, "code": None, **fields}}
    return Fault(status, json.dumps(said).encode(), {**JSON, **(headers or {})})


def answer(**message: Any) -> Fault:
    """A whole answer whose message, or whose choice where the field is one of a choice, has these fields."""
    choice = {k: message.pop(k) for k in ("finish_reason", "logprobs") if k in message}
    return whole(completion({"role": "assistant", **message}, **choice))


def events(*data: str) -> Fault:
    """A stream of these data lines, and nothing else."""
    return Fault(stream=[f"data: {d}\n\n".encode() for d in data], headers=SSE)


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
class FakeOpenAI(FarSide):
    """The server's state: what it says besides."""

    text: str = "Grüße 👋 from the fake."
    refusal: str | None = None
    key: str = ""
    """The key that it demands; "" is none."""

    async def answer(self, request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            said = f"Incorrect API key provided: {request.headers.get('Authorization')}"
            return await misbehave(error(401, said, code="invalid_api_key"), request)
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
        return await misbehave(events(*(json.dumps(c) for c in chunks), "[DONE]"), request)

    def _pieces(self) -> list[str]:
        words = (self.refusal or self.text).split(" ")
        return [words[0], *(f" {word}" for word in words[1:])]

    def _logprobs(self, pieces: list[str]) -> dict[str, Any]:
        tokens = [{"token": p, "logprob": -0.25, "bytes": list(p.encode()), "top_logprobs": []} for p in pieces]
        of = "refusal" if self.refusal else "content"
        return {"content": None, "refusal": None, of: tokens}


@asynccontextmanager
async def served(fake: FakeOpenAI, port: int = 0) -> AsyncIterator[FakeOpenAI]:
    """The fake, listening at `fake.url`."""
    async with listening("/v1/chat/completions", fake.handle, port=port) as url:
        fake.url = f"{url}/v1"
        yield fake
