"""A model's server for the gateway bench: one constant answer, or a paced stream of 42 events, as cheap as can be.

Run it in a process of its own: `upstream.py [PORT]` prints its port, then serves until it is killed. A request with
`slow` in it is answered half a second later. It reads no request but for where it ends: it is no model of OpenAI's.
"""

import asyncio
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)

from bench.loopback import end_of_request, serve

EVENTS, PACE_S, SLOW_S = 42, 0.01, 0.5
WORDS = [
    "The",
    "quick",
    "brown",
    "fox",
    "jumps",
    "over",
    "the",
    "lazy",
    "dog",
    "and",
    "then",
    "goes",
    "home",
    "to",
    "rest",
    ".",
]


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _whole() -> bytes:
    message = {"role": "assistant", "content": "Sure, here you are."}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    usage = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}
    body = _json(
        {
            "id": "chatcmpl-0", "object": "chat.completion", "created": 0, "model": "echo",
            "choices": [choice], "usage": usage,
        }
    )  # fmt: skip
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    return head + body


def _event(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    data = _json(
        {"id": "chatcmpl-0", "object": "chat.completion.chunk", "created": 0, "model": "echo", "choices": [choice]}
    )
    return _chunk(b"data: %b\n\n" % data)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


WHOLE = _whole()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
PIECES = (
    _event({"role": "assistant", "content": ""}),
    *(_event({"content": f"{WORDS[i % len(WORDS)]} "}) for i in range(EVENTS - 3)),
    _event({}, "stop"),
    _chunk(b"data: [DONE]\n\n"),
)
assert len(PIECES) == EVENTS


class Model(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._waiting = b""

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._waiting += data
        while (end := end_of_request(self._waiting)) is not None:
            request, self._waiting = self._waiting[:end], self._waiting[end:]
            answer = self._stream if b'"stream":true' in request else self._write_whole
            self._loop.call_later(SLOW_S if b"slow" in request else 0, answer)

    def _write_whole(self) -> None:
        self._transport.write(WHOLE)

    def _stream(self, at: int = 0) -> None:
        if self._transport.is_closing():
            return
        self._transport.write((b"" if at else HEAD) + PIECES[at] + (b"0\r\n\r\n" if at == EVENTS - 1 else b""))
        if at < EVENTS - 1:
            self._loop.call_later(PACE_S, self._stream, at + 1)


if __name__ == "__main__":
    asyncio.run(serve(Model, int(sys.argv[1]) if len(sys.argv) > 1 else 0))
