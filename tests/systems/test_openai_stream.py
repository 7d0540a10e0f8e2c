"""Streaming: the pieces join to the reply, and a stream that is cut short is never a reply."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meant.core.errors import SystemFailure
from meant.core.system import Delta, Reply, Streams, Timing
from meant.core.turn import Turn
from meant.systems.http.clock import Clock
from meant.systems.providers.openai import OpenAI
from tests.systems.conftest import Time
from tests.systems.fake_openai import FakeOpenAI, answer, chunk, completion, error, events
from tests.systems.far_side import SSE, Fault

Build = Callable[..., OpenAI]
TURNS = (Turn(role="user", text="Hello"),)
HI = json.dumps(chunk({"role": "assistant", "content": "Hi"}))
END = json.dumps(chunk({}, finish_reason="stop"))
USAGE = json.dumps({**chunk({}), "choices": [], "usage": completion({})["usage"]})


async def streamed(system: OpenAI) -> list[Delta]:
    return [delta async for delta in system.stream(TURNS)]


def whole(deltas: list[Delta]) -> Reply:
    assert deltas[-1].reply is not None
    return deltas[-1].reply


async def test_pieces_and_the_reply(fake: FakeOpenAI, system: Build) -> None:
    one = system(logprobs=True, price_per_million=(1.0, 1.0))
    assert isinstance(one, Streams)
    deltas = await streamed(one)
    assert [d.text for d in deltas] == ["Grüße", " 👋", " from", " the", " fake.", ""]
    reply = whole(deltas)
    assert reply.turn.text == fake.text
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (11, 7)
    assert reply.usage.cost_usd == pytest.approx(18 / 1_000_000)
    assert reply.logprobs == (-0.25,) * 5
    assert fake.asked[0]["stream"] is True
    assert fake.asked[0]["stream_options"] == {"include_usage": True}


async def test_the_stream_says_what_the_reply_says(fake: FakeOpenAI, system: Build) -> None:
    for fake.refusal in (None, "I will not help."):
        one = system(logprobs=True)
        at_once, in_pieces = await one.reply(TURNS), whole(await streamed(one))
        assert at_once.model_copy(update={"timing": None}) == in_pieces.model_copy(update={"timing": None})


async def test_first_token_and_end_are_timed_from_sending(fake: FakeOpenAI, system: Build) -> None:
    later = 100.0
    one = system(clock=Clock(now=lambda: later + (2.0 if fake.arrived.is_set() else 0.0)))
    async for delta in one.stream(TURNS):
        later = 105.0  # by the time that the second piece comes
        timing = delta.reply.timing if delta.reply else None
    assert timing == Timing(first_token_s=2.0, total_s=7.0)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(size=st.integers(5, 200), end=st.sampled_from(["\n", "\r\n", "\r"]))
async def test_any_pieces_of_the_network(fake: FakeOpenAI, system: Build, size: int, end: str) -> None:
    said = json.dumps(chunk({"content": "Grüße 👋"}), ensure_ascii=False)
    text = "".join(f"data: {d}{end}{end}" for d in (said, END, "[DONE]")).encode()
    fake.faults = [Fault(stream=[text[i : i + size] for i in range(0, len(text), size)], headers=SSE)]
    assert whole(await streamed(system())).turn.text == "Grüße 👋"


@pytest.mark.parametrize(
    ("fault", "text", "finish"),
    [
        (events(HI, END, USAGE, "[DONE]"), "Hi", "stop"),
        (events(HI, END), "Hi", "stop"),
        (events(HI, json.dumps(chunk({"content": "!"}, finish_reason="length"))), "Hi!", "length"),
        (events(json.dumps({**chunk({}), "choices": []}), HI, END), "Hi", "stop"),
        (events(HI, END, json.dumps(chunk({})), "[DONE]"), "Hi", "stop"),
        (events(HI, END, "[DONE]", "not json: nobody reads on"), "Hi", "stop"),
        (events(json.dumps(chunk({"content": ""})), END), "", "stop"),
        (events(json.dumps(chunk({}, finish_reason="content_filter"))), "", "content_filter"),
        (
            Fault(stream=[b": ping\r\n\r\n", f"data: {HI}\r\n\r\ndata: {END}\r\n\r\n".encode()], headers=SSE),
            "Hi",
            "stop",
        ),
        (Fault(stream=[f"data: {HI[:1]}\ndata: {HI[1:]}\n\ndata: {END}\n\n".encode()], headers=SSE), "Hi", "stop"),
        (
            Fault(stream=[f"data: {HI}\n\ndata: {END}\n\n".encode()], headers={"Content-Type": "text/plain"}),
            "Hi",
            "stop",
        ),
    ],
)
async def test_whole_streams(fake: FakeOpenAI, system: Build, fault: Fault, text: str, finish: str) -> None:
    fake.faults = [fault]
    reply = whole(await streamed(system()))
    assert (reply.turn.text, reply.finish) == (text, finish)


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (events(HI), "protocol", "not whole"),
        (events(HI, "[DONE]"), "protocol", "not whole"),
        (events("[DONE]"), "protocol", "not whole"),
        (events(), "protocol", "not whole"),
        (Fault(stream=[f"data: {HI}\n\n".encode(), f"data: {END}\n".encode()], headers=SSE), "protocol", "not whole"),
        (Fault(stream=[f"data: {HI}\n\n".encode()], headers=SSE, cut=True), "connection", "broke the connection"),
        (events(HI, '{"error": {"message": "overloaded", "type": "server_error"}}'), "server", "overloaded"),
        (events(HI, '{"error": {"message": "too fast", "code": 429}}'), "rate_limited", "too fast"),
        (events(HI, '{"error": "only words"}'), "server", "only words"),
        (events(HI, "{broken"), "protocol", "expected JSON"),
        (events(HI, "[1]"), "protocol", "not an object"),
        (events(json.dumps(chunk({"content": 7}))), "protocol", "not text but int"),
        (events(json.dumps(chunk({"tool_calls": [{"index": 0}]}))), "protocol", "called a tool"),
        (events(END, "[DONE]"), "protocol", "said nothing"),
        (Fault(stream=[b"data: \xff\xfe\n\n"], headers=SSE), "protocol", "expected JSON"),
        (answer(content="all at once"), "protocol", "in one piece"),
        (Fault(200, b"<title>Sign in</title>", {"Content-Type": "text/html"}), "protocol", "Sign in"),
    ],
)
async def test_broken_streams_are_failures(
    fake: FakeOpenAI, system: Build, fault: Fault, kind: str, words: str
) -> None:
    fake.faults = [fault]
    with pytest.raises(SystemFailure) as caught:
        await streamed(system())
    assert caught.value.kind == kind
    assert words in str(caught.value)
    assert len(fake.asked) == 1


async def test_a_stream_is_asked_again_until_it_begins(fake: FakeOpenAI, system: Build, time: Time) -> None:
    fake.faults = [error(503), error(429, headers={"Retry-After": "3"})]
    assert whole(await streamed(system())).turn.text == fake.text
    assert len(fake.asked) == 3


async def test_leaving_early_frees_the_slot(fake: FakeOpenAI, system: Build) -> None:
    one = system(at_once=1)
    stream = one.stream(TURNS)
    assert (await anext(stream)).text == "Grüße"
    await stream.aclose()  # type: ignore[attr-defined]
    assert (await one.reply(TURNS)).turn.text == fake.text
