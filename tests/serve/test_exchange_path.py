"""One request's way through the gateway, over real HTTP: what the client gets, and what is kept."""

import asyncio
import json
from pathlib import Path

import pytest

from meant.core.errors import SystemFailure
from meant.core.guard import GuardDecision
from tests.serve.talking import KEY, Talker, asking, kept, serving, spec


async def test_a_whole_answer_is_given_and_kept(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        answered = await served.ask()
        assert answered.status == 200
        assert json.loads(answered.body)["choices"][0]["message"]["content"] == "Sure, here you are."
    (one,) = kept(tmp_path / "store.db")
    assert one.exchange.request == answered.headers["x-request-id"]
    assert [turn.text for turn in one.transcript.turns] == ["Hello", "Sure, here you are."]
    assert (one.exchange.ending, one.exchange.status, one.transcript.case) == ("answered", 200, "")


async def test_a_stream_is_given_piece_by_piece_and_kept(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        answered = await served.ask(stream=True)
    texts = [
        choice["delta"].get("content", "")
        for line in answered.body.decode().splitlines()
        if line.startswith("data: {")
        for choice in json.loads(line.removeprefix("data: "))["choices"]
    ]
    assert [text for text in texts if text] == ["Sure, ", "here ", "you are."]
    assert answered.body.endswith(b"data: [DONE]\n\n")
    (one,) = kept(tmp_path / "store.db")
    assert one.exchange.asked.stream
    assert one.exchange.first_s is not None


async def test_a_failure_before_the_first_piece_is_an_http_error(tmp_path: Path) -> None:
    failure = SystemFailure("no connection to http://secret-host:1; set SECRET_ENV", kind="connection")
    async with serving(tmp_path, Talker(pieces=(), failure=failure)) as served:
        answered = await served.ask(stream=True)
    assert answered.status == 502
    assert "error" in json.loads(answered.body)
    assert b"secret-host" not in answered.body
    (one,) = kept(tmp_path / "store.db", which="errors")
    assert one.transcript.error == str(failure)
    assert one.exchange.ending == "failed"


async def test_a_failure_in_the_middle_ends_the_stream_in_its_dialect(tmp_path: Path) -> None:
    failure = SystemFailure("broke off", kind="connection")
    async with serving(tmp_path, Talker(failure=failure)) as served:
        answered = await served.ask(stream=True)
    assert answered.status == 200
    assert b'"error"' in answered.body
    (one,) = kept(tmp_path / "store.db")
    assert one.exchange.ending == "failed"
    assert one.transcript.last_reply == "Sure, here you are."


async def test_a_bug_is_a_plain_500_with_the_id_to_look_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with serving(tmp_path, Talker(failure=RuntimeError("wires crossed"))) as served:
        answered = await served.ask()
    assert answered.status == 500
    assert b"wires crossed" not in answered.body
    assert b"Traceback" not in answered.body
    assert answered.headers["x-request-id"] in json.loads(answered.body)["error"]["message"]
    assert "wires crossed" in caplog.text


@pytest.mark.parametrize("stream", [True, False])
async def test_a_client_that_hangs_up_cancels_the_system_and_is_kept(tmp_path: Path, stream: bool) -> None:
    talker = Talker(held=1)
    async with serving(tmp_path, talker) as served:
        asking = asyncio.ensure_future(served.ask(stream=stream))
        await talker.began.wait()
        asking.cancel()
        await talker.over.wait()
    (one,) = kept(tmp_path / "store.db")
    assert one.exchange.ending == "hung_up"
    assert one.transcript.finish == "cancelled"
    assert talker.ended[0] in ("CancelledError", "GeneratorExit")


async def test_what_a_shadow_guard_says_is_told_from_a_clean_pass_and_from_a_block(tmp_path: Path) -> None:
    said = {"place": "input", "action": "block", "reason": "an injection"}
    shadow = GuardDecision(guard="new", mode="shadow", **said)
    blocks = GuardDecision(guard="old", mode="enforce", **said)
    talkers = Talker("clean"), Talker("shadow", guards=(shadow,)), Talker("block", guards=(blocks,))
    async with serving(tmp_path, *talkers, file=spec(systems={"clean": "clean.yaml"})) as served:
        for talker in talkers:
            assert (await served.ask(model=talker.name)).status == 200
        page = (await served.get("/metrics")).body.decode()
    store = tmp_path / "store.db"
    assert [one.exchange.system for one in kept(store, which="stopped")] == ["block"]
    assert [one.exchange.system for one in kept(store, which="would_stop")] == ["shadow"]
    assert 'action="block",guard="new",mode="shadow",place="input",system="shadow"} 1.0' in page
    assert 'system="clean"' not in "".join(line for line in page.splitlines() if "guard_decisions" in line)


async def test_whose_key_it_is_is_kept_and_the_key_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_KEY", KEY)
    tenants = [{"name": "acme", "keys": [{"name": "prod", "env": "ACME_KEY"}], "systems": ["talker"]}]
    async with serving(tmp_path, Talker(), Talker("other"), file=spec(tenants=tenants)) as served:
        assert (await served.ask()).status == 401
        assert (await served.ask(key=f"{KEY}x")).status == 401
        assert (await served.ask(key=KEY)).status == 200
        unknown, hidden = await served.ask(key=KEY, model="nobody"), await served.ask(key=KEY, model="other")
        assert (unknown.status, hidden.status) == (404, 404)
        assert unknown.body.replace(b"nobody", b"other") == hidden.body
    (one,) = kept(tmp_path / "store.db")
    assert (one.exchange.tenant, one.exchange.key) == ("acme", "prod")
    assert KEY.encode() not in (tmp_path / "store.db").read_bytes()


async def test_what_is_no_trace_context_is_not_kept_as_one(tmp_path: Path) -> None:
    right = f"00-{'a' * 32}-{'b' * 16}-01"
    async with serving(tmp_path) as served:
        for given in (right, KEY, "a" * 5000):
            assert (await served.send(json.dumps(asking()).encode(), traceparent=given)).status == 200
    assert [one.exchange.traceparent for one in kept(tmp_path / "store.db")] == [right, None, None]
