"""The smallest server that an OpenAI client accepts: one constant reply, as fast as Python gives it.

Run it in a process of its own, so that its CPU is not counted: it prints its port, then serves until it is killed.
It reads no request but for where it ends, and is no model of OpenAI's behaviour: that is tests/systems/fake_openai.py.
"""

import asyncio
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.loopback import end_of_request, serve

REPLY = {
    "id": "chatcmpl-0",
    "object": "chat.completion",
    "created": 0,
    "model": "echo",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Sure, here you are.", "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14},
}
BODY = json.dumps(REPLY, separators=(",", ":")).encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
    + str(len(BODY)).encode()
    + b"\r\n\r\n"
    + BODY
)


class Echo(asyncio.Protocol):
    """One connection: answers each request when the last byte of its body is there."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._waiting = b""

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._waiting += data
        while (end := end_of_request(self._waiting)) is not None:
            self._waiting = self._waiting[end:]
            self._transport.write(ANSWER)


if __name__ == "__main__":
    asyncio.run(serve(Echo))
