"""The load of the gateway bench: so many requests at once over kept connections, in a process of its own.

`client.py URL COUNT AT_ONCE stream|whole [MODEL] [KEY] [NTH]` prints one JSON object: seconds, statuses, and of the
latencies and of the times to the first piece of text, or to the NTH, the median and the 99th percentile in ms. Raw
asyncio: it costs little.
"""

import argparse
import asyncio
import json
import statistics
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

END = b"0\r\n\r\n"
TEXT = b'"content":"'
"""Of an event with text; the role's has none in it."""
EMPTY = b'"content":""'


@dataclass
class Figures:
    """What came of the requests."""

    latencies_s: list[float] = field(default_factory=list)
    firsts_s: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Load:
    """What to send."""

    url: str
    count: int
    at_once: int
    stream: bool
    model: str = "echo"
    key: str = "sk-bench"
    nth: int = 1
    """The piece of text of a stream whose time counts."""

    def request(self, number: int) -> bytes:
        """One request, its words its own."""
        words = f"Please answer question number {number} in a few words: what should I see in Lisbon in spring?"
        asked: dict[str, object] = {"model": self.model, "messages": [{"role": "user", "content": words}]}
        body = json.dumps(asked | ({"stream": True} if self.stream else {}), separators=(",", ":")).encode()
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: {urlsplit(self.url).netloc}\r\n"
            f"Authorization: Bearer {self.key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def run(load: Load) -> dict[str, object]:
    """Send it all."""
    figures, numbers = Figures(), iter(range(load.count))
    began = time.perf_counter()
    await asyncio.gather(*(_one_after_another(load, numbers, figures) for _ in range(load.at_once)))
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "rps": load.count / seconds,
        "statuses": figures.statuses,
        **_spread("", figures.latencies_s),
        **_spread("first_", figures.firsts_s),
    }


async def _one_after_another(load: Load, numbers: "object", figures: Figures) -> None:
    to = urlsplit(load.url)
    reader, writer = await asyncio.open_connection(to.hostname, to.port, limit=1 << 20)
    for number in numbers:  # type: ignore[attr-defined]
        began = time.perf_counter()
        writer.write(load.request(number))
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        figures.statuses[status] = figures.statuses.get(status, 0) + 1
        await _body(reader, head.lower(), began, figures, load.nth)
        figures.latencies_s.append(time.perf_counter() - began)
    writer.close()


async def _body(reader: asyncio.StreamReader, head: bytes, began: float, figures: Figures, nth: int) -> None:
    """Read it to its end."""
    if b"transfer-encoding: chunked" not in head:
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        return
    seen, texts = b"", 0
    while not seen.endswith(END):
        piece = await reader.read(1 << 16)
        assert piece, "the connection was closed in the middle of an answer"
        before, texts = texts, texts + piece.count(TEXT) - piece.count(EMPTY)
        if before < nth <= texts:
            figures.firsts_s.append(time.perf_counter() - began)
        seen = (seen + piece)[-len(END) :]


def _spread(name: str, seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {}
    hundredths = statistics.quantiles(seconds, n=100)
    return {f"{name}p50_ms": statistics.median(seconds) * 1000, f"{name}p99_ms": hundredths[98] * 1000}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("at_once", type=int)
    parser.add_argument("kind", choices=("stream", "whole"))
    parser.add_argument("model", nargs="?", default=Load.model)
    parser.add_argument("key", nargs="?", default=Load.key)
    parser.add_argument("nth", nargs="?", type=int, default=Load.nth)
    asked = vars(parser.parse_args())
    print(json.dumps(asyncio.run(run(Load(stream=asked.pop("kind") == "stream", **asked)))))


if __name__ == "__main__":
    main()
