"""The two API providers with their far sides, and the deltas of a whole request put together again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from meant.core.request import Converses, Request
from meant.core.system import Delta, Reply, Sampling
from meant.core.tool import Tool
from meant.core.turn import Turn
from meant.systems.providers.anthropic import Anthropic
from meant.systems.providers.openai import OpenAI
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
    """The text, the calls and the reply; and the pieces hold what the reply holds."""
    calls = dict[int, tuple[str, str, str]]()
    for delta in deltas:
        if one := delta.call:
            assert one.at >= max(calls, default=0), "a piece of a call that another one has followed"
            *known, so_far = calls.setdefault(one.at, (one.id, one.tool, ""))
            assert known == [one.id, one.tool]
            calls[one.at] = (one.id, one.tool, so_far + one.arguments)
    reply = deltas[-1].reply
    assert reply is not None
    assert [delta.reply for delta in deltas[:-1]] == [None] * (len(deltas) - 1)
    assert "".join(delta.text for delta in deltas) == reply.turn.text
    assert [(call.id, call.tool) for call in reply.turn.calls] == [(id_, tool) for id_, tool, _ in calls.values()]
    return reply.turn.text, [calls[at] for at in range(len(calls))], reply
