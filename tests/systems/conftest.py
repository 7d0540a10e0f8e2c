"""A served fake for each test, and time that no test waits for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from meant.systems.http.backoff import Backoff
from meant.systems.http.clock import Clock
from meant.systems.providers.anthropic import Anthropic
from meant.systems.providers.openai import OpenAI
from tests.systems.fake_anthropic import FakeAnthropic
from tests.systems.fake_openai import FakeOpenAI, served
from tests.systems.talking import anthropic_side, openai_side


@dataclass
class Time:
    """Virtual time: whoever sleeps moves it on at once. `slept` is what was asked for."""

    now: float = 0.0
    chance: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, wall=lambda: self.now, sleep=self.sleep, chance=lambda: self.chance)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [f"{company}_{what}" for company in ("OPENAI", "ANTHROPIC") for what in ("API_KEY", "BASE_URL")]
    for name in (*keys, "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def fake() -> AsyncIterator[FakeOpenAI]:
    async with served(FakeOpenAI()) as fake:
        yield fake


@pytest.fixture
async def system(fake: FakeOpenAI, time: Time) -> AsyncIterator[Callable[..., OpenAI]]:
    """Builds providers that ask the fake, and closes them."""
    made: list[OpenAI] = []

    def build(**settings: Any) -> OpenAI:
        given = {
            "model": "tiny",
            "base_url": fake.url,
            "clock": time.clock,
            "backoff": Backoff(first_s=1.0),
            **settings,
        }
        made.append(OpenAI(**given))
        return made[-1]

    yield build
    for one in made:
        await one.aclose()


@pytest.fixture
async def ours() -> AsyncIterator[tuple[FakeOpenAI, OpenAI]]:
    async with openai_side() as both:
        yield both


@pytest.fixture
async def theirs() -> AsyncIterator[tuple[FakeAnthropic, Anthropic]]:
    async with anthropic_side() as both:
        yield both
