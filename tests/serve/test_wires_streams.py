"""Whatever a reply is cut into, each dialect's stream is valid to its last event, and says what the reply says."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.request import Dialect, Request
from meant.core.system import CallDelta, Delta, Finish, Reply, Usage
from meant.core.turn import ToolCall, Turn
from meant.serve.wires.contract import Named, Refused, Wire
from meant.serve.wires.dialects import WIRES
from tests.serve import strict
from tests.serve.pieces import CUTS, ENDS, PARTS, Part, deltas, reply_of

NAMED = Named("x1", "kind", 1_700_000_000)
BY_DIALECT = {wire.dialect: wire for wire in WIRES.values()}
READERS: dict[Dialect, Callable[[bytes], strict.Got]] = {
    "chat": lambda stream: strict.chat(stream, usage=True),
    "responses": strict.responses,
    "messages": strict.messages,
}
FINISHES: dict[Dialect, dict[Finish, str]] = {
    "chat": {name: name for name in ("stop", "length", "content_filter", "tool_calls")},
    "responses": {
        "stop": "completed",
        "tool_calls": "completed",
        "length": "max_output_tokens",
        "content_filter": "content_filter",
    },
    "messages": {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens", "content_filter": "refusal"},
}
EACH = pytest.mark.parametrize("wire", BY_DIALECT.values(), ids=BY_DIALECT)


def stream(wire: Wire, pieces: Iterable[Delta], end: Reply | Refused) -> bytes:
    request = Request(turns=(Turn(role="user", text="Hi"),), stream=True, stream_usage=True, dialect=wire.dialect)
    events = wire.events(request, NAMED)
    sent = events.begin() + b"".join(events.piece(piece) for piece in pieces)
    return sent + (events.fail(end) if isinstance(end, Refused) else events.end(end))


@settings(max_examples=250, deadline=None)
@given(parts=PARTS, cuts=CUTS, end=st.sampled_from(ENDS))
def test_stream_and_whole_say_what_the_reply_says(parts: list[Part], cuts: list[list[int]], end: Finish) -> None:
    """3,000 streams."""
    reply = reply_of(parts, end)
    calls = [(call.id, call.tool, call.arguments) for call in reply.turn.calls]
    for dialect, wire in BY_DIALECT.items():
        expected = (reply.turn.text, calls, FINISHES[dialect][reply.finish], (11, 7))
        assert WHOLE[dialect](json.loads(wire.whole(reply, NAMED))) == expected
        for cut in cuts:
            got = READERS[dialect](stream(wire, deltas(parts, cut), reply))
            told = [(id_, name, json.loads(arguments)) for id_, name, arguments in got.calls]
            assert (got.text, told, got.finish, got.usage) == expected


@settings(max_examples=100, deadline=None)
@given(parts=PARTS, cuts=CUTS, kept=st.integers(0, 12))
def test_a_stream_that_breaks_off_says_so_and_keeps_what_was_sent(
    parts: list[Part], cuts: list[list[int]], kept: int
) -> None:
    """1,200 streams."""
    for dialect, wire in BY_DIALECT.items():
        for cut in cuts:
            sent = list(deltas(parts, cut))[:kept]
            got = READERS[dialect](stream(wire, sent, Refused(502, "upstream", "The model failed.")))
            assert (got.finish, got.error["message"]) == ("error", "The model failed.")
            assert got.text == "".join(delta.text for delta in sent)
            assert "".join(told for *_, told in got.calls) == "".join(d.call.arguments for d in sent if d.call)


def _chat(told: dict[str, Any]) -> tuple[Any, ...]:
    (choice,) = told["choices"]
    message, usage = choice["message"], told["usage"]
    calls = [
        (c["id"], c["function"]["name"], json.loads(c["function"]["arguments"])) for c in message.get("tool_calls", [])
    ]
    counts = (usage["prompt_tokens"], usage["completion_tokens"])
    return message["content"] or "", calls, choice["finish_reason"], counts


def _responses(told: dict[str, Any]) -> tuple[Any, ...]:
    items, usage = told["output"], told["usage"]
    text = "".join(part["text"] for one in items if one["type"] == "message" for part in one["content"])
    calls = [(c["call_id"], c["name"], json.loads(c["arguments"])) for c in items if c["type"] == "function_call"]
    finish = (told["incomplete_details"] or {}).get("reason") or told["status"]
    return text, calls, finish, (usage["input_tokens"], usage["output_tokens"])


def _messages(told: dict[str, Any]) -> tuple[Any, ...]:
    blocks, usage = told["content"], told["usage"]
    text = "".join(one["text"] for one in blocks if one["type"] == "text")
    calls = [(one["id"], one["name"], one["input"]) for one in blocks if one["type"] == "tool_use"]
    return text, calls, told["stop_reason"], (usage["input_tokens"], usage["output_tokens"])


WHOLE: dict[Dialect, Callable[[dict[str, Any]], tuple[Any, ...]]] = {
    "chat": _chat,
    "responses": _responses,
    "messages": _messages,
}


@EACH
@pytest.mark.parametrize("finish", ["max_steps", "content_filter", "cancelled"])
def test_calls_that_are_not_the_callers_are_not_told(wire: Wire, finish: Finish) -> None:
    call = ToolCall(id="c1", tool="wipe_disk")
    reply = Reply(turn=Turn(role="assistant", text="Hm.", calls=(call,)), finish=finish)
    assert b"wipe_disk" not in wire.whole(reply, NAMED)


def test_arguments_that_are_no_object_are_told_as_written_where_the_dialect_can() -> None:
    call = ToolCall(id="c1", tool="look_up", malformed='{"q": ')
    reply = Reply(turn=Turn(role="assistant", text="", calls=(call,)), finish="tool_calls")
    sent = [Delta(text="", call=CallDelta(at=0, id="c1", tool="look_up", arguments='{"q": '))]
    for dialect in ("chat", "responses"):
        wire = BY_DIALECT[dialect]
        assert READERS[wire.dialect](stream(wire, sent, reply)).calls == [("c1", "look_up", '{"q": ')]
        assert json.dumps('{"q": ').encode() in wire.whole(reply, NAMED)
    messages = BY_DIALECT["messages"]
    assert strict.messages(stream(messages, sent, reply)).error["type"] == "api_error"
    with pytest.raises(Refused, match="no JSON object"):
        messages.whole(reply, NAMED)


def test_counts_that_nobody_told_are_not_made_up() -> None:
    reply = Reply(turn=Turn(role="assistant", text="Hi."), usage=Usage(output_tokens=1))
    for dialect in ("chat", "responses"):
        wire = BY_DIALECT[dialect]
        assert json.loads(wire.whole(reply, NAMED))["usage"] is None
        assert READERS[wire.dialect](stream(wire, [Delta(text="Hi.")], reply)).usage is None


def test_without_being_asked_chat_tells_no_usage() -> None:
    chat = BY_DIALECT["chat"]
    events = chat.events(Request(turns=(), stream=True), NAMED)
    sent = events.begin() + events.end(Reply(turn=Turn(role="assistant", text="")))
    assert strict.chat(sent).usage is None
    assert b"usage" not in sent
