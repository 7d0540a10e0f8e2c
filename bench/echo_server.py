"""The smallest server that an OpenAI client accepts: one constant reply, as fast as Python gives it.

Run it in a process of its own, so that its CPU is not counted: it prints its port, then serves until it is killed.
It reads no request but for where it ends, and is no model of OpenAI's behaviour: that is tests/systems/fake_openai.py.
"""

import asyncio
import json

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
LENGTH = b"content-length:"


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
        while (end := _end_of_request(self._waiting)) is not None:
            self._waiting = self._waiting[end:]
            self._transport.write(ANSWER)


def _end_of_request(data: bytes) -> int | None:
    """Where the first request in `data` ends; None where it is not all there. Needs a Content-Length, not chunks."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return None
    lines = data[:head].lower().split(b"\r\n")
    length = next((int(line.removeprefix(LENGTH)) for line in lines if line.startswith(LENGTH)), 0)
    end = head + 4 + length
    return end if len(data) >= end else None


async def main() -> None:
    """Serve on a free port of the loopback interface."""
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
