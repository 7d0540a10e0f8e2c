"""Kill switches: turned by another process, followed by a running gateway, and still off after a restart."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from meant.core.switch import Switch
from meant.core.turn import ToolCall
from meant.serve.switchboard import Switchboard
from meant.store.database import Database
from meant.store.switches import Switches
from tests.serve.talking import KEY, Served, Talker, kept, serving, spec, turn

TOOL = {
    "type": "function",
    "function": {"name": "send_mail", "description": "Sends.", "parameters": {"type": "object", "properties": {}}},
}
OTHER = {**TOOL, "function": {**TOOL["function"], "name": "look_up"}}  # type: ignore[dict-item]


def switched(kind: Any, name: str, *, on: bool = False) -> Switch:
    return Switch(kind=kind, name=name, on=on, reason="it leaks", by="ann", at=datetime.now(UTC))


def look(served: Served) -> None:
    """What the gateway's own thread does four times a second."""
    db = Database(served.store)
    served.gateway.board.refresh(Switches(db))
    db.close()


async def test_a_system_that_is_off_answers_in_its_dialect_and_the_others_go_on(tmp_path: Path) -> None:
    async with serving(tmp_path, Talker(), Talker("other")) as served:
        turn(served.store, switched("system", "talker"))
        look(served)
        refused = await served.ask()
        assert refused.status == 503
        message = json.loads(refused.body)["error"]["message"]
        assert "talker" in message
        assert "leaks" not in message
        assert (await served.ask(model="other")).status == 200
        turn(served.store, switched("system", "talker", on=True))
        look(served)
        assert (await served.ask()).status == 200
    endings = [one.exchange.ending for one in kept(tmp_path / "store.db")]
    assert endings == ["switched_off", "answered", "answered"]


async def test_it_is_still_off_after_a_restart_from_the_first_request_on(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        turn(served.store, switched("system", "talker"))
    async with serving(tmp_path) as served:
        assert (await served.ask()).status == 503
        assert 'meant_switched_off{kind="system",name="talker"} 1.0' in (await served.get("/metrics")).body.decode()


async def test_a_running_stream_of_a_system_that_goes_off_ends(tmp_path: Path) -> None:
    talker = Talker(held=1)
    async with serving(tmp_path, talker) as served:
        asking = asyncio.ensure_future(served.ask(stream=True))
        await talker.began.wait()
        turn(served.store, switched("system", "talker"))
        look(served)
        talker.gate.set()
        answered = await asking
    assert b"here" not in answered.body
    assert b'"error"' in answered.body
    assert kept(tmp_path / "store.db")[0].exchange.ending == "switched_off"


@pytest.mark.parametrize("stream", [True, False])
async def test_a_system_that_says_nothing_for_now_is_stopped_too(tmp_path: Path, *, stream: bool) -> None:
    talker, other = Talker(held=0), Talker("other", held=0)
    async with serving(tmp_path, talker, other) as served, asyncio.timeout(20):
        goes_on = asyncio.ensure_future(served.ask(model="other"))
        asking = asyncio.ensure_future(served.ask(stream=stream))
        await talker.began.wait()
        await other.began.wait()
        turn(served.store, switched("system", "talker"))
        assert (await asking).status == 503
        await talker.over.wait()
        other.gate.set()
        assert (await goes_on).status == 200
    endings = {one.exchange.system: one.exchange.ending for one in kept(tmp_path / "store.db")}
    assert endings == {"talker": "switched_off", "other": "answered"}


async def test_a_tenant_that_is_off(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("ACME_KEY", KEY)
    tenants = [{"name": "acme", "keys": [{"name": "prod", "env": "ACME_KEY"}]}]
    async with serving(tmp_path, file=spec(tenants=tenants)) as served:
        turn(served.store, switched("tenant", "acme"))
        look(served)
        assert (await served.ask(key=KEY)).status == 503


async def test_a_tool_that_is_off_is_offered_to_no_model_and_its_calls_reach_nobody(tmp_path: Path) -> None:
    calls = ToolCall(id="a", tool="send_mail"), ToolCall(id="b", tool="look_up")
    talker = Talker(pieces=(), calls=calls)
    async with serving(tmp_path, talker) as served:
        turn(served.store, switched("tool", "send_mail"))
        look(served)
        whole = await served.ask(tools=[TOOL, OTHER])
        stream = await served.ask(tools=[TOOL, OTHER], stream=True)
        forced = await served.ask(tools=[TOOL], tool_choice={"type": "function", "function": {"name": "send_mail"}})
    assert [[tool.name for tool in one.tools] for one in talker.asked] == [["look_up"], ["look_up"]]
    (called,) = json.loads(whole.body)["choices"][0]["message"]["tool_calls"]
    assert called["function"]["name"] == "look_up"
    assert b"send_mail" not in stream.body
    pieces = [json.loads(line[6:]) for line in stream.body.splitlines() if line.startswith(b"data: {")]
    deltas = [choice["delta"] for one in pieces for choice in one["choices"]]
    assert {call["index"] for one in deltas for call in one.get("tool_calls", ())} == {0}
    assert forced.status == 503
    *_, refused = kept(tmp_path / "store.db")
    assert (refused.exchange.ending, refused.exchange.status) == ("switched_off", 503)
    assert "the tool send_mail" in (refused.transcript.error or "")
    stopped = kept(tmp_path / "store.db", which="stopped")
    assert [[one.call for one in each.stopped] for each in stopped] == [["a"], ["a"]]


def test_what_is_off_stays_off_while_the_store_cannot_be_read(tmp_path: Path) -> None:
    turn(tmp_path / "s.db", switched("tool", "send_mail"))
    board, db = Switchboard(), Database(tmp_path / "s.db")
    board.refresh(Switches(db))
    db.close()
    import contextlib
    import sqlite3

    with contextlib.suppress(sqlite3.Error):
        board.refresh(Switches(db))
    assert "send_mail" in board
