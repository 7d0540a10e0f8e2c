"""What was answered stays so, and what nobody takes, or nobody waits for, comes to an end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from meant.core.request import Request
from meant.core.system import CallDelta, Delta
from meant.core.turn import ToolCall
from meant.serve import line, protocol, visit
from meant.serve.protocol import HEAD_BYTES, Protocol
from tests.serve.real import PATHS
from tests.serve.talking import CHAT, KEY, Talker, asking, kept, serving, spec
from tests.serve.test_slow_clients import HEAD, connected, turned

SOON_S = 0.05


def asked(*, stream: bool = False) -> bytes:
    body = json.dumps(asking(stream=stream)).encode()
    return HEAD % CHAT.encode() + b"content-length: %d\r\n\r\n%b" % (len(body), body)


@dataclass
class Lingering(Talker):
    """Takes a while to let go once all is said, and breaks then if it is told to."""

    breaks: bool = False

    async def converse(self, request: Request) -> AsyncIterator[Delta]:
        try:
            async for delta in Talker.converse(self, request):
                yield delta
        finally:
            await asyncio.sleep(0.01)
            if self.breaks:
                raise RuntimeError("stumbled")


@dataclass
class Flooding(Talker):
    """Says more than a connection holds, each piece in a turn of its own."""

    async def converse(self, request: Request) -> AsyncIterator[Delta]:
        async for delta in Talker.converse(self, request):
            yield delta
            await asyncio.sleep(0)


@dataclass
class Calling(Talker):
    """Calls two tools, and never ends."""

    async def converse(self, request: Request) -> AsyncIterator[Delta]:
        yield Delta(text="Let me ")
        for at, id_, arguments in ((0, "a", '{"of":'), (0, "a", '"x"}'), (1, "b", ""), (1, "b", '{"of"')):
            yield Delta(text="", call=CallDelta(at=at, id=id_, tool="look", arguments=arguments))
        await asyncio.Event().wait()


async def test_what_was_sent_of_calls_is_recorded_where_the_answer_broke_off(tmp_path: Path) -> None:
    async with serving(tmp_path, Calling(), file=spec(answer_timeout_s=SOON_S)) as served:
        assert b"upstream_error" in (await served.ask(stream=True)).body
    (record,) = kept(tmp_path / "store.db")
    said = record.transcript.turns[-1]
    assert (record.exchange.ending, said.text) == ("failed", "Let me ")
    assert said.calls == (
        ToolCall(id="a", tool="look", arguments={"of": "x"}),
        ToolCall(id="b", tool="look", malformed='{"of"'),
    )


@pytest.mark.parametrize("breaks", [False, True])
async def test_who_was_answered_is_recorded_so_however_the_system_lets_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, breaks: bool
) -> None:
    monkeypatch.setattr(line, "PATIENCE_S", 0.0)
    async with serving(tmp_path, Lingering(breaks=breaks)) as served:
        answer = await served.ask(stream=True)
        await turned(served, under_way=0)
    assert answer.body.endswith(b"[DONE]\n\n")
    (record,) = kept(tmp_path / "store.db")
    assert (record.exchange.ending, record.exchange.status, record.transcript.error) == ("answered", 200, None)
    assert record.transcript.last_reply == "Sure, here you are."
    assert "ASGI" not in caplog.text


async def test_who_takes_nothing_of_an_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "TAKEN_S", SOON_S)
    monkeypatch.setattr(protocol, "LINGER_S", SOON_S)
    over, lost = asyncio.Event(), Protocol.connection_lost

    def told(self: Protocol, error: Exception | None) -> None:
        lost(self, error)
        over.set()

    monkeypatch.setattr(Protocol, "connection_lost", told)
    talker = Flooding(pieces=["x" * 100_000] * 200)
    file = spec(answer_timeout_s=0.2)
    async with serving(tmp_path, talker, file=file) as served, connected(served) as (reader, writer):
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(asked(stream=True))
        await talker.began.wait()
        await turned(served, under_way=0)
        await over.wait()
    (record,) = kept(tmp_path / "store.db")
    assert record.exchange.ending == "hung_up"
    assert "did not take all of it within 0.2 s" in (record.transcript.error or "")


async def test_what_stands_behind_a_body_is_bounded_as_a_head_is(tmp_path: Path) -> None:
    async with serving(tmp_path) as served, connected(served) as (_, writer):
        writer.write(HEAD % CHAT.encode() + b"transfer-encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n")
        sent, trailer = 0, b"x-trailer: " + b"y" * 10_000 + b"\r\n"
        with suppress(ConnectionError):
            while sent < 40 * HEAD_BYTES:
                writer.write(trailer)
                await writer.drain()
                sent += len(trailer)
        assert sent < 40 * HEAD_BYTES


async def test_what_stands_behind_a_body_is_no_header(tmp_path: Path) -> None:
    body = json.dumps(asking()).encode()
    tenant = {"name": "acme", "keys": [{"name": "k", "sha256": sha256(KEY.encode()).hexdigest()}]}
    file = spec(tenants=[tenant])
    async with serving(tmp_path, file=file) as served, connected(served) as (reader, writer):
        head = HEAD % CHAT.encode() + b"transfer-encoding: chunked\r\n\r\n"
        writer.write(b"%b%x\r\n%b\r\n0\r\nauthorization: Bearer %b\r\n\r\n" % (head, len(body), body, KEY.encode()))
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 401 ")


async def test_of_requests_one_behind_the_other_the_first_ends_when_the_client_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "PATIENCE_S", 0.0)
    talker = Talker(held=0)
    async with serving(tmp_path, talker) as served:
        async with connected(served) as (_, writer):
            writer.write(asked() + asked())
            await talker.began.wait()
        await turned(served, under_way=0)
    assert talker.ended == ["CancelledError"]
    (record,) = kept(tmp_path / "store.db")
    assert record.exchange.ending == "hung_up"


async def test_and_where_the_client_stays_each_is_answered_in_turn(tmp_path: Path) -> None:
    async with serving(tmp_path) as served, connected(served) as (reader, writer):
        writer.write(asked() + asked() + asked())
        for _ in range(3):
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            await reader.readuntil(b"}}")
    assert [one.exchange.ending for one in kept(tmp_path / "store.db")] == ["answered"] * 3


@pytest.mark.parametrize(
    "wish", [b"connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n", b"UPGRADE: websocket\r\n"]
)
async def test_a_wish_for_another_protocol_is_passed_over(tmp_path: Path, wish: bytes) -> None:
    first, rest = asked().split(b"\r\n", 1)
    async with serving(tmp_path) as served, connected(served) as (reader, writer):
        for _ in range(2):
            writer.write(first + b"\r\nconnection: keep-alive, upgrade\r\n" + wish + rest)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            await reader.readuntil(b"}}")


@pytest.mark.parametrize("path", PATHS.values())
async def test_who_is_still_sending_when_the_gateway_stops_is_told_so(tmp_path: Path, path: str) -> None:
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(serving(tmp_path, file=spec(grace_s=0)))
        _, port = served.url.rsplit(":", 1)
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.write(HEAD % path.encode() + b"content-length: 100\r\n\r\n{")
        await turned(served, under_way=1)
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    assert head.startswith(b"HTTP/1.1 503 ")
    assert "stopping" in json.loads(body)["error"]["message"]
    assert not kept(tmp_path / "store.db")
