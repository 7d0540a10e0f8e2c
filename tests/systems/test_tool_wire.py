"""Tools end to end over real HTTP, with both API providers: what is sent, what is read, what the rules make of it."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import pytest

from meant.core.approval import Question
from meant.core.errors import PluginError, SystemFailure
from meant.core.policy import ToolRule
from meant.core.system import CallsTools, Reply, Usage
from meant.core.tool import Simulated, Tool
from meant.core.turn import ToolCall, Turn
from meant.systems.http.backoff import Backoff
from meant.systems.providers.anthropic import Anthropic
from meant.systems.providers.openai import OpenAI
from meant.systems.tools.carriers import Function
from meant.systems.tools.tooled import Model, Tooled
from meant.testing import check_system
from tests.systems import fake_anthropic, fake_openai
from tests.systems.far_side import FarSide, Fault

USER = Turn(role="user", text="Pay Bob 5.")
SCHEMA = {"type": "object", "properties": {"to": {"type": "string"}, "sum": {"type": "number"}}, "required": ["to"]}
PAY = Simulated.model_validate(
    {"name": "pay", "says": "Pays somebody.", "parameters": SCHEMA, "results": [{"returns": "Paid."}]}
)
LOOK = Simulated.model_validate({"name": "look", "says": "Looks.", "results": [{"returns": "Seen."}]})
Call = tuple[str, str, Any]
End = Literal["whole", "cut", "filtered"]


class Side(Protocol):
    """A provider with its far side, so that one test holds both."""

    @property
    def fake(self) -> FarSide: ...
    @property
    def system(self) -> Model: ...
    def calls(self, *made: Call, text: str = "", end: End = "whole") -> Fault: ...
    def wrong(self, asked: dict[str, Any]) -> Iterator[str]: ...
    def results(self, asked: dict[str, Any]) -> dict[str, str]: ...
    def build(self, **settings: Any) -> Model: ...


@dataclass
class OpenAISide:
    fake: fake_openai.FakeOpenAI

    def __post_init__(self) -> None:
        self.system = self.build()

    def build(self, **settings: Any) -> OpenAI:
        return OpenAI("tiny", **{"base_url": self.fake.url, "max_tries": 1, **settings})

    def calls(self, *made: Call, text: str = "", end: End = "whole") -> Fault:
        reason = {"whole": "tool_calls", "cut": "length", "filtered": "content_filter"}[end]
        told = [(i, n, a if isinstance(a, str) else json.dumps(a)) for i, n, a in made]
        return fake_openai.calls(*told, content=text or None, finish_reason=reason)

    def wrong(self, asked: dict[str, Any]) -> Iterator[str]:
        return fake_openai.wrong_tools(asked)

    def results(self, asked: dict[str, Any]) -> dict[str, str]:
        return {m["tool_call_id"]: m["content"] for m in asked["messages"] if m["role"] == "tool"}


@dataclass
class AnthropicSide:
    fake: fake_anthropic.FakeAnthropic

    def __post_init__(self) -> None:
        self.system = self.build()

    def build(self, **settings: Any) -> Anthropic:
        return Anthropic("tiny", **{"base_url": self.fake.url, "max_tries": 1, **settings})

    def calls(self, *made: Call, text: str = "", end: End = "whole") -> Fault:
        reason = {"whole": "tool_use", "cut": "max_tokens", "filtered": "refusal"}[end]
        told = [fake_anthropic.use(*one) for one in made]
        said = [fake_anthropic.text(text)] if text else []
        return fake_anthropic.calls(*said, *told, stop_reason=reason)

    def wrong(self, asked: dict[str, Any]) -> Iterator[str]:
        return fake_anthropic.wrong_tools(asked)

    def results(self, asked: dict[str, Any]) -> dict[str, str]:
        blocks = [b for m in asked["messages"] if isinstance(m["content"], list) for b in m["content"]]
        return {b["tool_use_id"]: b.get("content", "") for b in blocks if b["type"] == "tool_result"}


@asynccontextmanager
async def opened(which: str) -> AsyncIterator[Side]:
    if which == "openai":
        async with fake_openai.served(fake_openai.FakeOpenAI(text="Done.")) as openai:
            yield OpenAISide(openai)
    else:
        async with fake_anthropic.served(fake_anthropic.FakeAnthropic(text="Done.")) as anthropic:
            yield AnthropicSide(anthropic)


@pytest.fixture(params=["openai", "anthropic"])
async def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Side]:
    async with opened(request.param) as side:
        yield side
        assert [problem for asked in side.fake.asked for problem in side.wrong(asked)] == []
        await side.system.aclose()


def rule(tool: str, verb: str, *when: dict[str, Any]) -> ToolRule:
    return ToolRule.model_validate(
        {"tool": tool, "rule": verb, "because": f"I {verb}.", "principle": "p", "when": when}
    )


RULES = (
    rule("pay", "deny", {"argument": "sum", "greater_than": 100}),
    rule("pay", "ask", {"argument": "sum", "greater_than": 10}),
    rule("pay", "allow"),
    rule("look", "allow"),
)


async def acted(side: Side, *answers: Fault, tools: Sequence[Simulated] = (PAY, LOOK), **fields: Any) -> Reply:
    side.fake.faults = [*answers]
    return await Tooled(side.system, RULES, **fields).act([USER], tools=tools)


async def test_they_keep_the_contract(side: Side) -> None:
    assert isinstance(side.system, CallsTools)
    broken = side.build(base_url="http://127.0.0.1:9/v1" if isinstance(side, OpenAISide) else "http://127.0.0.1:9")
    await check_system(side.system, broken=broken)
    await check_system(Tooled(side.build(), RULES))


async def test_a_call_is_read_with_the_text_beside_it(side: Side) -> None:
    side.fake.faults = [side.calls(("a", "pay", {"to": "Bob", "sum": 5}), ("b", "look", {}), text="I pay.")]
    reply = await side.system.call([USER], tools=[PAY, LOOK], seed=3)
    calls = (
        ToolCall(id="a", tool="pay", arguments={"to": "Bob", "sum": 5}),
        ToolCall(id="b", tool="look", arguments={}),
    )
    assert reply.turn == Turn(role="assistant", text="I pay.", calls=calls)
    assert reply.finish == "tool_calls"
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (11, 7)


async def test_a_reply_in_words_is_what_it_was_without_tools(side: Side) -> None:
    with_tools, without = await side.system.call([USER], tools=[PAY]), await side.system.reply([USER])
    assert (with_tools.turn, with_tools.finish) == (without.turn, without.finish)
    assert "tools" in side.fake.asked[0]
    assert "tools" not in side.fake.asked[1]


async def test_a_round_trip_of_everything_at_once(side: Side) -> None:
    """Parallel calls: carried out, denied, for a person, unknown, and one that cannot be read."""
    broken = "{sum: 5" if isinstance(side, OpenAISide) else ["sum", 5]
    answer = side.calls(
        ("a", "pay", {"to": "Bob", "sum": 5}),
        ("b", "pay", {"to": "Eve", "sum": 500}),
        ("c", "pay", {"to": "Ann", "sum": 50}),
        ("d", "functions.fly", {}),
        ("e", "pay", broken),
        text="I pay.",
    )
    reply = await acted(side, answer, side.calls(("f", "look", {})))
    assert [(one.call, one.rule, one.ran) for one in reply.decisions] == [
        ("a", "allow", True), ("b", "deny", False), ("c", "ask", False), ("d", "deny", False), ("e", "deny", False),
        ("f", "allow", True),
    ]  # fmt: skip
    told = side.results(side.fake.asked[1])
    assert list(told) == ["a", "b", "c", "d", "e"]
    assert told["a"] == "Paid."
    for call, words in (
        ("b", "I deny."),
        ("c", "a person has to approve"),
        ("d", "no such tool"),
        ("e", "JSON object"),
    ):
        assert words in told[call]
    assert side.results(side.fake.asked[2])["f"] == "Seen."
    assert (reply.turn.text, reply.finish, len(reply.steps)) == ("Done.", "stop", 8)
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (33, 21)
    assert reply.timing is not None


@dataclass
class Person:
    says: bool | None

    async def approve(self, question: Question) -> bool | None:
        return self.says


@pytest.mark.parametrize(("says", "told"), [(True, "Paid."), (False, "said no"), (None, "Nobody has answered yet")])
async def test_a_person_is_asked(side: Side, says: bool | None, told: str) -> None:
    answer = side.calls(("a", "pay", {"to": "Ann", "sum": 50}))
    reply = await acted(side, answer, approver=Person(says))
    (decision,) = reply.decisions
    assert (decision.rule, decision.approved, decision.ran) == ("ask", says, says is True)
    assert told in side.results(side.fake.asked[1])["a"]


async def test_it_is_stopped(side: Side) -> None:
    reply = await acted(side, *(side.calls((f"c{i}", "look", {})) for i in range(9)), max_steps=3)
    assert (reply.finish, len(side.fake.asked)) == ("max_steps", 3)
    assert [one.ran for one in reply.decisions] == [True, True, False]


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (lambda **given: 1 / 0, "The tool failed: ZeroDivisionError: division by zero"),
        (lambda **given: {"ok": [given["to"]]}, '{"ok":["Bob"]}'),
        (lambda **given: object(), "The tool failed: it returned object, which is neither text nor JSON data."),
        (lambda **given: "", ""),
    ],
)
async def test_a_tool_of_ones_own(side: Side, function: Callable[..., Any], told: str) -> None:
    side.fake.faults = [side.calls(("a", "pay", {"to": "Bob"}))]
    own = Function(Tool(name="pay", says="Pays."), "app:pay", function, 5.0)
    reply = await Tooled(side.system, RULES, own=(own,)).reply([USER])
    assert side.results(side.fake.asked[1]) == {"a": told}
    assert reply.decisions[0].ran
    assert reply.turn.text == "Done."


async def test_of_an_answer_that_was_cut_off_the_last_call_is_not_carried_out(side: Side) -> None:
    answer = side.calls(("a", "look", {}), ("b", "pay", {"to": "Bob"}), end="cut")
    reply = await acted(side, answer)
    assert [(one.call, one.ran) for one in reply.decisions] == [("a", True), ("b", False)]
    assert '{"to":' in side.results(side.fake.asked[1])["b"]


async def test_of_an_answer_that_a_filter_stopped_no_call_is_carried_out(side: Side) -> None:
    answer = side.calls(("a", "look", {}), ("b", "look", {}), end="filtered")
    reply = await acted(side, answer)
    assert [(one.rule, one.ran) for one in reply.decisions] == [("deny", False)] * 2


async def test_ids_that_repeat_or_are_missing_are_made_distinct(side: Side) -> None:
    reply = await acted(
        side, side.calls(("x", "look", {}), ("x", "look", {})), side.calls(("x", "look", {}), ("", "look", {}))
    )
    ids = [one.call for one in reply.decisions]
    assert len({*ids}) == 4
    assert list(side.results(side.fake.asked[2])) == ids


async def test_a_failure_in_between_is_a_failure(side: Side) -> None:
    with pytest.raises(SystemFailure, match="HTTP 500.*; carried out before that: look"):
        await acted(side, side.calls(("a", "look", {})), Fault(500))


async def test_a_conversation_that_holds_calls_already(side: Side) -> None:
    """As a case may give it: the results of two calls together, then the user's next words."""
    turns = [
        Turn(role="system", text="Be kind."),
        USER,
        Turn(role="assistant", text=" ", calls=(ToolCall(id="a", tool="pay"), ToolCall(id="b", tool="look"))),
        Turn(role="tool", text="Paid.", answers="a"),
        Turn(role="tool", text="Seen.", answers="b"),
        Turn(role="user", text="Thanks. And?"),
        Turn(role="assistant", text="So."),
        USER,
    ]
    reply = await side.system.call(turns, tools=[PAY, LOOK])
    assert reply.turn.text == "Done."
    assert side.results(side.fake.asked[0]) == {"a": "Paid.", "b": "Seen."}


