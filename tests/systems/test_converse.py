"""Whole requests to both API providers over real HTTP: what is sent, and the pieces that come of the answer."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meant.core.errors import SystemFailure
from meant.core.request import Converses, Request, Wishes
from meant.core.system import Delta, Reply, Sampling
from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.systems.providers.anthropic import Anthropic
from meant.systems.providers.openai import OpenAI
from tests.systems import fake_anthropic, fake_openai
from tests.systems.far_side import SSE, Fault

ASKED = (Turn(role="user", text="Weather?"),)
LOOK = Tool(name="look", says="Looks.")
WISHES = Wishes(temperature=0.25, top_p=0.5, max_tokens=9, stop=("END",))
Either = OpenAI | Anthropic


@pytest.fixture
async def theirs() -> AsyncIterator[fake_anthropic.FakeAnthropic]:
    async with fake_anthropic.served(fake_anthropic.FakeAnthropic()) as fake:
        yield fake


@pytest.fixture
async def openai(fake: fake_openai.FakeOpenAI) -> AsyncIterator[OpenAI]:
    system = OpenAI("tiny", base_url=fake.url, max_tries=1, sampling=Sampling(max_tokens=50))
    yield system
    await system.aclose()


@pytest.fixture
async def anthropic(theirs: fake_anthropic.FakeAnthropic) -> AsyncIterator[Anthropic]:
    system = Anthropic("tiny", base_url=theirs.url, max_tries=1, sampling=Sampling(max_tokens=50))
    yield system
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


async def test_the_body_to_openai(fake: fake_openai.FakeOpenAI, openai: OpenAI) -> None:
    fake.faults = [fake_openai.answer(content="Hi.")]
    request = Request(
        turns=ASKED,
        tools=(LOOK,),
        tool_choice="look",
        wishes=WISHES,
        seed=3,
        dialect="chat",
        extra={"verbosity": "low"},
    )
    await told(openai, request)
    assert fake.asked == [
        {
            "model": "tiny",
            "messages": [{"role": "user", "content": "Weather?"}],
            "temperature": 0.25,
            "top_p": 0.5,
            "max_tokens": 9,
            "stop": ["END"],
            "seed": 3,
            "verbosity": "low",
            "tool_choice": {"type": "function", "function": {"name": "look"}},
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "look", "description": "Looks.", "parameters": dict(LOOK.parameters)},
                }
            ],
        }
    ]


async def test_the_body_to_anthropic(theirs: fake_anthropic.FakeAnthropic, anthropic: Anthropic) -> None:
    theirs.faults = [fake_anthropic.answer(fake_anthropic.text("Hi."))]
    request = Request(
        turns=(Turn(role="system", text="Be kind."), *ASKED),
        tools=(LOOK,),
        tool_choice="required",
        wishes=WISHES,
        dialect="messages",
        extra={"top_k": 5},
    )
    await told(anthropic, request)
    assert theirs.asked == [
        {
            "model": "tiny",
            "system": "Be kind.",
            "messages": [{"role": "user", "content": "Weather?"}],
            "max_tokens": 9,
            "temperature": 0.25,
            "top_p": 0.5,
            "stop_sequences": ["END"],
            "top_k": 5,
            "tool_choice": {"type": "any"},
            "tools": [{"name": "look", "description": "Looks.", "input_schema": dict(LOOK.parameters)}],
        }
    ]


async def test_without_wishes_the_systems_own_sampling_holds(fake: fake_openai.FakeOpenAI, openai: OpenAI) -> None:
    await told(openai, Request(turns=ASKED, wishes=Wishes(temperature=1.0), stream=True))
    assert (fake.asked[0]["temperature"], fake.asked[0]["max_tokens"]) == (1.0, 50)
    assert fake.asked[0]["stream"] is True
    assert "tool_choice" not in fake.asked[0]


async def test_what_responses_clients_ask_for_in_chats_words(fake: fake_openai.FakeOpenAI, openai: OpenAI) -> None:
    shape = {"type": "json_schema", "name": "n", "strict": True, "schema": {"type": "object"}}
    extra: dict[str, Any] = {
        "reasoning": {"effort": "low", "summary": None},
        "text": {"format": shape, "verbosity": "low"},
    }
    await told(openai, Request(turns=ASKED, dialect="responses", extra=extra))
    asked = fake.asked[0]
    assert (asked["reasoning_effort"], asked["verbosity"]) == ("low", "low")
    assert asked["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "n", "strict": True, "schema": {"type": "object"}},
    }
    assert "reasoning" not in asked
    assert "text" not in asked


async def test_what_a_provider_has_no_word_for_is_unsupported(openai: OpenAI, anthropic: Anthropic) -> None:
    cases: list[tuple[Either, Request, str]] = [
        (openai, Request(turns=ASKED, dialect="messages", extra={"top_k": 5}), "top_k"),
        (
            openai,
            Request(turns=ASKED, dialect="responses", extra={"reasoning": {"summary": "auto"}}),
            "reasoning.summary",
        ),
        (openai, Request(turns=ASKED, dialect="responses", extra={"text": 5}), "text"),
        (anthropic, Request(turns=ASKED, dialect="chat", extra={"verbosity": "low"}), "verbosity"),
        (anthropic, Request(turns=ASKED, seed=1), "a seed"),
        (
            anthropic,
            Request(turns=ASKED, tools=(LOOK,), dialect="messages", extra={"thinking": {"type": "enabled"}}),
            "beside thinking",
        ),
    ]
    for system, request, words in cases:
        for stream in (False, True):
            with pytest.raises(SystemFailure, match=words) as failure:
                await told(system, request.model_copy(update={"stream": stream}))
            assert failure.value.kind == "unsupported"


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
    fake: fake_openai.FakeOpenAI,
    theirs: fake_anthropic.FakeAnthropic,
    openai: OpenAI,
    anthropic: Anthropic,
    made: list[dict[str, Any]],
    size: int,
    network: int,
) -> None:
    calls = [(f"id_{n}", "look", json.dumps(arguments)) for n, arguments in enumerate(made)]
    for name, far, system in (("openai", fake, openai), ("anthropic", theirs, anthropic)):
        sent = b"".join(STREAMS[name](*calls, text="Let me see.", size=size).stream or ())
        pieces = [sent[i : i + network] for i in range(0, len(sent), network)]
        far.faults = [Fault(stream=pieces, headers=SSE)]
        text, got, reply = joined(await told(system, Request(turns=ASKED, tools=(LOOK,), stream=True)))
        assert (text, got, reply.finish) == ("Let me see.", calls, "tool_calls")
        assert reply.turn.calls == tuple(ToolCall(id=i, tool=t, arguments=json.loads(a)) for i, t, a in calls)
        assert reply.timing is not None
        assert reply.timing.first_token_s is not None


async def test_an_id_that_is_taken_is_another_one_from_the_first_piece_on(
    fake: fake_openai.FakeOpenAI, openai: OpenAI
) -> None:
    fake.faults = [openai_stream(("c1", "look", "{}"), ("", "look", "{}"), text="", size=9)]
    turns = (
        *ASKED,
        Turn(role="assistant", text="", calls=(ToolCall(id="c1", tool="look"),)),
        Turn(role="tool", text="Rain.", answers="c1"),
    )
    _, calls, _ = joined(await told(openai, Request(turns=turns, tools=(LOOK,), stream=True)))
    assert [id_ for id_, *_ in calls] == ["call_2", "call_3"]


@pytest.mark.parametrize("index", [{"index": 0}, {}], ids=["one number for all", "no numbers"])
async def test_servers_that_stream_each_call_whole(
    fake: fake_openai.FakeOpenAI, openai: OpenAI, index: dict[str, int]
) -> None:
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
async def test_calls_that_cannot_be_put_together_are_failures(
    fake: fake_openai.FakeOpenAI, openai: OpenAI, pieces: list[Any], words: str
) -> None:
    fake.faults = [fake_openai.events(*(json.dumps(fake_openai.chunk({"tool_calls": [one]})) for one in pieces))]
    with pytest.raises(SystemFailure, match=words) as failure:
        await told(openai, Request(turns=ASKED, tools=(LOOK,), stream=True))
    assert failure.value.kind == "protocol"


async def test_a_stream_that_is_cut_off_leaves_its_last_call_malformed(
    fake: fake_openai.FakeOpenAI, openai: OpenAI
) -> None:
    begun = {"index": 0, "id": "a", "function": {"name": "look", "arguments": '{"n": 1}'}}
    chunks = [fake_openai.chunk({"tool_calls": [begun]}), fake_openai.chunk({}, finish_reason="length")]
    fake.faults = [fake_openai.events(*(json.dumps(one) for one in chunks), "[DONE]")]
    _, calls, reply = joined(await told(openai, Request(turns=ASKED, tools=(LOOK,), stream=True)))
    assert calls == [("a", "look", '{"n": 1}')]
    assert reply.turn.calls == (ToolCall(id="a", tool="look", malformed='{"n": 1}'),)


async def test_what_comes_as_one_is_told_in_pieces_too(
    fake: fake_openai.FakeOpenAI, theirs: fake_anthropic.FakeAnthropic, openai: OpenAI, anthropic: Anthropic
) -> None:
    fake.faults = [fake_openai.calls(("c1", "look", '{"n": 1}'), content="Hm.")]
    theirs.faults = [fake_anthropic.calls(fake_anthropic.text("Hm."), fake_anthropic.use("c1", "look", {"n": 1}))]
    for system in (openai, anthropic):
        text, calls, reply = joined(await told(system, Request(turns=ASKED, tools=(LOOK,))))
        assert (text, calls, reply.finish) == ("Hm.", [("c1", "look", '{"n":1}')], "tool_calls")


async def test_leaving_early_frees_the_slot(fake: fake_openai.FakeOpenAI) -> None:
    one = OpenAI("tiny", base_url=fake.url, at_once=1)
    deltas = one.converse(Request(turns=ASKED, stream=True))
    assert (await anext(deltas)).text == "Grüße"
    await deltas.aclose()  # type: ignore[attr-defined]
    assert (await one.reply(ASKED)).turn.text == fake.text
    await one.aclose()
