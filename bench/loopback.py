"""What the servers of benches share: where a request ends, and how one is served on the loopback interface."""

import asyncio

LENGTH = b"content-length:"


def end_of_request(data: bytes) -> int | None:
    """Where the first request in `data` ends; None where it is not all there. Needs a Content-Length, not chunks."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return None
    lines = data[:head].lower().split(b"\r\n")
    length = next((int(line.removeprefix(LENGTH)) for line in lines if line.startswith(LENGTH)), 0)
    end = head + 4 + length
    return end if len(data) >= end else None


async def serve(protocol: type[asyncio.Protocol], port: int = 0) -> None:
    """Print the port, 0 for a free one, then serve until killed."""
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
