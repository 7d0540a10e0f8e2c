"""What is read of a request in each dialect, what is let go by, and what is refused with which words."""

import json
from typing import Any

import pytest

from meant.core.request import Dialect, Request, Wishes
from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.serve.wires.contract import Asked, Refused, Wire
from meant.serve.wires.conversation import MOST
from meant.serve.wires.dialects import WIRES
from tests.serve.bodies import BODIES, SCHEMA
from tests.serve.real import PATHS

BY_DIALECT: dict[Dialect, Wire] = {wire.dialect: wire for wire in WIRES.values()}
EACH = pytest.mark.parametrize("dialect", BY_DIALECT)


def read(dialect: Dialect, **changed: Any) -> Asked:
    """The dialect's body, with fields changed; `...` leaves one out."""
    body = {name: value for name, value in {**BODIES[dialect], **changed}.items() if value is not ...}
    return BY_DIALECT[dialect].read(json.dumps(body).encode())


def refused(dialect: Dialect, **changed: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        read(dialect, **changed)
    assert (caught.value.status, caught.value.why) == (400, "invalid")
    return caught.value


@EACH
def test_the_three_say_the_same(dialect: Dialect) -> None:
    asked = read(dialect)
    second = ToolCall(id="c2", tool="look_up", malformed="{broken")
    calls = (
        ToolCall(id="c1", tool="look_up", arguments={"place": "Malmö"}),
        ToolCall(id="c2", tool="look_up") if dialect == "messages" else second,
    )
    assert asked.model == "kind"
    assert asked.request == Request(
        turns=(
            Turn(role="system", text="Be kind."),
            Turn(role="user", text="Is it warm\nin Malmö?"),
            Turn(role="assistant", text="", calls=calls),
            Turn(role="tool", text="21 degrees", answers="c1"),
            Turn(role="tool", text="no", answers="c2"),
            Turn(role="assistant", text="Yes."),
            Turn(role="user", text="Sure?"),
        ),
        tools=(
            Tool(name="look_up", says="Looks a place up.", parameters=SCHEMA),
            Tool(name="stop", says="stop", parameters=asked.request.tools[1].parameters),
        ),
        tool_choice="look_up",
        wishes=Wishes(temperature=0.5, top_p=0.9, max_tokens=50, stop=None if dialect == "responses" else ("END",)),
        seed=7 if dialect == "chat" else None,
        stream=True,
        stream_usage=dialect == "chat",
        dialect=dialect,
        extra={
            "chat": {"response_format": {"type": "json_object"}},
            "responses": {"reasoning": {"effort": "low"}},
            "messages": {"top_k": 5},
        }[dialect],
    )


@EACH
def test_the_least_body(dialect: Dialect) -> None:
    least: dict[Dialect, dict[str, Any]] = {
        "chat": {"model": "kind", "messages": [{"role": "user", "content": "Hi"}]},
        "responses": {"model": "kind", "input": "Hi"},
        "messages": {"model": "kind", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]},
    }
    most = Wishes(max_tokens=9) if dialect == "messages" else Wishes()
    asked = BY_DIALECT[dialect].read(json.dumps(least[dialect]).encode())
    assert asked == Asked("kind", Request(turns=(Turn(role="user", text="Hi"),), wishes=most, dialect=dialect))


@pytest.mark.parametrize(
    ("dialect", "wanted", "choice"),
    [
        ("chat", "auto", "auto"),
        ("chat", "none", "none"),
        ("chat", "required", "required"),
        ("chat", None, "auto"),
        ("responses", "required", "required"),
        ("messages", {"type": "auto"}, "auto"),
        ("messages", {"type": "any", "disable_parallel_tool_use": False}, "required"),
        ("messages", {"type": "none"}, "none"),
    ],
)
def test_tool_choices(dialect: Dialect, wanted: Any, choice: str) -> None:
    assert read(dialect, tool_choice=wanted).request.tool_choice == choice


