"""The fake speaks as Anthropic does: the official client reads it, so that fake and provider cannot agree on a mistake."""

from collections.abc import AsyncIterator
from typing import Any

import anthropic as official
import pytest
from anthropic._constants import ANTHROPIC_API_VERSION

from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.systems.providers.anthropic import Anthropic
from tests.systems.fake_anthropic import FakeAnthropic, calls, error, served, text, use

KEY = "sk-ant-official-1"
TURNS = (Turn(role="system", text="Be kind."), Turn(role="user", text="Hello"))
ASK: Any = {
    "model": "tiny",
    "max_tokens": 256,
    "extra_body": {"temperature": 0.0},  # which the client has no name for since its version 1
    "system": "Be kind.",
    "messages": [{"role": "user", "content": "Hello"}],
}


@pytest.fixture
async def claude() -> AsyncIterator[FakeAnthropic]:
    async with served(FakeAnthropic(key=KEY)) as claude:
        yield claude


@pytest.fixture
async def client(claude: FakeAnthropic) -> AsyncIterator[official.AsyncAnthropic]:
    async with official.AsyncAnthropic(base_url=claude.url, api_key=KEY, max_retries=0) as client:
        yield client


@pytest.fixture
async def system(claude: FakeAnthropic, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Anthropic]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", claude.url)
    system = Anthropic("tiny", max_tries=1, key_header="authorization", api_version=ANTHROPIC_API_VERSION)
    yield system
    await system.aclose()


@pytest.mark.parametrize("thinking", ["", "The user greets me."])
async def test_both_read_the_same_reply(
    claude: FakeAnthropic, client: official.AsyncAnthropic, system: Anthropic, thinking: str
) -> None:
    claude.thinking, claude.usage = thinking, {"cache_read_input_tokens": 5}
    theirs = await client.messages.create(**ASK)
    ours = await system.reply(TURNS)
    assert ours.turn.text == "".join(block.text for block in theirs.content if block.type == "text") == claude.text
    assert theirs.stop_reason == "end_turn"
    assert ours.usage.input_tokens == theirs.usage.input_tokens + (theirs.usage.cache_read_input_tokens or 0)
    assert ours.usage.output_tokens == theirs.usage.output_tokens
    assert claude.asked[1] == claude.asked[0]
    for name in ("authorization", "anthropic-version", "content-type"):
        both = [{k.lower(): v for k, v in headers.items()}[name] for headers in claude.headers]
        assert both[0] == both[1], name


@pytest.mark.parametrize(("thinking", "stop_reason"), [("", "end_turn"), ("Hm.", "max_tokens"), ("", "refusal")])
async def test_both_read_the_same_stream(
    claude: FakeAnthropic, client: official.AsyncAnthropic, system: Anthropic, thinking: str, stop_reason: str
) -> None:
    claude.thinking, claude.stop_reason = thinking, stop_reason
    async with client.messages.stream(**ASK) as stream:
        texts = [piece async for piece in stream.text_stream]
        theirs = await stream.get_final_message()
    deltas = [delta async for delta in system.stream(TURNS)]
    reply = deltas[-1].reply
    assert reply is not None
    assert [d.text for d in deltas[:-1]] == texts
    assert theirs.stop_reason == stop_reason
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (
        theirs.usage.input_tokens,
        theirs.usage.output_tokens,
    )
    assert claude.asked[1] == claude.asked[0]


async def test_both_read_the_same_error(claude: FakeAnthropic, client: official.AsyncAnthropic) -> None:
    claude.faults = [
        error(429, "slow down", kind="rate_limit_error", headers={"retry-after": "7"}),
        error(529, "Overloaded", kind="overloaded_error"),
    ]
    with pytest.raises(official.RateLimitError, match="slow down") as limit:
        await client.messages.create(**ASK)
    assert limit.value.response.headers["retry-after"] == "7"
    with pytest.raises(official.APIStatusError, match="Overloaded") as overloaded:
        await client.messages.create(**ASK)
    assert overloaded.value.status_code == 529
    claude.key = "another"
    with pytest.raises(official.AuthenticationError):
        await client.messages.create(**ASK)


PAY = Tool(
    name="pay",
    says="Pays somebody.",
    parameters={"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]},
)
CALLS = (ToolCall(id="a", tool="pay", arguments={"to": "Bob"}), ToolCall(id="b", tool="pay", arguments={"to": "Eve"}))


async def test_both_send_the_same_tools_and_results_and_read_the_same_calls(
    claude: FakeAnthropic, client: official.AsyncAnthropic, system: Anthropic
) -> None:
    answer = calls(text("I pay."), use("a", "pay", {"to": "Bob"}), use("b", "pay", {"to": "Eve"}))
    tools: Any = [{"name": PAY.name, "description": PAY.says, "input_schema": dict(PAY.parameters)}]
    claude.faults = [answer]
    first = await client.messages.create(**ASK, tools=tools)
    used = [block for block in first.content if block.type == "tool_use"]
    said: Any = [
        {"type": "text", "text": "I pay."},
        *({"type": "tool_use", "id": block.id, "name": block.name, "input": block.input} for block in used),
    ]
    results: Any = [{"type": "tool_result", "tool_use_id": block.id, "content": "Paid."} for block in used]
    talk: Any = [*ASK["messages"], {"role": "assistant", "content": said}, {"role": "user", "content": results}]
    last = await client.messages.create(**{**ASK, "messages": talk}, tools=tools)

    claude.faults = [answer]
    ours = await system.call(TURNS, tools=[PAY])
    assert ours.turn == Turn(role="assistant", text="I pay.", calls=CALLS)
    assert [(one.id, one.tool, one.arguments) for one in ours.turn.calls] == [(b.id, b.name, b.input) for b in used]
    assert (ours.finish, first.stop_reason) == ("tool_calls", "tool_use")
    turns = [*TURNS, ours.turn, *(Turn(role="tool", text="Paid.", answers=call.id) for call in CALLS)]
    whole = await system.call(turns, tools=[PAY])
    assert whole.turn.text == "".join(block.text for block in last.content if block.type == "text")
    assert claude.asked[2:] == claude.asked[:2]
