"""The pieces that come of a whole request, from both API providers: text, calls, and calls that make no sense."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meant.core.errors import SystemFailure
from meant.core.request import Request
from meant.core.turn import ToolCall, Turn
from meant.systems.providers.anthropic import Anthropic
from meant.systems.providers.openai import OpenAI
from tests.systems import fake_anthropic, fake_openai
from tests.systems.far_side import SSE, Fault
from tests.systems.talking import ASKED, LOOK, joined, told

Ours = tuple[fake_openai.FakeOpenAI, OpenAI]
Theirs = tuple[fake_anthropic.FakeAnthropic, Anthropic]


def openai_stream(*calls: tuple[str, str, str], text: str, size: int) -> Fault:
    """As OpenAI streams calls: the first piece of each names it, and the others bring its arguments."""
    chunks = [fake_openai.chunk({"role": "assistant", "content": None}), fake_openai.chunk({"content": text})]
    for at, (id_, name, arguments) in enumerate(calls):
        begun = {"index": at, "id": id_, "type": "function", "function": {"name": name, "arguments": ""}}
        chunks.append(fake_openai.chunk({"tool_calls": [begun]}))
        for i in range(0, len(arguments), size):
            piece = {"index": at, "function": {"arguments": arguments[i : i + size]}}
            chunks.append(fake_openai.chunk({"tool_calls": [piece]}))
    chunks.append(fake_openai.chunk({}, finish_reason="tool_calls"))
    return fake_openai.events(*(json.dumps(one) for one in chunks), "[DONE]")


def anthropic_stream(*calls: tuple[str, str, str], text: str, size: int) -> Fault:
    told = [fake_anthropic.start(), fake_anthropic.opens({"type": "text", "text": ""}), fake_anthropic.PING]
    told += [fake_anthropic.piece(text), fake_anthropic.closes()]
    for at, (id_, name, arguments) in enumerate(calls, 1):
        told.append(fake_anthropic.opens(fake_anthropic.use(id_, name, {}), at))
        for i in range(0, len(arguments), size):
            piece = {"type": "input_json_delta", "partial_json": arguments[i : i + size]}
            told.append({"type": "content_block_delta", "index": at, "delta": piece})
        told.append(fake_anthropic.closes(at))
    return fake_anthropic.events(*told, fake_anthropic.ends("tool_use"), fake_anthropic.STOP)


STREAMS = {"openai": openai_stream, "anthropic": anthropic_stream}
ARGUMENTS = st.dictionaries(st.text(max_size=4), st.text(max_size=8) | st.integers(-9, 9) | st.none(), max_size=3)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(made=st.lists(ARGUMENTS, min_size=1, max_size=3), size=st.integers(1, 9), network=st.integers(150, 2000))
async def test_streamed_calls(
    ours: Ours,
    theirs: Theirs,
    made: list[dict[str, Any]],
    size: int,
    network: int,
) -> None:
    fake, openai = ours
    far, anthropic = theirs
    calls = [(f"id_{n}", "look", json.dumps(arguments)) for n, arguments in enumerate(made)]
    for name, side, system in (("openai", fake, openai), ("anthropic", far, anthropic)):
        sent = b"".join(STREAMS[name](*calls, text="Let me see.", size=size).stream or ())
        pieces = [sent[i : i + network] for i in range(0, len(sent), network)]
        side.faults = [Fault(stream=pieces, headers=SSE)]
        text, got, reply = joined(await told(system, Request(turns=ASKED, tools=(LOOK,), stream=True)))
        assert (text, got, reply.finish) == ("Let me see.", calls, "tool_calls")
        assert reply.turn.calls == tuple(ToolCall(id=i, tool=t, arguments=json.loads(a)) for i, t, a in calls)
        assert reply.timing is not None
        assert reply.timing.first_token_s is not None


async def test_an_id_that_is_taken_is_another_one_from_the_first_piece_on(ours: Ours) -> None:
    fake, openai = ours
    fake.faults = [openai_stream(("c1", "look", "{}"), ("", "look", "{}"), text="", size=9)]
    turns = (
        *ASKED,
        Turn(role="assistant", text="", calls=(ToolCall(id="c1", tool="look"),)),
        Turn(role="tool", text="Rain.", answers="c1"),
    )
    _, calls, _ = joined(await told(openai, Request(turns=turns, tools=(LOOK,), stream=True)))
    assert [id_ for id_, *_ in calls] == ["call_2", "call_3"]


@pytest.mark.parametrize("index", [{"index": 0}, {}], ids=["one number for all", "no numbers"])
async def test_servers_that_stream_each_call_whole(ours: Ours, index: dict[str, int]) -> None:
    fake, openai = ours
    made = [
        {**index, "id": f"c{n}", "type": "function", "function": {"name": "look", "arguments": {"n": n}}}
        for n in (1, 2)
    ]
    chunks = [*(fake_openai.chunk({"tool_calls": [one]}) for one in made), fake_openai.chunk({}, finish_reason="stop")]
    fake.faults = [fake_openai.events(*(json.dumps(one) for one in chunks), "[DONE]")]
    _, calls, reply = joined(await told(openai, Request(turns=ASKED, tools=(LOOK,), stream=True)))
    assert calls == [("c1", "look", '{"n":1}'), ("c2", "look", '{"n":2}')]
    assert [call.arguments for call in reply.turn.calls] == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ([{"index": 0, "function": {"arguments": "{"}}], "names no function"),
        ([{"index": 0, "id": "a"}], "function is not an object"),
        (["look"], "not an object"),
        (
            [
                {"index": 0, "id": "a", "function": {"name": "look", "arguments": "{"}},
                {"index": 1, "id": "b", "function": {"name": "look", "arguments": "{}"}},
                {"index": 0, "function": {"arguments": "}"}},
            ],
            "mixes the pieces",
        ),
    ],
)
async def test_calls_that_cannot_be_put_together_are_failures(ours: Ours, pieces: list[Any], words: str) -> None:
    fake, openai = ours
    fake.faults = [fake_openai.events(*(json.dumps(fake_openai.chunk({"tool_calls": [one]})) for one in pieces))]
    with pytest.raises(SystemFailure, match=words) as failure:
        await told(openai, Request(turns=ASKED, tools=(LOOK,), stream=True))
    assert failure.value.kind == "protocol"


async def test_a_stream_that_is_cut_off_leaves_its_last_call_malformed(ours: Ours) -> None:
    fake, openai = ours
    begun = {"index": 0, "id": "a", "function": {"name": "look", "arguments": '{"n": 1}'}}
    chunks = [fake_openai.chunk({"tool_calls": [begun]}), fake_openai.chunk({}, finish_reason="length")]
    fake.faults = [fake_openai.events(*(json.dumps(one) for one in chunks), "[DONE]")]
    _, calls, reply = joined(await told(openai, Request(turns=ASKED, tools=(LOOK,), stream=True)))
    assert calls == [("a", "look", '{"n": 1}')]
    assert reply.turn.calls == (ToolCall(id="a", tool="look", malformed='{"n": 1}'),)


async def test_what_comes_as_one_is_told_in_pieces_too(ours: Ours, theirs: Theirs) -> None:
    fake, openai = ours
    far, anthropic = theirs
    fake.faults = [fake_openai.calls(("c1", "look", '{"n": 1}'), content="Hm.")]
    far.faults = [fake_anthropic.calls(fake_anthropic.text("Hm."), fake_anthropic.use("c1", "look", {"n": 1}))]
    for system in (openai, anthropic):
        text, calls, reply = joined(await told(system, Request(turns=ASKED, tools=(LOOK,))))
        assert (text, calls, reply.finish) == ("Hm.", [("c1", "look", '{"n":1}')], "tool_calls")


async def test_leaving_early_frees_the_slot(ours: Ours) -> None:
    fake = ours[0]
    one = OpenAI("tiny", base_url=fake.url, at_once=1)
    deltas = one.converse(Request(turns=ASKED, stream=True))
    assert (await anext(deltas)).text == "Grüße"
    await deltas.aclose()  # type: ignore[attr-defined]
    assert (await one.reply(ASKED)).turn.text == fake.text
    await one.aclose()


async def test_a_stream_leaves_its_connection_to_the_next_one(ours: Ours, theirs: Theirs) -> None:
    for far, system in (ours, theirs):
        for _ in range(3):
            await told(system, Request(turns=ASKED, stream=True))
        assert len(far.asked) == 3
        assert len(far.ports) == 1


async def test_a_server_that_does_not_end_the_stream_holds_nobody_up(ours: Ours) -> None:
    fake, openai = ours
    said = [json.dumps(fake_openai.chunk({"content": "Hi"}, finish_reason="stop")), "[DONE]"]
    fake.faults = [dataclasses.replace(fake_openai.events(*said), lingers=True)]
    assert joined(await told(openai, Request(turns=ASKED, stream=True)))[0] == "Hi"
    await told(openai, Request(turns=ASKED, stream=True))
    assert len(fake.ports) == 2