@EACH
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "has to be a JSON object"),
        (b"{", "has to be a JSON object"),
        (b"[]", "it is a list"),
        (b"null", "it is null"),
        (b'{"model": "\xff"}', "has to be a JSON object"),
        (b'{"model": "\\ud800"}', "has to be a JSON object"),
        (b"[" * 2000, "has to be a JSON object"),
        (b'{"temperature": NaN}', "has to be a JSON object"),
    ],
)
def test_bodies_that_are_none(dialect: Dialect, body: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        BY_DIALECT[dialect].read(body)
    assert caught.value.status == 400


DEEP: Any = {"type": "object", "properties": json.loads("[" * 200 + "]" * 200)}


@pytest.mark.parametrize(
    ("dialect", "changed", "param", "words"),
    [
        ("chat", {"model": ...}, "model", "Missing required parameter"),
        ("chat", {"model": 7}, "model", "expected a string, but got an integer"),
        ("chat", {"messages": ...}, "messages", "Missing required parameter"),
        ("chat", {"messages": []}, "messages", "at least one message"),
        ("chat", {"messages": ["Hi"]}, "messages[0]", "expected an object"),
        ("chat", {"messages": [{"role": "king", "content": "Hi"}]}, "messages[0].role", "none of: system, developer"),
        ("chat", {"messages": [{"role": "user"}]}, "messages[0].content", "Missing required parameter"),
        ("chat", {"messages": [{"role": "user", "content": "Hi", "x": 1}]}, "messages[0].x", "Unrecognized"),
        ("chat", {"messages": [{"role": "assistant", "content": "Sure: "}]}, "messages", "begun for the model"),
        ("chat", {"messages": [{"role": "tool", "content": "1", "tool_call_id": "c9"}]}, "messages[0].tool_call_id", "no call"),
        ("chat", {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
         "messages[0].content[0].type", "only text"),
        ("chat", {"messages": [{"role": "assistant", "content": "", "audio": {"id": "a"}}]}, "messages[0].audio", "Only text"),
        ("chat", {"n": 2}, "n", "has to be 1"),
        ("chat", {"logprobs": True}, "logprobs", "No log-probabilities"),
        ("chat", {"audio": {"voice": "alloy"}}, "audio", "Only text"),
        ("chat", {"functions": [{"name": "f"}]}, "functions", "use `tools`"),
        ("chat", {"prompt": "Hi"}, "prompt", "Unrecognized request argument supplied: 'prompt'"),
        ("chat", {"response_format": DEEP}, "response_format", "nested deeper"),
        ("chat", {"temperature": 2.5}, "temperature", "from 0 to 2, not 2.5"),
        ("chat", {"temperature": "hot"}, "temperature", "expected a number"),
        ("chat", {"temperature": True}, "temperature", "expected a number"),
        ("chat", {"top_p": 0}, "top_p", "above 0 and at most 1"),
        ("chat", {"max_completion_tokens": 0}, "max_completion_tokens", "at least 1"),
        ("chat", {"max_completion_tokens": 1.5}, "max_completion_tokens", "a whole number"),
        ("chat", {"stop": [""]}, "stop[0]", "is empty"),
        ("chat", {"stream": "yes"}, "stream", "true or false"),
        ("chat", {"tools": [{"type": "web_search"}]}, "tools[0].type", "only functions"),
        ("chat", {"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name", "1 to 64"),
        ("chat", {"tools": [{"type": "function", "function": {"name": "auto"}}]}, "tools[0].function.name", "a meaning"),
        ("chat", {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "array"}}}]},
         "tools[0].function.parameters", "type is 'object'"),
        ("chat", {"tools": [{"type": "function", "function": {"name": "f", "parameters": DEEP}}]},
         "tools[0].function.parameters", "nested deeper"),
        ("chat", {"tools": [{"type": "function", "function": {"name": "f"}}] * 2}, "tools", "two tools called 'f'"),
        ("chat", {"tools": None}, "tool_choice", "only allowed when tools"),
        ("chat", {"tool_choice": "look_up"}, "tool_choice", "none of: auto, none, required"),
        ("chat", {"tool_choice": {"type": "function", "function": {"name": "other"}}}, "tool_choice", "not among the tools"),
        ("responses", {"input": ...}, "input", "Missing required parameter"),
        ("responses", {"input": []}, "input", "at least one message"),
        ("responses", {"previous_response_id": "resp_1"}, "previous_response_id", "send the whole conversation"),
        ("responses", {"background": True}, "background", "has to be false"),
        ("responses", {"tools": [{"type": "file_search"}]}, "tools[0].type", "only functions"),
        ("responses", {"input": [{"type": "item_reference", "id": "i"}]}, "input[0]", "only messages"),
        ("responses", {"input": [{"role": "user", "content": [{"type": "input_image"}]}]}, "input[0].content[0].type", "only text"),
        ("responses", {"include": ["message.output_text.logprobs"]}, "include", "included beyond the reply"),
        ("messages", {"messages": []}, "messages", "at least one message"),
        ("messages", {"max_tokens": ...}, "max_tokens", "Missing required parameter"),
        ("messages", {"temperature": 1.5}, "temperature", "from 0 to 1"),
        ("messages", {"messages": [{"role": "system", "content": "Hi"}]}, "messages[0].role", "none of: user, assistant"),
        ("messages", {"messages": [{"role": "user", "content": [{"type": "image", "source": {}}]}]},
         "messages[0].content[0].type", "only text"),
        ("messages", {"messages": [{"role": "user", "content": [{"type": "document"}]}]}, "messages[0].content[0].type", "only text"),
        ("messages", {"messages": [{"role": "user", "content": 5}]}, "messages[0].content", "a string or a list of blocks"),
        ("messages", {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "{"}]}, "messages", "begun"),
        ("messages", {"tools": [{"type": "bash_20250124", "name": "bash"}]}, "tools[0].type", "the caller's own tools"),
        ("messages", {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
         "tool_choice.disable_parallel_tool_use", "the model's own affair"),
        ("messages", {"mcp_servers": [{"url": "http://x"}]}, "mcp_servers", "own tools"),
    ],
)  # fmt: skip
def test_what_is_refused(dialect: Dialect, changed: dict[str, Any], param: str, words: str) -> None:
    told = refused(dialect, **changed)
    assert words in told.message
    assert told.param == param


