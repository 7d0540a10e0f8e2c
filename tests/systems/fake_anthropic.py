"""A real server on the loopback interface that behaves as Anthropic's Messages API, faults included.

It answers with `text` unless a fault is queued, in which case the next request gets that. It rejects tools and tool
blocks that the API would reject. `test_anthropic_client.py` holds it to the format: the official client reads what it
sends.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.systems.far_side import JSON, SSE, FarSide, Fault, listening, misbehave, whole


def error(status: int, message: str = "it broke", *, kind: str = "api_error", headers: Any = None) -> Fault:
    """An error in Anthropic's own shape."""
    said = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
    return Fault(status, json.dumps(said).encode(), {**JSON, **(headers or {})})


def text(said: Any) -> dict[str, Any]:
    """A content block of text."""
    return {"type": "text", "text": said, "citations": None}


def message(*content: Any, stop_reason: str | None = "end_turn", **fields: Any) -> dict[str, Any]:
    """A message object."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "tiny",
        "content": list(content),
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "stop_details": None,
        "usage": {
            "input_tokens": 11,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 7,
        },
        **fields,
    }


def answer(*content: Any, **fields: Any) -> Fault:
    """A whole answer of these blocks."""
    return whole(message(*content, **fields))


def use(id_: str, name: str, given: Any) -> dict[str, Any]:
    """A content block that calls a tool."""
    return {"type": "tool_use", "id": id_, "name": name, "input": given, "caller": {"type": "direct"}}


def calls(*content: Any, **fields: Any) -> Fault:
    """A whole answer of these blocks, which ended to call tools."""
    return answer(*content, **{"stop_reason": "tool_use", **fields})


def wrong_tools(asked: dict[str, Any]) -> Iterator[str]:
    """What the API says against the tools and the tool blocks of a request."""
    for tool in asked.get("tools", []):
        if tool["input_schema"].get("type") != "object" or not re.fullmatch(r"[a-zA-Z0-9_-]{1,128}", tool["name"]):
            yield f"bad tool {tool}"
    waiting = list[str]()
    for told in asked["messages"]:
        blocks = told["content"] if isinstance(told["content"], list) else []
        yield from _wrong_blocks(blocks, tools=bool(asked.get("tools")))
        found = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        if sorted(found) != sorted(waiting):
            yield f"tool_use ids {waiting} need tool_result blocks immediately after, found {found}"
        waiting = [block["id"] for block in blocks if block["type"] == "tool_use"]
    if waiting:
        yield f"tool_use ids {waiting} need tool_result blocks immediately after"


def _wrong_blocks(blocks: list[dict[str, Any]], *, tools: bool) -> Iterator[str]:
    kinds = [block["type"] for block in blocks]
    if {"tool_use", "tool_result"} & {*kinds} and not tools:
        yield "requests which include tool blocks must define tools"
    if kinds != sorted(kinds, key=lambda kind: kind != "tool_result"):
        yield "tool_result blocks come first"
    for block in blocks:
        if block["type"] == "text" and not block["text"].strip():
            yield "text content blocks must be non-empty"
        if block["type"] == "tool_use" and not re.fullmatch(r"[a-zA-Z0-9_-]+ [a-zA-Z0-9_-]{1,200}", _named(block)):
            yield f"bad id or name: {_named(block)}"
        if block["type"] == "tool_use" and not isinstance(block["input"], dict):
            yield "input should be an object"


def _named(block: dict[str, Any]) -> str:
    return f"{block['id']} {block['name']}"


def start(usage: Any = None) -> dict[str, Any]:
    """The event that begins a stream; its counts are those before the reply."""
    counts = {**message()["usage"], "output_tokens": 1}
    return {"type": "message_start", "message": message(stop_reason=None, usage=usage or counts)}


def opens(block: Any, index: int = 0) -> dict[str, Any]:
    """The event that begins a block."""
    return {"type": "content_block_start", "index": index, "content_block": block}


def piece(said: Any, index: int = 0) -> dict[str, Any]:
    """The event that brings some text."""
    return {"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": said}}


def closes(index: int = 0) -> dict[str, Any]:
    """The event that ends a block."""
    return {"type": "content_block_stop", "index": index}


def ends(stop_reason: str = "end_turn", **usage: Any) -> dict[str, Any]:
    """The event that says why the reply ended, with the last word on the counts."""
    refused = {"type": "refusal", "category": None, "explanation": "A classifier stopped this."}
    details = refused if stop_reason == "refusal" else None
    delta = {"stop_reason": stop_reason, "stop_sequence": None, "stop_details": details}
    return {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 7, **usage}}


STOP = {"type": "message_stop"}
PING = {"type": "ping"}


def events(*told: dict[str, Any]) -> Fault:
    """A stream of these events, and nothing else."""
    return Fault(stream=[f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in told], headers=SSE)


@dataclass
class FakeAnthropic(FarSide):
    """The server's state: what it says besides."""

    text: str = "Grüße 👋 from the fake."
    thinking: str = ""
    """What it thinks before it says that."""
    stop_reason: str = "end_turn"
    key: str = ""
    """The key that it demands, in either header; "" is none."""
    usage: dict[str, int] = field(default_factory=dict)
    """Counts besides the usual ones."""

    async def answer(self, request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        keys = {request.headers.get("x-api-key"), request.headers.get("authorization", "").removeprefix("Bearer ")}
        if self.key and self.key not in keys:
            said = f"invalid x-api-key {request.headers.get('x-api-key')}"
            return await misbehave(error(401, said, kind="authentication_error"), request)
        if "anthropic-version" not in request.headers:
            return await misbehave(error(400, "anthropic-version: header is required"), request)
        if wrong := next(wrong_tools(asked), None):
            return await misbehave(error(400, wrong, kind="invalid_request_error"), request)
        return await misbehave(self._stream() if asked.get("stream") else self._whole(), request)

    def _whole(self) -> Fault:
        thought = [{"type": "thinking", "thinking": self.thinking, "signature": "s"}] if self.thinking else []
        usage = {**message()["usage"], **self.usage}
        return answer(*thought, text(self.text), stop_reason=self.stop_reason, usage=usage)

    def _stream(self) -> Fault:
        words = self.text.split(" ")
        said = [piece(word if i == 0 else f" {word}", index=1) for i, word in enumerate(words)]
        counts = {**message()["usage"], "output_tokens": 1, **self.usage}
        return events(
            start(counts), *self._thoughts(), opens(text(""), 1), PING, *said, closes(1), ends(self.stop_reason), STOP
        )

    def _thoughts(self) -> list[dict[str, Any]]:
        thought = {"type": "thinking_delta", "thinking": self.thinking}
        signed = {"type": "signature_delta", "signature": "s"}
        deltas = [{"type": "content_block_delta", "index": 0, "delta": delta} for delta in (thought, signed)]
        block = {"type": "thinking", "thinking": "", "signature": ""}
        return [opens(block), *deltas, closes()] if self.thinking else [opens(text("")), closes()]


@asynccontextmanager
async def served(fake: FakeAnthropic) -> AsyncIterator[FakeAnthropic]:
    """The fake, listening at `fake.url`."""
    async with listening("/v1/messages", fake.handle) as fake.url:
        yield fake
