"""What goes wrong behind the gateway, as clients hear of it: the dialect's own error, no address, no key."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from meant.core.errors import ConfigError, SystemFailure
from meant.core.request import Dialect
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from meant.serve.wires.failing import refusal
from meant.systems.providers.openai import OpenAI
from tests.guard.fakes import Finds, layer
from tests.serve.clients import clients
from tests.serve.real import PATHS, body, served
from tests.serve.talking import Served, Talker
from tests.systems.conftest import Time
from tests.systems.fake_openai import FakeOpenAI, answer, chunk, error, events
from tests.systems.fake_openai import served as listening
from tests.systems.far_side import DROP, HANG, Fault

KEY = "sk-a-key-of-the-gateways"
LEAK = f"the key {KEY} at https://far.example/v1/models is wrong"
DIALECTS: list[Dialect] = ["chat", "responses", "messages"]


@asynccontextmanager
async def gateway(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *, timeout_s: float = 10.0
) -> AsyncIterator[tuple[FakeOpenAI, Served]]:
    """A gateway whose model is behind HTTP; nobody waits for the time after which to ask again."""
    monkeypatch.setenv("FAR_KEY", KEY)
    async with listening(FakeOpenAI(key=KEY)) as far:
        settings: dict[str, Any] = {
            "api_key_env": "FAR_KEY",
            "max_tries": 1,
            "timeout_s": timeout_s,
            "clock": Time().clock,
        }
        system = OpenAI("tiny", base_url=far.url, **settings)
        try:
            async with served(folder, {"kind": system}) as one:
                yield far, one
        finally:
            await system.aclose()


FAULTS: dict[str, tuple[Fault | str, int, str]] = {
    "bad request": (
        error(400, "the context is too long", type="invalid_request_error"),
        400,
        "the context is too long",
    ),
    "bad request that tells too much": (error(400, LEAK), 400, "the key [key] at [address] is wrong"),
    "unprocessable": (Fault(422, b'{"detail": "no such field"}'), 400, "no such field"),
    "too large": (error(413, "too many bytes"), 413, "too many bytes"),
    "the gateway's key": (error(401, LEAK, code="invalid_api_key"), 502, "refused the gateway's request"),
    "forbidden": (error(403, LEAK), 502, "refused the gateway's request"),
    "no such model": (error(404, "no model tiny"), 502, "refused the gateway's request"),
    "no credit": (error(429, LEAK, code="insufficient_quota"), 502, "refused the gateway's request"),
    "too fast": (error(429, LEAK, headers={"Retry-After": "7"}), 429, "takes no more requests"),
    "broken": (error(500, LEAK), 502, "failed"),
    "away": (Fault(503, b"<title>Away</title>"), 502, "failed"),
    "no answer": (HANG, 504, "took too long"),
    "hangs up": (DROP, 502, "cannot be reached"),
    "nonsense": (Fault(200, b"<html>", {"Content-Type": "text/html"}), 502, "no usable answer"),
    "no text": (answer(content=None), 502, "no usable answer"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_before_the_first_piece(
    fault: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    told, status, words = FAULTS[fault]
    timeout_s = 0.1 if told == HANG else 10.0
    async with gateway(monkeypatch, tmp_path, timeout_s=timeout_s) as (far, one):
        for dialect, path in PATHS.items():
            for stream in (False, True) if fault != "no text" else (False,):
                far.faults = [told]
                asked = body(dialect, "kind", "Hi", stream=stream)
                async with one.http.post(f"{one.url}{path}", json=asked) as response:
                    said, headers = await response.json(), response.headers
                assert response.status == status
                assert words in said["error"]["message"]
                assert headers.get("Retry-After") == ("7" if fault == "too fast" else None)
                spilt = json.dumps(said) + str(headers)
                assert not any(
                    word in spilt for word in (KEY, far.url, "far.example", "Traceback", "FAR_KEY", "base_url")
                )
                assert set(said["error"]) == (
                    {"type", "message"} if dialect == "messages" else {"message", "type", "param", "code"}
                )
    assert KEY not in caplog.text


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_in_mid_stream(dialect: Dialect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with gateway(monkeypatch, tmp_path) as (far, one), clients(one.url) as theirs:
        far.faults = [events(json.dumps(chunk({"content": "Hi"})), json.dumps({"error": {"message": LEAK}}))] * 2
        got = await theirs.ask(dialect, "kind", "Hi", stream=True)
        assert got.finish == "error"
        assert got.error["message"] == "The model behind this endpoint failed."
        async with one.http.post(
            f"{one.url}{PATHS[dialect]}", json=body(dialect, "kind", "Hi", stream=True)
        ) as response:
            assert KEY not in await response.text()


async def test_errors_are_the_official_clients_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with gateway(monkeypatch, tmp_path) as (far, one), clients(one.url) as theirs:
        far.faults = [error(429, "slow down")] * 2
        with pytest.raises(openai.RateLimitError) as ours:
            await theirs.openai.responses.create(model="kind", input="Hi")
        assert ours.value.code == "rate_limit_exceeded"
        with pytest.raises(anthropic.RateLimitError):
            await theirs.anthropic.messages.create(
                model="kind", max_tokens=5, messages=[{"role": "user", "content": "Hi"}]
            )
        with pytest.raises(openai.BadRequestError) as bad:
            await theirs.openai.chat.completions.create(model="kind", n=3, messages=[{"role": "user", "content": "Hi"}])
        assert (bad.value.param, bad.value.type) == ("n", "invalid_request_error")
        wrong: Any = {"role": "user", "content": 5}
        with pytest.raises(anthropic.BadRequestError, match="expected a string or a list"):
            await theirs.anthropic.messages.create(model="kind", max_tokens=5, messages=[wrong])
        with pytest.raises(openai.NotFoundError) as missing:
            await theirs.openai.chat.completions.create(model="other", messages=[{"role": "user", "content": "Hi"}])
        assert missing.value.code == "model_not_found"


def test_what_a_system_itself_refuses_is_told() -> None:
    own = refusal(SystemFailure("this app cannot be told a system prompt; see http://10.0.0.1/x", kind="rejected"))
    assert (own.status, own.message) == (400, "this app cannot be told a system prompt; see [address]")
    assert refusal(SystemFailure("tiny cannot be told of tools", kind="unsupported")).status == 400


def test_of_what_is_ours_nothing_is_told() -> None:
    told = refusal(ConfigError("no key: set the environment variable FAR_KEY"))
    assert (told.status, told.why, told.message) == (500, "upstream", "The gateway failed.")


@pytest.mark.parametrize("stream", [True, False])
async def test_a_providers_own_words_reach_nobody_where_a_guard_objects_to_them(tmp_path: Path, stream: bool) -> None:
    failure = SystemFailure("HTTP 400: SECRET", kind="rejected", status=400, said="no: SECRET")
    plain = SystemFailure("HTTP 400: too long", kind="rejected", status=400, said="too long")
    behind = {
        name: Guarded(Talker(failure=one), Cascade((layer(Finds("SECRET", longest=None)),), "block"), "No.")
        for name, one in (("secret", failure), ("plain", plain))
    }
    async with served(tmp_path, behind) as one:
        for dialect in PATHS:
            told = [json.dumps(body(dialect, name, "Hi", stream=stream)).encode() for name in behind]
            found = [await one.send(each, PATHS[dialect]) for each in told]
            assert b"SECRET" not in found[0].body
            assert b"no reason given" in found[0].body
            assert b"too long" in found[1].body


async def test_a_guard_that_breaks_is_logged_without_what_it_was_shown(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    breaks = (
        layer(Finds("SECRET", "error"), "loud", on_error="allow"),
        layer(Finds("SECRET", "error"), "quiet", mode="shadow"),
    )
    behind = {"kind": Guarded(Talker(), Cascade(breaks, "block"), "No.")}
    async with served(tmp_path, behind) as one:
        got = await one.send(json.dumps(body("chat", "kind", "SECRET", stream=False)).encode(), PATHS["chat"])
    assert got.status == 200
    told = [record.getMessage() for record in caplog.records if "the guard" in record.getMessage()]
    assert [line.partition(": ")[2] for line in told if "loud" in line][:1] == [
        "the guard loud of kind failed: its on_error is allow"
    ]
    assert any("the guard quiet of kind failed: its on_error is block, in shadow" in line for line in told)
    assert "SECRET" not in caplog.text


def test_words_of_a_server_without_a_status_are_not_told() -> None:
    failure = SystemFailure("the server failed: SECRET", kind="rejected", said="SECRET")
    assert "SECRET" not in refusal(failure).message
