"""The anthropic provider on bad days: every failure is one SystemFailure with a remedy, and the key is seen nowhere."""

import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meant.core.errors import ConfigError, SystemFailure
from meant.core.turn import Turn
from meant.systems.http.backoff import Backoff
from meant.systems.providers.anthropic import Anthropic
from tests.systems.conftest import Time
from tests.systems.fake_anthropic import (
    PING,
    STOP,
    FakeAnthropic,
    answer,
    closes,
    ends,
    error,
    events,
    message,
    opens,
    piece,
    served,
    start,
    text,
)
from tests.systems.far_side import DROP, HANG, SSE, Fault, whole

Build = Callable[..., Anthropic]
TURNS = (Turn(role="user", text="Hello"),)
KEY = "sk-ant-7f3a9c1e5b2d"
OVERLOADED: dict[str, Any] = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
TOO_FAST: dict[str, Any] = {"type": "error", "error": {"type": "rate_limit_error", "message": "too fast"}}
TOO_SLOW: dict[str, Any] = {"type": "error", "error": {"type": "timeout_error", "message": "too slow"}}
TOOL = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
UP_TO_HI = (start(), opens(text("")), piece("Hi"))


@pytest.fixture
async def claude() -> AsyncIterator[FakeAnthropic]:
    async with served(FakeAnthropic()) as claude:
        yield claude


@pytest.fixture
async def system(claude: FakeAnthropic, time: Time) -> AsyncIterator[Build]:
    made: list[Anthropic] = []

    def build(**given: Any) -> Anthropic:
        usual = {"model": "tiny", "base_url": claude.url, "clock": time.clock, "backoff": Backoff(first_s=1.0)}
        made.append(Anthropic(**{**usual, **given}))
        return made[-1]

    yield build
    for one in made:
        await one.aclose()


async def failure_of(system: Anthropic, *, streaming: bool = False) -> SystemFailure:
    with pytest.raises(SystemFailure) as caught:
        await (said(system) if streaming else system.reply(TURNS))
    return caught.value


async def said(system: Anthropic) -> str:
    return "".join([delta.text async for delta in system.stream(TURNS)])


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (error(429, kind="rate_limit_error"), "rate_limited"),
        (error(500), "server"),
        (error(504, kind="timeout_error"), "server"),
        (error(529, kind="overloaded_error"), "server"),
        (whole(OVERLOADED), "server"),
        (whole(TOO_FAST), "rate_limited"),
        (whole(TOO_SLOW), "timeout"),
        (DROP, "connection"),
    ],
)
async def test_what_is_asked_again(claude: FakeAnthropic, system: Build, fault: Fault | str, kind: str) -> None:
    claude.faults = [fault, fault]
    assert (await system(max_tries=3).reply(TURNS)).turn.text == claude.text
    assert len(claude.asked) == 3
    claude.faults = [fault] * 3
    failure = await failure_of(system(max_tries=3))
    assert failure.kind == kind
    assert "tried 3 times" in str(failure)


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (
            error(400, "`temperature` is deprecated for this model."),
            "rejected",
            "in a system file, `extra: {temperature: null}`",
        ),
        (error(400, "prompt is too long"), "rejected", "HTTP 400: prompt is too long"),
        (error(401, "invalid x-api-key"), "rejected", "set ANTHROPIC_API_KEY"),
        (error(402, "no credit", kind="billing_error"), "rejected", "no credit"),
        (error(403, "not yours"), "rejected", "set ANTHROPIC_API_KEY"),
        (error(404, "model: tiny"), "rejected", "where /v1/messages begins"),
        (error(413, "too large"), "rejected", "too large"),
        (Fault(307, b"", {"Location": "https://elsewhere.example/v1"}), "rejected", "set base_url"),
        (whole({"error": {"type": "authentication_error", "message": "bad key"}}), "rejected", "bad key"),
        (Fault(200, b"<title>Sign in</title>", {"Content-Type": "text/html"}), "protocol", "Sign in; is base_url"),
        (Fault(200, b"null"), "protocol", "not an object but NoneType"),
        (whole({"choices": [], "object": "chat"}), "protocol", "no content, only choices, object"),
        (whole(message(content="text")), "protocol", "no content"),
        (answer("text"), "protocol", "content[0] is not an object but str"),
        (answer(text(None)), "protocol", "content[0].text is not text but NoneType"),
        (answer(text("x"), {"type": "image"}), "protocol", "content[1] is image, which is not text"),
        (answer(TOOL, stop_reason="tool_use"), "protocol", "called a tool"),
        (answer({"type": "server_tool_use"}), "protocol", "called a tool"),
        (answer(text("x"), stop_reason=None), "protocol", "without a stop_reason"),
        (answer(text("x"), stop_reason="pause_turn"), "protocol", "stop_reason is pause_turn"),
        (whole({**message(text("x")), "stop_reason": ["end_turn"]}), "protocol", "stop_reason is"),
    ],
)
async def test_what_is_not_asked_again(
    claude: FakeAnthropic, system: Build, fault: Fault, kind: str, words: str
) -> None:
    claude.faults = [fault]
    failure = await failure_of(system())
    assert failure.kind == kind
    assert words in str(failure)
    assert len(claude.asked) == 1


