"""An answer whose last bytes its client never took is no answer in the record, and whose fault that was is said."""

import asyncio
import json
import socket
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from meant.core.exchange import Recorded
from meant.core.guard import GuardDecision
from meant.core.system import Reply
from meant.core.tool import Decision
from meant.core.turn import ToolCall, Turn
from meant.serve import protocol, visit
from meant.serve.app import App
from meant.serve.asgi import Message
from meant.serve.protocol import Protocol
from meant.serve.wires.contract import Refused
from tests.serve.talking import CHAT, Talker, asking, kept, serving, spec
from tests.serve.test_ends import Flooding, asked
from tests.serve.test_slow_clients import connected

SOON_S = 0.2
LARGE = "x" * 8_000_000
"""More than the sockets of a connection hold."""


@pytest.fixture(name="lost")
def _lost(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set when the gateway has given a connection up, which is soon."""
    monkeypatch.setattr(visit, "TAKEN_S", 0.05)
    monkeypatch.setattr(protocol, "LINGER_S", 0.05)
    over, lost = asyncio.Event(), Protocol.connection_lost

    def told(self: Protocol, error: Exception | None) -> None:
        lost(self, error)
        over.set()

    monkeypatch.setattr(Protocol, "connection_lost", told)
    return over


async def untaken(folder: Path, lost: asyncio.Event, talker: Talker, bodies: bytes) -> list[Recorded]:
    """What is recorded of a client that sends these requests and takes nothing of any answer."""
    file = spec(answer_timeout_s=SOON_S)
    async with serving(folder, talker, file=file) as served, connected(served) as (reader, writer):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(bodies)
        await lost.wait()
    return kept(folder / "store.db")


async def test_a_stream_whose_last_piece_waits_until_the_time_is_up_was_not_answered(
    tmp_path: Path, lost: asyncio.Event
) -> None:
    (record,) = await untaken(tmp_path, lost, Flooding(pieces=[LARGE]), asked(stream=True))
    assert (record.exchange.ending, record.transcript.finish) == ("hung_up", "cancelled")
    assert "did not take all of it" in (record.transcript.error or "")
    assert "0.2 s" in (record.transcript.error or "")
    assert record.transcript.last_reply == LARGE


async def test_nor_was_one_that_waits_in_the_middle(tmp_path: Path, lost: asyncio.Event) -> None:
    (record,) = await untaken(tmp_path, lost, Flooding(pieces=[LARGE, "more"]), asked(stream=True))
    assert record.exchange.ending == "hung_up"
    assert "did not take all of it" in (record.transcript.error or "")
    assert record.transcript.last_reply == LARGE


@pytest.mark.parametrize("stream", [False, True])
async def test_nor_was_one_that_waits_behind_another_on_its_connection(
    tmp_path: Path, lost: asyncio.Event, stream: bool
) -> None:
    """Nothing of it was sent, so it has no status."""
    small = Talker(pieces=[LARGE[:60_000]])
    *before, record = await untaken(tmp_path, lost, small, asked(stream=stream) * 400)
    assert {one.exchange.ending for one in before} == {"answered"}
    assert (record.exchange.ending, record.exchange.status) == ("hung_up", 0)
    assert len(record.transcript.turns) == 1


@pytest.mark.parametrize("stream", [False, True])
async def test_a_large_answer_of_which_a_client_takes_nothing_was_not_taken(
    tmp_path: Path, lost: asyncio.Event, stream: bool
) -> None:
    """However it comes: a whole answer is one piece, and so is the end of a stream that comes at once."""
    (record,) = await untaken(tmp_path, lost, Talker(pieces=[LARGE]), asked(stream=stream))
    assert (record.exchange.ending, record.exchange.status) == ("hung_up", 200)


@pytest.mark.parametrize("stream", [False, True])
async def test_and_one_that_is_taken_is_whole(tmp_path: Path, stream: bool) -> None:
    async with serving(tmp_path, Talker(pieces=[LARGE])) as served:
        answered = await served.ask(stream=stream)
    assert answered.body.endswith(b"[DONE]\n\n" if stream else b"}}")
    assert LARGE.encode() in answered.body
    (record,) = kept(tmp_path / "store.db")
    assert (record.exchange.ending, record.transcript.last_reply) == ("answered", LARGE)


async def test_what_was_done_for_an_answer_that_was_not_taken_is_recorded(tmp_path: Path) -> None:
    """Guards spoke, tools ran and tokens were counted, whoever got the answer."""
    said = GuardDecision(guard="words", place="output", action="allow", mode="enforce")
    ran = Decision(call="c", tool="send_money", rule="allow", because="b", ran=True)
    call = ToolCall(id="c", tool="send_money", arguments={"to": "ann"})
    steps = Turn(role="assistant", text="", calls=(call,)), Turn(role="tool", text="sent", answers="c")
    told, sent = iter([asking(), None]), list[bytes]()

    @dataclass
    class Pays(Talker):
        def _reply(self) -> Reply:
            return Talker._reply(self).but(guards=(said,), decisions=(ran,), steps=steps)

    async def receive() -> Message:
        asked = next(told)
        return {"type": "http.request", "body": json.dumps(asked).encode()} if asked else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))

    async with serving(tmp_path, Pays()) as served:
        await App(served.gateway)({"type": "http", "path": CHAT, "method": "POST", "headers": []}, receive, send)
        assert 'meant_tokens_total{direction="output",system="talker"} 5.0' in served.gateway.metrics.page().decode()
    (record,) = kept(tmp_path / "store.db")
    assert (record.exchange.ending, b"".join(sent)) == ("hung_up", b"")
    one = record.transcript
    assert (one.finish, one.guards, one.decisions) == ("cancelled", (said,), (ran,))
    assert (one.usage.output_tokens, one.turns[1:]) == (5, steps)


async def test_an_answer_that_the_dialect_has_no_words_for_was_not_said(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        wires = served.gateway.wires
        served.gateway.wires = {**wires, CHAT: replace(wires[CHAT], whole=wordless)}
        assert (await served.ask()).status == 502
    (record,) = kept(tmp_path / "store.db")
    assert (record.exchange.ending, len(record.transcript.turns)) == ("failed", 1)
    assert record.transcript.error == "no words"


def wordless(reply: Reply, named: object) -> bytes:
    raise Refused(502, "upstream", "no words")
