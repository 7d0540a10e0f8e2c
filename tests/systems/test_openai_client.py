"""The fake speaks as OpenAI does: the official client reads it, so that fake and provider cannot agree on a mistake."""

from collections.abc import AsyncIterator
from typing import Any

import openai as official
import pytest

from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.systems.providers.openai import OpenAI
from tests.systems.fake_openai import FakeOpenAI, calls, error

KEY = "sk-official-1"
TURNS = (Turn(role="user", text="Hello"),)
ASK: Any = {"model": "tiny", "messages": [{"role": "user", "content": "Hello"}], "logprobs": True}


@pytest.fixture
async def client(fake: FakeOpenAI) -> AsyncIterator[official.AsyncOpenAI]:
    fake.key = KEY
    async with official.AsyncOpenAI(base_url=fake.url, api_key=KEY, max_retries=0) as client:
        yield client


@pytest.mark.parametrize("refusal", [None, "I will not help."])
async def test_both_read_the_same_reply(
    fake: FakeOpenAI, client: official.AsyncOpenAI, refusal: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.refusal = refusal
    theirs = await client.chat.completions.create(**ASK, seed=3)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    system = OpenAI("tiny", base_url=fake.url, logprobs=True)
    ours = await system.reply(TURNS, seed=3)
    await system.aclose()
    choice = theirs.choices[0]
    assert ours.turn.text == (choice.message.content or choice.message.refusal)
    assert ours.finish == choice.finish_reason
    tokens = choice.logprobs.content or choice.logprobs.refusal
    assert ours.logprobs == tuple(token.logprob for token in tokens)
    assert (ours.usage.input_tokens, ours.usage.output_tokens) == (
        theirs.usage.prompt_tokens,
        theirs.usage.completion_tokens,
    )
    assert {k: fake.asked[1][k] for k in fake.asked[0]} == fake.asked[0]
    assert fake.headers[1]["Authorization"] == fake.headers[0]["Authorization"]
    assert fake.headers[1]["Content-Type"] == fake.headers[0]["Content-Type"]


async def test_both_read_the_same_stream(
    fake: FakeOpenAI, client: official.AsyncOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = await client.chat.completions.create(**ASK, stream=True, stream_options={"include_usage": True})
    chunks = [chunk async for chunk in stream]
    texts = [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content]
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    system = OpenAI("tiny", base_url=fake.url, logprobs=True)
    deltas = [delta async for delta in system.stream(TURNS)]
    await system.aclose()
    assert [d.text for d in deltas[:-1]] == texts
    reply = deltas[-1].reply
    assert reply is not None
    assert reply.usage.output_tokens == chunks[-1].usage.completion_tokens
    assert {k: fake.asked[1][k] for k in fake.asked[0]} == fake.asked[0]


async def test_both_read_the_same_error(fake: FakeOpenAI, client: official.AsyncOpenAI) -> None:
    fake.faults = [error(429, "pay first", code="insufficient_quota"), error(400, "bad", param="temperature")]
    with pytest.raises(official.RateLimitError) as quota:
        await client.chat.completions.create(**ASK)
    assert (quota.value.code, "pay first" in str(quota.value)) == ("insufficient_quota", True)
    with pytest.raises(official.BadRequestError) as bad:
        await client.chat.completions.create(**ASK)
    assert bad.value.param == "temperature"


PAY = Tool(
    name="pay",
    says="Pays somebody.",
    parameters={"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]},
)
CALLS = (ToolCall(id="a", tool="pay", arguments={"to": "Bob"}), ToolCall(id="b", tool="pay", malformed="{to: Eve"))


async def test_both_send_the_same_tools_and_results_and_read_the_same_calls(
    fake: FakeOpenAI, client: official.AsyncOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = calls(("a", "pay", '{"to":"Bob"}'), ("b", "pay", "{to: Eve"), content="I pay.")
    function: Any = {"name": PAY.name, "description": PAY.says, "parameters": dict(PAY.parameters)}
    tools: Any = [{"type": "function", "function": function}]
    fake.faults = [answer]
    first = await client.chat.completions.create(**ASK, tools=tools)
    message = first.choices[0].message
    results: Any = [{"role": "tool", "tool_call_id": call.id, "content": "Paid."} for call in message.tool_calls or ()]
    talk: Any = [*ASK["messages"], message.model_dump(include={"role", "content", "tool_calls"}), *results]
    last = await client.chat.completions.create(**{**ASK, "messages": talk}, tools=tools)

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    system = OpenAI("tiny", base_url=fake.url, logprobs=True)
    fake.faults = [answer]
    ours = await system.call(TURNS, tools=[PAY])
    assert ours.turn == Turn(role="assistant", text="I pay.", calls=CALLS)
    assert [(one.id, one.tool) for one in ours.turn.calls] == [
        (one.id, one.function.name) for one in message.tool_calls or () if one.type == "function"
    ]
    turns = [*TURNS, ours.turn, *(Turn(role="tool", text="Paid.", answers=call.id) for call in CALLS)]
    whole = await system.call(turns, tools=[PAY])
    await system.aclose()
    assert whole.turn.text == last.choices[0].message.content
    for theirs, mine in ((fake.asked[0], fake.asked[2]), (fake.asked[1], fake.asked[3])):
        assert {name: mine[name] for name in theirs} == theirs
