"""A real LiteLLM proxy before our guards, set up as docs/gateway.md says: what it makes of what we answer."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bench.gateways import environment, settings
from bench.gateways import served as processes
from meant.core.exchange import Recorded
from meant.files.gateway import read_gateway
from meant.serve.server import Plan, listening, opened
from meant.serve.wires.dialects import WIRES
from tests.serve.talking import kept
from tests.systems.fake_openai import FakeOpenAI, completion, served
from tests.systems.far_side import whole

pytestmark = pytest.mark.slow
DESK = """
name: desk
model: {use: scripted}
guards:
  unresolved: block
  refusal: "No."
  layers:
    - {use: pii, then: redact, on_error: block, mode: enforce}
    - {use: secrets, then: block, on_error: block, mode: enforce}
"""
GATEWAY = f"""
policy: credit_union
systems: {{desk: desk.yaml}}
store: {{path: store.db, when_full: wait}}
listen: {{port: 0}}
tenants: [{{name: proxy, keys: [{{name: proxy, env: {settings.VARIABLE}}}]}}]
"""
MAIL, SECRET = "ann@example.com", "password = tR7!qz0Lm"
LONG = "and that is all that there is to say of it for today, as far as I know"


@dataclass
class Proxy:
    """LiteLLM's, before a model that says what the test has it say."""

    url: str
    model: FakeOpenAI
    http: aiohttp.ClientSession

    async def ask(self, *messages: dict[str, Any], says: str = "Sure.", stream: bool = False) -> tuple[int, str]:
        """The status and the body."""
        self.model.text = says
        self.model.asked.clear()
        body = {"model": "echo", "messages": messages, "stream": stream}
        headers = {"authorization": f"Bearer {settings.KEY}"}
        async with self.http.post(f"{self.url}/v1/chat/completions", json=body, headers=headers) as response:
            return response.status, await response.text()


@asynccontextmanager
async def proxied(folder: Path, python: Path) -> AsyncIterator[Proxy]:
    file = folder / "gateway.yaml"
    file.write_text(GATEWAY)
    (folder / "desk.yaml").write_text(DESK)
    plan = Plan(read=lambda: read_gateway(file)[0], folder=folder, wires=WIRES)
    async with (
        served(FakeOpenAI()) as model,
        opened(plan) as gateway,
        listening(gateway) as guards,
        aiohttp.ClientSession() as http,
    ):
        config = settings.behind(folder, model.url, guards)
        with ExitStack() as stack:
            running = await asyncio.to_thread(stack.enter_context, processes.litellm(python, config, free_port()))
            yield Proxy(running.url, model, http)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def said(body: str) -> str:
    """The text of an answer, whole or streamed."""
    events = [line.removeprefix("data: ") for line in body.splitlines() if line.startswith("data: {")] or [body]
    choices = [choice for event in events for choice in json.loads(event)["choices"]]
    return "".join(one.get("message", one.get("delta"))["content"] or "" for one in choices)


def refused(answer: tuple[int, str]) -> bool:
    status, body = answer
    return status == 400 and json.loads(body)["error"]["message"] == "No."


def decisions(one: Recorded) -> set[tuple[str, str, str]]:
    return {(found.guard, found.place, found.action) for found in one.transcript.guards}


async def test_a_real_proxy_does_what_our_guards_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = environment.present()
    if python is None:
        pytest.skip(f"no environment with {environment.PINNED}: bench/gateway.py makes it")
    monkeypatch.setenv(settings.VARIABLE, settings.KEY)
    async with proxied(tmp_path, python) as proxy:
        status, body = await proxy.ask(user("Hello"))
        assert (status, said(body)) == (200, "Sure.")

        assert refused(await proxy.ask(user(SECRET)))
        assert proxy.model.asked == []

        assert (await proxy.ask({"role": "system", "content": "Be kind."}, user(f"I am {MAIL}")))[0] == 200
        (asked,) = proxy.model.asked
        assert [one["content"] for one in asked["messages"]] == ["Be kind.", "I am <EMAIL_1>"]

        call = {"id": "a", "type": "function", "function": {"name": "read", "arguments": "{}"}}
        brought = {"role": "tool", "tool_call_id": "a", "content": f"the {SECRET}"}
        assert refused(await proxy.ask(user("Read"), {"role": "assistant", "tool_calls": [call]}, brought))

        assert refused(await proxy.ask(user("Hello"), says=f"The {SECRET}"))
        _, body = await proxy.ask(user("Hello"), says=f"Write to {MAIL}.")
        assert said(body) == "Write to <EMAIL>."

        call = {**call, "function": {"name": "send", "arguments": json.dumps({"text": SECRET})}}
        proxy.model.faults = [whole(completion({"role": "assistant", "content": None, "tool_calls": [call]}))]
        assert refused(await proxy.ask(user("Hello")))

        _, body = await proxy.ask(user("Hello"), says=f"Write to {MAIL} now, {LONG}.", stream=True)
        assert said(body) == f"Write to <EMAIL> now, {LONG}."
        _, body = await proxy.ask(user("Hello"), says=f"Well, {LONG}. The {SECRET}, {LONG}.", stream=True)
        assert "tR7" not in body
        assert "No." in body
    stopped = kept(tmp_path / "store.db", which="stopped")
    assert [one.exchange.tenant for one in stopped][:5] == ["proxy"] * 5
    places = [place for one in stopped for guard, place, action in decisions(one) if action == "block"]
    assert places == ["input", "retrieved", "output", "call", "output"]
    rewritten = [one for one in kept(tmp_path / "store.db") if ("pii", "input", "rewrite") in decisions(one)]
    assert [one.transcript.turns[1].text for one in rewritten] == [f"I am {MAIL}"]