def test_two_calls_of_one_id_are_refused() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    told = refused("chat", messages=[{"role": "assistant", "content": None, "tool_calls": [call, call]}])
    assert "used twice" in told.message


@pytest.mark.parametrize("dialect", sorted(PATHS))
def test_a_conversation_is_bounded_since_guards_are_shown_each_turn_with_all_before_it(dialect: Dialect) -> None:
    said = [{"role": "user", "content": "x"}] * MOST
    field = "input" if dialect == "responses" else "messages"
    told = {"model": "m", "max_tokens": 1, field: said} if dialect == "messages" else {"model": "m", field: said}
    wire = WIRES[PATHS[dialect]]
    assert len(wire.read(json.dumps(told).encode()).request.turns) == MOST
    with pytest.raises(Refused, match=f"more than {MOST} turns and calls") as refused:
        wire.read(json.dumps(told | {field: [*said, said[0]]}).encode())
    assert (refused.value.status, refused.value.why) == (413, "too_large")


def test_calls_after_text_are_one_turn() -> None:
    items = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "One moment."},
        *({"type": "function_call", "call_id": f"c{n}", "name": "f", "arguments": ""} for n in (1, 2)),
        {"type": "function_call_output", "call_id": "c2", "output": "2"},
    ]
    turns = read("responses", input=items, instructions=None).request.turns
    assert turns[1] == Turn(
        role="assistant", text="One moment.", calls=(ToolCall(id="c1", tool="f"), ToolCall(id="c2", tool="f"))
    )


def test_keys() -> None:
    chat, messages = BY_DIALECT["chat"], BY_DIALECT["messages"]
    assert chat.key({"authorization": "Bearer k1"}) == "k1"
    assert chat.key({"authorization": "bearer  k1 "}) == "k1"
    assert chat.key({"authorization": "Basic k1"}) is None
    assert chat.key({"authorization": "Bearer "}) is None
    assert chat.key({"x-api-key": "k1"}) is None
    assert messages.key({"x-api-key": "k1", "authorization": "Bearer k2"}) == "k1"
    assert messages.key({"authorization": "Bearer k2"}) == "k2"
    assert messages.key({}) is None