async def test_fields_that_go_with_tools_alone(side: Side) -> None:
    choice = "auto" if isinstance(side, OpenAISide) else {"type": "auto"}
    system = side.build(extra={"tool_choice": choice})
    await system.call([USER], tools=[PAY])
    await system.reply([USER])
    assert [asked.get("tool_choice") for asked in side.fake.asked] == [choice, None]
    await system.aclose()
    with pytest.raises(PluginError, match="extra sets 'tools'; that is set under a system file's `tools`"):
        side.build(extra={"tools": []})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"tool_calls": {"a": 1}}, "tool_calls is not a list but dict"),
        ({"tool_calls": ["a"]}, r"tool_calls\[0\] is not an object but str"),
        ({"tool_calls": [{"id": "a", "type": "custom", "custom": {"name": "pay", "input": "x"}}]}, "function is not an object"),
        ({"tool_calls": [{"id": "a", "function": {"name": None}}]}, "names no function"),
        ({"content": None, "tool_calls": [], "finish_reason": "tool_calls"}, "says that it calls tools, and it calls none"),
        ({"function_call": {"name": "pay", "arguments": "{}"}}, "none was offered"),
    ],
)  # fmt: skip
async def test_what_is_no_call_of_openais(answer: dict[str, Any], words: str) -> None:
    async with opened("openai") as side:
        side.fake.faults = [fake_openai.answer(**answer)]
        with pytest.raises(SystemFailure, match=words) as failure:
            await side.system.call([USER], tools=[PAY])
        assert failure.value.kind == "protocol"
        await side.system.aclose()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (fake_anthropic.calls({"type": "tool_use", "id": "a", "input": {}}), r"content\[0\] names no tool"),
        (fake_anthropic.calls(fake_anthropic.text("So.")), "says that it calls tools, and it calls none"),
        (
            fake_anthropic.calls({"type": "server_tool_use", "id": "a", "name": "web_search", "input": {}}),
            "none was offered",
        ),
    ],
)
async def test_what_is_no_call_of_anthropics(answer: Fault, words: str) -> None:
    async with opened("anthropic") as side:
        side.fake.faults = [answer]
        with pytest.raises(SystemFailure, match=words) as failure:
            await side.system.call([USER], tools=[PAY])
        assert failure.value.kind == "protocol"
        await side.system.aclose()


