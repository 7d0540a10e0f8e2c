"""The two API providers with their far sides, and the deltas of a whole request put together again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from meant.core.request import Converses, Request
from meant.core.system import Delta, Reply, Sampling
from meant.core.tool import Tool
from meant.core.turn import Turn
from meant.systems.providers.anthropic import Anthropic
from meant.systems.providers.openai import OpenAI
from meant.testing.conversing import check_deltas
from tests.systems.fake_anthropic import FakeAnthropic
from tests.systems.fake_anthropic import served as anthropic_served
from tests.systems.fake_openai import FakeOpenAI
from tests.systems.fake_openai import served as openai_served

ASKED = (Turn(role="user", text="Weather?"),)
LOOK = Tool(name="look", says="Looks.")


@asynccontextmanager
async def openai_side() -> AsyncIterator[tuple[FakeOpenAI, OpenAI]]:
    """The far side, and the provider that asks it."""
    async with openai_served(FakeOpenAI()) as fake:
        system = OpenAI("tiny", base_url=fake.url, max_tries=1, sampling=Sampling(max_tokens=50))
        try:
            yield fake, system
        finally:
            await system.aclose()


@asynccontextmanager
async def anthropic_side() -> AsyncIterator[tuple[FakeAnthropic, Anthropic]]:
    """The same of Anthropic's."""
    async with anthropic_served(FakeAnthropic()) as fake:
        system = Anthropic("tiny", base_url=fake.url, max_tries=1, sampling=Sampling(max_tokens=50))
        try:
            yield fake, system
        finally:
            await system.aclose()


async def told(system: Converses, request: Request) -> list[Delta]:
    return [delta async for delta in system.converse(request)]


def joined(deltas: list[Delta]) -> tuple[str, list[tuple[str, str, str]], Reply]:
    """The text, the calls and the reply."""
    reply, calls = check_deltas(deltas), dict[int, str]()
    for call in (delta.call for delta in deltas if delta.call):
        calls[call.at] = calls.get(call.at, "") + call.arguments
    told = [(call.id, call.tool, calls[at]) for at, call in enumerate(reply.turn.calls)]
    return reply.turn.text, told, reply
