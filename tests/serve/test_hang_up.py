"""A client that goes in mid-stream: the model's server hears of it, and stops."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from meant.core.request import Dialect
from meant.serve.app import App
from meant.serve.asgi import Message
from meant.systems.providers.openai import OpenAI
from tests.serve.real import PATHS, body, served
from tests.serve.talking import kept, serving
from tests.systems.fake_openai import FakeOpenAI, chunk
from tests.systems.fake_openai import served as listening
from tests.systems.far_side import SSE


@dataclass
class Endless(FakeOpenAI):
    """Goes on until nobody listens any more."""

    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        response = web.StreamResponse(headers=SSE)
        await response.prepare(request)
        try:
            while True:
                await response.write(f"data: {json.dumps(chunk({'content': 'on and '}))}\n\n".encode())
                await asyncio.sleep(0.001)
        except (ConnectionError, asyncio.CancelledError):
            self.gone.set()
            raise


@pytest.mark.parametrize("dialect", PATHS)
async def test_the_models_server_is_let_go(dialect: Dialect, tmp_path: Path) -> None:
    async with listening(Endless()) as far:
        assert isinstance(far, Endless)
        system = OpenAI("tiny", base_url=far.url)
        try:
            async with served(tmp_path, {"kind": system}) as one:
                asked = body(dialect, "kind", "Hi", stream=True)
                async with one.http.post(f"{one.url}{PATHS[dialect]}", json=asked) as response:
                    assert b"on and " in await response.content.readuntil(b"on and ")
                    response.close()
                async with asyncio.timeout(10):
                    await far.gone.wait()
        finally:
            await system.aclose()


@pytest.mark.parametrize("stream", [False, True])
async def test_whoever_had_gone_before_the_answer_was_not_answered(tmp_path: Path, stream: bool) -> None:
    """However soon it was there: before anybody began to listen for the client's end."""
    told, sent = iter([body("chat", "talker", "Hi", stream=stream)]), list[bytes]()

    async def receive() -> Message:
        asked = next(told, None)
        return {"type": "http.request", "body": json.dumps(asked).encode()} if asked else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))

    async with serving(tmp_path) as one:
        asked = {"type": "http", "path": PATHS["chat"], "method": "POST", "headers": []}
        await App(one.gateway)(asked, receive, send)
    (record,) = kept(tmp_path / "store.db")
    assert (record.exchange.ending, record.transcript.finish) == ("hung_up", "cancelled")
    assert [turn.text for turn in record.transcript.turns[1:]] == (["Sure, here you are."] if stream else [])
    assert all(text.encode() in b"".join(sent) for text in ("Sure, ", "here ", "you are.") if stream)
    assert b"[DONE]" not in b"".join(sent)
    assert bool(b"".join(sent)) == stream
    assert record.exchange.status == (200 if stream else 0)
