"""Clients that take their time: nobody is waited for without end, and who went is not waited for at all."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from meant.core.exchange import Recorded
from meant.serve import room
from meant.serve.litellm import PATH as LITELLM
from meant.serve.recorder import Recorder
from meant.serve.wires.dialects import WIRES
from tests.serve.real import PATHS
from tests.serve.talking import CHAT, Served, Talker, asking, kept, serving, spec

SOON_S = 0.05
"""A limit that a test can wait for."""
FILE = spec(listen={"port": 0, "head_timeout_s": SOON_S})
HEAD = b"POST %b HTTP/1.1\r\nhost: localhost\r\n"
BODY = json.dumps(asking()).encode()


@asynccontextmanager
async def connected(served: Served) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to it. Whatever is waited for on it must come within ten seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(served.url.rsplit(":", 1)[1]))
    try:
        async with asyncio.timeout(10):
            yield reader, writer
    finally:
        writer.close()


async def dribbled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, drop: bytes = b"x") -> bytes:
    """What comes back while a byte follows the other: one write, since an answer to a byte after it is a reset."""
    answer = asyncio.ensure_future(reader.read(1 << 16))
    while not answer.done():
        writer.write(drop)
        await asyncio.sleep(0.005)
    try:
        return await answer
    except ConnectionResetError:  # it was closed without a word, and a byte came after that
        return b""


async def test_a_head_that_comes_slowly_is_not_waited_for(tmp_path: Path) -> None:
    async with serving(tmp_path, file=FILE) as served:
        async with connected(served) as (reader, writer):
            writer.write(HEAD % CHAT.encode() + b"x-slow: ")
            assert (await dribbled(reader, writer)).startswith(b"HTTP/1.1 408 ")
        assert (await served.ask()).status == 200


async def test_a_connection_on_which_nothing_comes_is_ended_without_a_word(tmp_path: Path) -> None:
    async with serving(tmp_path, file=FILE) as served, connected(served) as (reader, _):
        assert await reader.read() == b""


async def test_nor_is_the_next_head_of_a_connection(tmp_path: Path) -> None:
    async with serving(tmp_path, file=FILE) as served, connected(served) as (reader, writer):
        writer.write(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert b'{"status":"ok"}' in await reader.readuntil(b"}")
        writer.write(HEAD % CHAT.encode() + b"x-slow: ")
        assert b" 408 " in await dribbled(reader, writer)


async def test_nor_are_empty_lines_before_it(tmp_path: Path) -> None:
    async with serving(tmp_path, file=FILE) as served, connected(served) as (reader, writer):
        writer.write(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n")
        await reader.readuntil(b"}")
        assert await dribbled(reader, writer, b"\r\n") == b""


async def test_an_answer_may_take_longer_than_a_head(tmp_path: Path) -> None:
    talker = Talker(held=0)
    async with serving(tmp_path, talker, file=FILE) as served:
        answer = asyncio.ensure_future(served.ask())
        await talker.began.wait()
        async with connected(served) as (reader, _):
            assert await reader.read() == b""  # a whole time limit has gone by
        talker.gate.set()
        assert (await answer).status == 200


@pytest.mark.parametrize("path", [*PATHS.values(), LITELLM])
async def test_a_body_that_comes_slowly_is_not_waited_for(path: str, tmp_path: Path) -> None:
    async with serving(tmp_path, file=spec(limits={"body_timeout_s": SOON_S, "at_once": 1})) as served:
        async with connected(served) as (reader, writer):
            writer.write(HEAD % path.encode() + b"content-length: 100000\r\n\r\n{")
            head, _, body = (await dribbled(reader, writer)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 408 ")
        assert b"connection: close" in head
        told = json.loads(body)["error"]
        assert "0.05 s" in told["message"]
        anthropics = path in WIRES and WIRES[path].dialect == "messages"
        assert told["type"] == ("timeout_error" if anthropics else "invalid_request_error")
        assert (await served.ask()).status == 200
    assert len(kept(tmp_path / "store.db")) == 1


class Full(Recorder):
    """One whose queue is full for as long as the test says."""

    stuck = True

    @property
    def full(self) -> bool:
        return self.stuck


@asynccontextmanager
async def stuck(
    folder: Path, monkeypatch: pytest.MonkeyPatch, talker: Talker, **fields: float
) -> AsyncIterator[Served]:
    """A gateway whose store does not keep up."""
    monkeypatch.setattr("meant.serve.server.Recorder", Full)
    monkeypatch.setattr(room, "LOOKS_S", 0.001)
    async with serving(folder, talker, file=spec(**fields)) as served:
        yield served


async def turned(served: Served, *, under_way: int) -> None:
    """Wait until so many requests are under way."""
    async with asyncio.timeout(10):
        while served.gateway.generation.under_way != under_way:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.001)


async def test_who_goes_while_the_store_is_full_is_not_answered_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talker = Talker()
    async with stuck(tmp_path, monkeypatch, talker) as served:
        async with connected(served) as (_, writer):
            writer.write(HEAD % CHAT.encode() + b"content-length: %d\r\n\r\n%b" % (len(BODY), BODY))
            await turned(served, under_way=1)
        await turned(served, under_way=0)
        Full.stuck = False
        assert (await served.ask()).status == 200
    Full.stuck = True
    assert len(talker.asked) == 1
    assert len(kept(tmp_path / "store.db")) == 1


@pytest.mark.parametrize("path", [*PATHS.values(), LITELLM])
async def test_nobody_waits_for_a_full_store_without_end(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talker = Talker()
    async with stuck(tmp_path, monkeypatch, talker, answer_timeout_s=SOON_S) as served:
        async with asyncio.timeout(10):
            answered = await served.ask(path)
    assert answered.status == 503
    assert int(answered.headers["retry-after"]) > 0
    assert "cannot keep up" in json.loads(answered.body)["error"]["message"]
    assert talker.asked == []
    assert list[Recorded](kept(tmp_path / "store.db")) == []
