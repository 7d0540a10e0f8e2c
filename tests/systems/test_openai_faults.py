"""The openai provider on bad days: every failure is one SystemFailure with a remedy, and nothing is asked in vain."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest

from meant.core.errors import SystemFailure
from meant.core.turn import Turn
from meant.systems.http.failure import broken
from meant.systems.providers.openai import OpenAI
from tests.systems.conftest import Time
from tests.systems.fake_openai import FakeOpenAI, answer, error
from tests.systems.far_side import DROP, HANG, Fault

Build = Callable[..., OpenAI]
TURNS = (Turn(role="user", text="Hello"),)
HTML = b"<html><head><title>502 Bad\n Gateway</title></head><body>" + b"<p>nginx</p>" * 2000


async def failure_of(system: OpenAI) -> SystemFailure:
    with pytest.raises(SystemFailure) as caught:
        await system.reply(TURNS)
    return caught.value


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (error(408), "timeout"),
        (error(409), "server"),
        (error(429), "rate_limited"),
        (error(500), "server"),
        (error(502), "server"),
        (error(503), "server"),
        (error(529), "server"),
        (Fault(200, b'{"error": {"message": "overloaded", "code": 502}}'), "server"),
        (Fault(200, b'{"error": {"message": "slow down", "code": "rate_limit_exceeded"}}'), "rate_limited"),
        (DROP, "connection"),
        (Fault(200, b'{"id": "half an answ', {"Content-Type": "application/json"}, cut=True), "connection"),
    ],
)
async def test_what_is_asked_again(fake: FakeOpenAI, system: Build, fault: Fault | str, kind: str) -> None:
    fake.faults = [fault, fault]
    reply = await system(max_tries=3).reply(TURNS)
    assert reply.turn.text == fake.text
    assert len(fake.asked) == 3
    assert fake.asked[0] == fake.asked[2]

    fake.faults = [fault] * 3
    failure = await failure_of(system(max_tries=3))
    assert failure.kind == kind
    assert "tried 3 times" in str(failure)
    assert len(fake.asked) == 6


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (error(400, "no such field"), "rejected", "no such field"),
        (error(400, "not with this model", param="temperature"), "rejected", "`extra: {temperature: null}`"),
        (error(400, "use the other", param="max_tokens"), "rejected", "set max_tokens_field"),
        (error(401, "bad key"), "rejected", "set OPENAI_API_KEY"),
        (error(403, "not yours"), "rejected", "set OPENAI_API_KEY"),
        (error(404, "no model"), "rejected", "a model 'tiny'"),
        (error(422), "rejected", "HTTP 422"),
        (error(429, "pay", code="insufficient_quota"), "rejected", "no credit"),
        (error(429, "pay", type="insufficient_quota"), "rejected", "no credit"),
        (Fault(307, b"", {"Location": "https://elsewhere.example/v1"}), "rejected", "https://elsewhere.example/v1"),
        (Fault(400, b'{"detail": [{"msg": "bad field"}]}'), "rejected", "bad field"),
        (Fault(400, b'{"error": "just words"}'), "rejected", "just words"),
        (Fault(400, b'["odd"]'), "rejected", "odd"),
        (Fault(404, b""), "rejected", "HTTP 404"),
        (Fault(404, b"\xff\xfe not text"), "rejected", "not text"),
        (Fault(200, b"", {"Content-Type": "application/json"}), "protocol", "got application/json: nothing"),
        (Fault(200, b'{"choices": [', {"Content-Type": "application/json"}), "protocol", '{"choices": ['),
        (Fault(200, HTML, {"Content-Type": "text/html"}), "protocol", "got text/html: 502 Bad Gateway; is base_url"),
        (Fault(200, b"\xff\xfe"), "protocol", "expected JSON"),
        (Fault(200, b"null"), "protocol", "not an object but NoneType"),
        (Fault(200, b"{}"), "protocol", "no choices"),
        (Fault(200, b'{"object": "list", "data": []}'), "protocol", "only object, data"),
        (Fault(200, b'{"choices": []}'), "protocol", "no choices"),
        (Fault(200, b'{"choices": [1]}'), "protocol", "choices[0]"),
        (Fault(200, b'{"choices": {"0": 1}}'), "protocol", "no choices"),
        (Fault(200, b'{"choices": [{"finish_reason": "stop"}]}'), "protocol", "content is null"),
        (Fault(200, b'{"choices": [{"message": "hi", "finish_reason": "stop"}]}'), "protocol", "choices[0].message"),
        (Fault(200, b'{"error": {"message": "bad", "code": "invalid_request_error"}}'), "rejected", "bad"),
        (answer(content=None), "protocol", "content is null"),
        (answer(content=["parts"]), "protocol", "not text but list"),
        (answer(content=7), "protocol", "not text but int"),
        (answer(content="x", finish_reason=None), "protocol", "without a finish_reason"),
        (answer(content="x", finish_reason="abort"), "protocol", "finish_reason is abort"),
        (answer(content=None, tool_calls=[{"id": "1"}], finish_reason="tool_calls"), "protocol", "called a tool"),
        (answer(content="x", logprobs={"content": [{"token": "x"}]}), "protocol", "logprobs"),
        (answer(content="x", logprobs=["x"]), "protocol", "logprobs"),
    ],
)
async def test_what_is_not_asked_again(fake: FakeOpenAI, system: Build, fault: Fault, kind: str, words: str) -> None:
    fake.faults = [fault]
    failure = await failure_of(system())
    assert failure.kind == kind
    assert words in str(failure)
    assert len(fake.asked) == 1
    assert not failure.retryable


@pytest.mark.parametrize("status", [400, 500])
async def test_a_page_long_error_becomes_a_line(fake: FakeOpenAI, system: Build, status: int) -> None:
    fake.faults = [Fault(status, HTML), error(status, "word " * 5000), Fault(status, b"x" * 100_000)]
    for _ in range(3):
        said = str(await failure_of(system(max_tries=1)))
        assert len(said) < 400
        assert "\n" not in said


async def test_waits_grow_and_follow_the_servers_wish(fake: FakeOpenAI, system: Build, time: Time) -> None:
    time.chance = 0.5
    fake.faults = [
        error(500),
        error(500),
        error(503, headers={"Retry-After": "7"}),
        error(429, headers={"retry-after-ms": "250"}),
    ]
    await system().reply(TURNS)
    assert time.slept[:3] == [0.5, 1.0, 7.0 + 2.0]
    assert time.slept[3] == 0.25 + 4.0


async def test_the_last_failure_carries_the_servers_wish(fake: FakeOpenAI, system: Build) -> None:
    fake.faults = [error(429, headers={"Retry-After": "7"})]
    assert (await failure_of(system(max_tries=1))).retry_after_s == 7.0


async def test_a_429_makes_the_whole_provider_pause(fake: FakeOpenAI, system: Build, time: Time) -> None:
    fake.faults = [error(429, headers={"Retry-After": "30"})]
    one = system(max_tries=1)
    await failure_of(one)
    began = time.now
    await one.reply(TURNS)
    assert time.now - began == pytest.approx(30.0)


async def test_a_rate_spaces_requests(fake: FakeOpenAI, system: Build, time: Time) -> None:
    one = system(requests_per_minute=6)
    for _ in range(3):
        await one.reply(TURNS)
    assert time.slept == pytest.approx([10.0, 10.0])


async def test_silence_ends_in_a_timeout(fake: FakeOpenAI, system: Build) -> None:
    fake.faults = [HANG]
    failure = await failure_of(system(timeout_s=0.05, max_tries=1))
    assert failure.kind == "timeout"
    assert "within 0.05 s; raise timeout_s" in str(failure)


async def test_nobody_there(system: Build) -> None:
    failure = await failure_of(system(base_url="http://127.0.0.1:9/v1", max_tries=2))
    assert failure.kind == "connection"
    assert "is the server running" in str(failure)


def test_a_connection_that_takes_too_long() -> None:
    failure = broken(aiohttp.ConnectionTimeoutError("slow"), "http://host/v1", 9.0)
    assert (failure.kind, str(failure)) == ("timeout", "no connection to http://host/v1; is the server running?")


async def test_not_even_http(system: Build) -> None:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        failure = await failure_of(system(base_url=f"http://127.0.0.1:{port}/v1", max_tries=1))
    assert failure.kind == "protocol"
    assert "does not speak HTTP" in str(failure)


async def test_cancelling_passes_through_and_frees_the_slot(fake: FakeOpenAI, system: Build) -> None:
    fake.faults = [HANG]
    one = system(at_once=1)
    task = asyncio.ensure_future(one.reply(TURNS))
    await fake.arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await one.reply(TURNS)).turn.text == fake.text


async def test_nothing_is_sent_again_once_answered(fake: FakeOpenAI, system: Build) -> None:
    """Of 40 requests with every third one failing at first, each question is answered by exactly one request."""
    fake.faults = [fault for i in range(20) for fault in ([error(500)] if i % 3 == 0 else [answer(content="yes")])]
    one = system(max_tries=30, at_once=8)
    questions = [(Turn(role="user", text=f"question {i}"),) for i in range(40)]
    failures = sum(isinstance(f, Fault) and f.status == 500 for f in fake.faults)
    await asyncio.gather(*(one.reply(turns) for turns in questions))
    assert len(fake.asked) == 40 + failures


async def test_one_provider_survives_another_ones_faults(fake: FakeOpenAI, system: Build) -> None:
    fake.faults = [DROP, error(500)]
    replies = await asyncio.gather(*(system().reply(TURNS) for _ in range(6)))
    assert {reply.turn.text for reply in replies} == {fake.text}
