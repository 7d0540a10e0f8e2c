"""LiteLLM's generic guardrail API, in the words of LiteLLM 1.108.7 (the requests were taken down from it)."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from meant.core.guard import ALLOW, Edit, Mode, Opinion, Place, Sight
from meant.core.span import Span
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from meant.guard.layer import Layer
from meant.serve.litellm import PATH
from meant.serve.wires.conversation import MOST
from tests.serve.talking import KEY, Served, Talker, kept, serving, spec

EVERYWHERE: frozenset[Place] = frozenset({"input", "retrieved", "call", "output"})


@dataclass(frozen=True)
class Words:
    """Blocks `bomb`, rewrites `Ann`."""

    places: frozenset[Place] = EVERYWHERE
    fingerprint: str = "words"
    hold_back: int | None = 7

    async def check(self, sight: Sight) -> Opinion:
        if "bomb" in sight.text:
            return Opinion("block", "a bomb")
        if (at := sight.text.find("Ann")) >= 0:
            return Opinion("rewrite", edits=(Edit(Span(start=at, end=at + 3), "[name]"),))
        return ALLOW


def guarded(mode: Mode = "enforce") -> Guarded:
    layer = Layer(Words(), name="words", at=EVERYWHERE, on_error="block", mode=mode)
    return Guarded(Talker(), Cascade((layer,), "block"), "No.")


async def asked(folder: Path, body: dict[str, Any], mode: Mode = "enforce") -> dict[str, Any]:
    async with serving(folder) as served:
        behind(served, guarded(mode))
        answered = await served.send(json.dumps(body).encode(), PATH)
    assert answered.status == 200, answered.body
    found: dict[str, Any] = json.loads(answered.body)
    return found


def behind(served: Served, guards: Guarded) -> None:
    generation = served.gateway.generation
    generation.servings = {name: one._replace(guarded=guards) for name, one in generation.servings.items()}


def request(*messages: tuple[str, Any], **more: Any) -> dict[str, Any]:
    texts = [content for _, content in messages]
    structured = [{"role": role, "content": content} for role, content in messages]
    usual = {
        "input_type": "request", "litellm_call_id": "c", "litellm_trace_id": None, "texts": texts,
        "structured_messages": structured, "request_data": {"user_api_key_alias": "k"}, "images": None, "tools": None,
        "tool_calls": None, "model": "gpt-4.1", "additional_provider_specific_params": {},
    }  # fmt: skip
    return usual | more


def response(text: str, **more: Any) -> dict[str, Any]:
    return request() | {"input_type": "response", "texts": [text], "structured_messages": None} | more


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (request(("user", "Hello")), {"action": "NONE"}),
        (request(("user", "a bomb")), {"action": "BLOCKED", "blocked_reason": "No."}),
        (request(("system", "no bomb"), ("user", "Hello")), {"action": "NONE"}),
        (request(("assistant", "a bomb"), ("user", "Hello")), {"action": "NONE"}),
        (request(("user", "Hi"), ("tool", "a bomb")), {"action": "BLOCKED", "blocked_reason": "No."}),
        (
            request(("system", "Ann is the owner"), ("user", "I am Ann")),
            {"action": "GUARDRAIL_INTERVENED", "texts": ["Ann is the owner", "I am [name]"]},
        ),
        (request(("system", "x"), texts=["a bomb"]), {"action": "BLOCKED", "blocked_reason": "No."}),
        (response("Hello"), {"action": "NONE", "stream_holdback_chars": [7]}),
        (response("a bomb"), {"action": "BLOCKED", "blocked_reason": "No."}),
    ],
)
async def test_texts(tmp_path: Path, body: dict[str, Any], answer: dict[str, Any]) -> None:
    assert await asked(tmp_path, body) == answer


@pytest.mark.parametrize("argument", ["a bomb", "Ann"])
async def test_a_call_that_may_not_pass_as_it_is_is_blocked(tmp_path: Path, argument: str) -> None:
    called = {"id": "a", "type": "function", "function": {"name": "f", "arguments": json.dumps({"x": argument})}}
    body = response("Hello", tool_calls=[called])
    assert (await asked(tmp_path, body))["action"] == "BLOCKED"
    (one,) = kept(tmp_path / "store.db")
    assert [decision.place for decision in one.transcript.guards] == ["output", "call"]


async def test_what_a_shadow_guard_would_have_done_is_kept(tmp_path: Path) -> None:
    assert (await asked(tmp_path, request(("user", "a bomb")), "shadow"))["action"] == "NONE"
    (one,) = kept(tmp_path / "store.db", which="would_stop")
    assert (one.exchange.dialect, one.transcript.turns[0].text) == ("litellm", "a bomb")


async def test_the_proxys_key_comes_in_the_header_that_it_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXYS", KEY)
    tenants = [{"name": "proxy", "keys": [{"name": "proxy", "env": "PROXYS"}]}]
    body = json.dumps(request(("user", "Hello"))).encode()
    async with serving(tmp_path, file=spec(tenants=tenants)) as served:
        behind(served, guarded())
        statuses = [
            (await served.send(body, PATH, x_api_key=KEY)).status,
            (await served.send(body, PATH, authorization=f"Bearer {KEY}")).status,
            (await served.send(body, PATH, x_api_key="sk-another")).status,
        ]
    assert statuses == [200, 200, 401]


async def test_what_cannot_be_read_and_a_system_without_guards_are_errors(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        assert (await served.send(b"{", PATH)).status == 400
        without = await served.send(json.dumps(request(("user", "x"))).encode(), PATH)
        named = {"additional_provider_specific_params": {"system": "nobody"}}
        unknown = await served.send(json.dumps(request(("user", "x"), **named)).encode(), PATH)
    assert (without.status, unknown.status) == (400, 404)
    assert b"no guards" in without.body


async def test_what_breaks_and_what_is_too_much_are_told_in_the_shape_of_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("wires crossed")

    async with serving(tmp_path) as served:
        behind(served, guarded())
        much = await served.send(json.dumps(request(*[("user", "x")] * (MOST + 1))).encode(), PATH)
        monkeypatch.setattr("meant.serve.litellm._looked", broken)
        fails = await served.send(json.dumps(request(("user", "x"))).encode(), PATH)
    assert (much.status, fails.status) == (413, 500)
    assert [json.loads(one.body)["error"]["type"] for one in (much, fails)] == ["invalid_request_error", "server_error"]
    assert b"wires crossed" not in fails.body


@dataclass(frozen=True)
class Ponders:
    """Never comes to an end; tells when it has begun and when it is stopped."""

    begun: asyncio.Event
    stopped: asyncio.Event
    places: frozenset[Place] = EVERYWHERE
    fingerprint: str = "ponders"
    hold_back: int | None = 0

    async def check(self, sight: Sight) -> Opinion:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped.set()
        return ALLOW


@pytest.mark.parametrize("mode", ["enforce", "shadow"])
async def test_nobody_ponders_for_a_proxy_that_has_gone(mode: Mode, tmp_path: Path) -> None:
    """Neither a guard that it waits for, nor one in shadow beside that."""
    waited, beside = (Ponders(asyncio.Event(), asyncio.Event()) for _ in range(2))
    how: dict[str, Any] = {"at": EVERYWHERE, "on_error": "block", "timeout_s": 60.0}
    layers = (Layer(beside, name="beside", mode=mode, **how), Layer(waited, name="waited", mode="enforce", **how))
    async with serving(tmp_path) as served:
        behind(served, Guarded(Talker(), Cascade(layers if mode == "shadow" else layers[1:], "block"), "No."))
        asking = asyncio.ensure_future(served.send(json.dumps(request(("user", "Hello"))).encode(), PATH))
        async with asyncio.timeout(10):
            await waited.begun.wait()
            asking.cancel()
            await waited.stopped.wait()
            if mode == "shadow":
                await beside.stopped.wait()