async def test_it_waits_as_long_as_the_server_says(claude: FakeAnthropic, system: Build, time: Time) -> None:
    claude.faults = [error(529, headers={"retry-after": "7"}), error(529), error(429, headers={"retry-after": "30"})]
    time.chance = 0.5
    await system().reply(TURNS)
    assert time.slept[:3] == [7.0 + 0.5, 1.0, 30.0 + 2.0]


async def test_a_429_makes_the_whole_provider_pause(claude: FakeAnthropic, system: Build, time: Time) -> None:
    claude.faults = [error(429, headers={"retry-after": "30"})]
    one = system(max_tries=1)
    assert (await failure_of(one)).retry_after_s == 30.0
    began = time.now
    await one.reply(TURNS)
    assert time.now - began == pytest.approx(30.0)


async def test_silence_ends_in_a_timeout(claude: FakeAnthropic, system: Build) -> None:
    claude.faults = [HANG]
    assert (await failure_of(system(timeout_s=0.05, max_tries=1))).kind == "timeout"


@pytest.mark.parametrize(
    "told",
    [
        (*UP_TO_HI, closes(), ends(), STOP),
        (start(), PING, opens(text("Hi")), closes(), PING, ends(), STOP),
        (start(), {"type": "a_new_event"}, opens(text("")), piece("H"), piece("i"), ends(), STOP),
        (start(), opens(text("")), piece("Hi"), ends("end_turn", output_tokens=None), STOP, OVERLOADED),
    ],
)
async def test_whole_streams(claude: FakeAnthropic, system: Build, told: Any) -> None:
    claude.faults = [events(*told)]
    assert await said(system()) == "Hi"


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (events(), "protocol", "not whole"),
        (events(*UP_TO_HI), "protocol", "not whole"),
        (events(*UP_TO_HI, closes(), STOP), "protocol", "without a stop_reason"),
        (events(*UP_TO_HI, closes(), ends()), "protocol", "without message_stop"),
        (events(*UP_TO_HI, ends("tool_use"), STOP), "protocol", "stop_reason is tool_use"),
        (events(*UP_TO_HI, OVERLOADED), "server", "Overloaded"),
        (events(*UP_TO_HI, TOO_FAST), "rate_limited", "too fast"),
        (events(start(), opens(TOOL)), "protocol", "called a tool"),
        (events(start(), opens({"type": "fallback"})), "protocol", "content_block is fallback"),
        (events(start(), opens(text("")), piece(7)), "protocol", "delta.text is not text but int"),
        (events({"type": "message_start"}), "protocol", "message_start.message is not an object"),
        (Fault(stream=[b"event: x\ndata: [1]\n\n"], headers=SSE), "protocol", "the event is not an object"),
        (Fault(stream=[b"data: {broken\n\n"], headers=SSE), "protocol", "expected JSON"),
        (Fault(stream=[f"data: {json.dumps(start())}\n\n".encode()], headers=SSE, cut=True), "connection", "broke"),
        (answer(text("all at once")), "protocol", "in one piece"),
    ],
)
async def test_broken_streams_are_failures(
    claude: FakeAnthropic, system: Build, fault: Fault, kind: str, words: str
) -> None:
    claude.faults = [fault]
    failure = await failure_of(system(), streaming=True)
    assert failure.kind == kind
    assert words in str(failure)
    assert len(claude.asked) == 1


async def test_a_stream_is_asked_again_until_it_begins(claude: FakeAnthropic, system: Build) -> None:
    claude.faults = [error(529), error(429)]
    assert await said(system()) == claude.text
    assert len(claude.asked) == 3


async def test_leaving_early_frees_the_slot(claude: FakeAnthropic, system: Build) -> None:
    one = system(at_once=1)
    stream = one.stream(TURNS)
    assert (await anext(stream)).text == "Grüße"
    await stream.aclose()  # type: ignore[attr-defined]
    assert (await one.reply(TURNS)).turn.text == claude.text


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(size=st.integers(5, 200))
async def test_any_pieces_of_the_network(claude: FakeAnthropic, system: Build, size: int) -> None:
    body = b"".join(events(start(), opens(text("")), piece("Grüße 👋"), closes(), ends(), STOP).stream or ())
    claude.faults = [Fault(stream=[body[i : i + size] for i in range(0, len(body), size)], headers=SSE)]
    assert await said(system()) == "Grüße 👋"


@pytest.mark.parametrize(
    "fault", [error(401, f"bad key {KEY}"), error(500, "x" * 190 + KEY), Fault(200, f"<p>{KEY}</p>".encode())]
)
async def test_the_key_is_sent_and_seen_nowhere(
    claude: FakeAnthropic,
    system: Build,
    fault: Fault,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", f" {KEY}\n")
    caplog.set_level(logging.DEBUG)
    claude.faults = [fault, fault]
    one = system(max_tries=2)
    failure = await failure_of(one)
    assert claude.headers[0]["x-api-key"] == KEY
    assert KEY[:12] not in "\n".join([caplog.text, repr(one), one.fingerprint, str(failure), repr(failure)])


async def test_anthropic_itself_needs_one() -> None:
    with pytest.raises(ConfigError, match="set the environment variable ANTHROPIC_API_KEY"):
        await Anthropic("m").reply(TURNS)