async def test_a_call_where_no_tool_was_offered_is_a_failure(side: Side) -> None:
    for ask in (side.system.reply([USER]), side.system.call([USER], tools=())):
        side.fake.faults = [side.calls(("a", "pay", {}))]
        with pytest.raises(SystemFailure, match="called a tool instead of answering, and none was offered"):
            await ask


async def test_openai_reads_what_other_servers_write() -> None:
    """Arguments as an object, none at all, a call beside `stop`."""
    told = [
        {"id": "a", "type": "function", "function": {"name": "pay", "arguments": {"to": "Bob"}}},
        {"function": {"name": "look"}},
        {"id": None, "index": 2, "function": {"name": "look", "arguments": ""}},
    ]
    async with opened("openai") as side:
        side.fake.faults = [fake_openai.answer(content="", tool_calls=told, finish_reason="stop")]
        reply = await side.system.call([USER], tools=[PAY, LOOK])
        await side.system.aclose()
    assert [(one.id, one.tool, one.arguments) for one in reply.turn.calls] == [
        ("a", "pay", {"to": "Bob"}), ("call_2", "look", {}), ("call_3", "look", {}),
    ]  # fmt: skip
    assert reply.finish == "tool_calls"


async def test_anthropic_takes_no_tools_beside_thinking() -> None:
    system = Anthropic(
        "tiny", base_url="http://127.0.0.1:9", extra={"thinking": {"type": "enabled", "budget_tokens": 1}}
    )
    with pytest.raises(SystemFailure, match="take `thinking` out") as failure:
        await system.call([USER], tools=[PAY])
    assert failure.value.kind == "unsupported"


async def test_a_call_that_fails_at_first_is_tried_again() -> None:
    async with opened("openai") as side:
        side.fake.faults = [Fault(500), side.calls(("a", "look", {}))]
        system = side.build(max_tries=2, backoff=Backoff(first_s=0.001))
        reply = await system.call([USER], tools=[LOOK])
        await system.aclose()
        await side.system.aclose()
    assert reply.turn.calls[0].tool == "look"
    assert reply.usage == Usage(input_tokens=11, output_tokens=7)
