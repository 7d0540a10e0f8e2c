"""A real server on the loopback interface that behaves as OpenAI's Chat Completions, faults included.

It answers with `text` (or a structured refusal) unless a fault is queued, in which case the next request gets that. It
rejects tools and tool turns that the API would reject.
`test_openai_client.py` holds it to the format: the official client reads what it sends.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
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


def calls(*made: tuple[str, str, Any], **message: Any) -> Fault:
    """A whole answer that calls tools: id, name and arguments of each."""
    told = [{"id": i, "type": "function", "function": {"name": n, "arguments": a}} for i, n, a in made]
    return answer(**{"content": None, "refusal": None, "finish_reason": "tool_calls", **message, "tool_calls": told})


def wrong_tools(asked: dict[str, Any]) -> Iterator[str]:
    """What the API says against the tools and the tool turns of a request."""
    functions = [tool["function"] for tool in asked.get("tools", [])]
    yield from (f"bad tool {f}" for f in functions if f["parameters"].get("type") != "object" or not _named(f))
    if "tools" in asked and not functions:
        yield "[] is too short - 'tools'"
    yield from (f"'{name}' is only allowed with tools" for name in ("tool_choice", "parallel_tool_calls")
                if name in asked and not functions)  # fmt: skip
    waiting = list[str]()
    for message in asked["messages"]:
        if message["role"] == "tool":
            if message["tool_call_id"] not in waiting:
                yield "a message of role 'tool' must follow a message with 'tool_calls'"
                return
            waiting.remove(message["tool_call_id"])
            continue
        if waiting:
            yield f"no tool messages for the tool_call_ids {waiting}"
        told = message.get("tool_calls", [])
        yield from (f"bad name {call['function']['name']!r}" for call in told if not _named(call["function"]))
        yield from (
            f"arguments are no text: {call}" for call in told if not isinstance(call["function"]["arguments"], str)
        )
        waiting = [call["id"] for call in told]
        if message["content"] is None and not told:
            yield "content is null"
    if waiting:
        yield f"no tool messages for the tool_call_ids {waiting}"


def _named(function: dict[str, Any]) -> bool:
    return re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", function["name"]) is not None


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
        if wrong := next(wrong_tools(asked), None):
            return await misbehave(error(400, wrong, type="invalid_request_error"), request)
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
