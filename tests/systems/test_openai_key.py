"""The key comes from the environment, goes to the server, and is seen nowhere else, whatever goes wrong."""

import logging
import traceback
from collections.abc import Callable, Iterator

import pytest

from meant.core.errors import ConfigError, SystemFailure
from meant.core.system import Delta
from meant.core.turn import Turn
from meant.systems.providers.openai import OpenAI
from tests.systems.fake_openai import FakeOpenAI, error, events
from tests.systems.far_side import DROP, Fault

Build = Callable[..., OpenAI]
TURNS = (Turn(role="user", text="Hello"),)
KEY = "sk-test-7f3a9c1e5b2d"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


async def test_it_is_sent(fake: FakeOpenAI, system: Build) -> None:
    fake.key = KEY
    await system().reply(TURNS)
    assert fake.headers[0]["Authorization"] == f"Bearer {KEY}"


async def test_no_key_no_header(fake: FakeOpenAI, system: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    await system(api_key_env="").reply(TURNS)
    monkeypatch.setenv("OPENAI_API_KEY", "")
    await system().reply(TURNS)
    assert all("Authorization" not in headers for headers in fake.headers)


async def test_another_variable(fake: FakeOpenAI, system: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER_KEY", " other \n")
    await system(api_key_env="OTHER_KEY").reply(TURNS)
    assert fake.headers[0]["Authorization"] == "Bearer other"


@pytest.mark.parametrize(
    "fault",
    [
        error(401, f"Incorrect API key provided: {KEY}. See https://example.org"),
        error(401, "x" * 190 + KEY),  # a message is shortened after it was cleaned, not before
        error(500, f"cannot forward {KEY}"),
        Fault(500, f"<html><title>{KEY}</title>".encode()),
        Fault(302, b"", {"Location": f"https://login.example/?key={KEY}"}),
        Fault(200, f"<p>{KEY}</p>".encode(), {"Content-Type": "text/html"}),
        Fault(200, f'{{"error": {{"message": "bad key {KEY}"}}}}'.encode()),
        events(f'{{"error": {{"message": "bad key {KEY}"}}}}'),
        events(f"oops {KEY}"),
        DROP,
    ],
)
async def test_it_is_seen_nowhere(
    fake: FakeOpenAI, system: Build, fault: Fault | str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.faults = [fault, fault]
    one = system(max_tries=2)
    streaming = isinstance(fault, Fault) and fault.stream
    with pytest.raises(SystemFailure) as caught:
        await (_streamed(one) if streaming else one.reply(TURNS))
    seen = "\n".join([caplog.text, repr(one), one.fingerprint, *_everything(caught.value)])
    assert fake.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert KEY[:12] not in seen


async def test_not_even_in_the_errors_that_led_there(system: Build) -> None:
    """aiohttp's own error for a malformed answer holds the request's headers."""
    import asyncio

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 999999 ?\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(SystemFailure) as caught:
            await system(base_url=f"http://127.0.0.1:{port}/v1", max_tries=1).reply(TURNS)
    assert KEY not in "\n".join(_everything(caught.value))


async def test_openai_itself_needs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ConfigError, match="set the environment variable OPENAI_API_KEY"):
        await OpenAI("m").reply(TURNS)
    with pytest.raises(ConfigError, match="api_key_env"):
        await OpenAI("m", api_key_env="").reply(TURNS)


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel", "tab\tkey"])
async def test_a_key_that_no_header_could_hold(
    system: Build, key: str, fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(ConfigError, match="OPENAI_API_KEY holds characters") as caught:
        await system().reply(TURNS)
    assert key not in str(caught.value)
    assert fake.asked == []


async def _streamed(system: OpenAI) -> list[Delta]:
    return [delta async for delta in system.stream(TURNS)]


def _everything(error: BaseException | None) -> Iterator[str]:
    """The texts, reprs and printed tracebacks of an error and of all that led to it."""
    while error is not None:
        yield str(error)
        yield repr(error)
        yield from traceback.format_exception(error)
        error = error.__cause__ or error.__context__
