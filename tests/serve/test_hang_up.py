"""A client that goes in mid-stream: the model's server hears of it, and stops."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from meant.core.request import Dialect
from meant.systems.providers.openai import OpenAI
from tests.serve.real import PATHS, body, served
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
