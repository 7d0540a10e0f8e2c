"""The openai provider on good days: what it sends, what it makes of an answer, what settings it takes."""

import asyncio
import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.errors import PluginError, SystemFailure
from meant.core.system import Sampling, System
from meant.core.turn import Turn
from meant.files.system import read_system
from meant.plugins import settings_of
from meant.systems.contract import PROVIDERS
from meant.systems.http.sessions import Sessions
from meant.systems.providers.openai import OpenAI
from meant.testing import check_system
from tests.systems.fake_openai import FakeOpenAI, answer, completion, served
from tests.systems.far_side import Fault

Build = Callable[..., OpenAI]
TURNS = (Turn(role="system", text="Be kind."), Turn(role="user", text="Hello, 世界"))


async def test_it_keeps_the_contract(fake: FakeOpenAI, system: Build) -> None:
    await check_system(system(logprobs=True), broken=system(base_url="http://127.0.0.1:9/v1"))


async def test_the_whole_reply(fake: FakeOpenAI, system: Build) -> None:
    reply = await system(price_per_million=(2.0, 10.0), logprobs=True).reply(TURNS)
    assert reply.turn == Turn(role="assistant", text="Grüße 👋 from the fake.")
    assert reply.finish == "stop"
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (11, 7)
    assert reply.usage.cost_usd == pytest.approx((11 * 2 + 7 * 10) / 1_000_000)
    assert reply.logprobs == (-0.25,) * 5


async def test_the_body_that_it_sends(fake: FakeOpenAI, system: Build) -> None:
    sampling = Sampling(temperature=0.5, top_p=0.9, max_tokens=7, stop=("\n",))
    await system(sampling=sampling, extra={"reasoning_effort": "low"}).reply(TURNS, seed=3)
    assert fake.asked == [
        {
            "model": "tiny",
            "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello, 世界"}],
            "temperature": 0.5,
            "top_p": 0.9,
            "max_tokens": 7,
            "stop": ["\n"],
            "seed": 3,
            "reasoning_effort": "low",
        }
    ]


async def test_a_null_in_extra_leaves_a_field_out(fake: FakeOpenAI, system: Build) -> None:
    extra = {"temperature": None, "top_p": None, "stream_options": None}
    async for _ in system(extra=extra, max_tokens_field="max_completion_tokens").stream(TURNS):
        pass
    assert set(fake.asked[0]) == {"model", "messages", "max_completion_tokens", "stream"}


async def test_one_session_serves_all_requests_and_reopens_after_closing(fake: FakeOpenAI, system: Build) -> None:
    one = system(at_once=1)
    for _ in range(3):
        await one.reply(TURNS)
    await one.aclose()
    await one.reply(TURNS)
    assert len(fake.asked) == 4


async def test_no_more_at_once_than_allowed(fake: FakeOpenAI, system: Build) -> None:
    fake.delay_s = 0.01
    one = system(at_once=3)
    await asyncio.gather(*(one.reply(TURNS) for _ in range(12)))
    assert fake.at_once == 3


def test_one_provider_serves_one_loop_after_another() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    one = OpenAI("tiny", base_url=f"http://127.0.0.1:{port}/v1", max_tries=1)

    async def ask(fake: FakeOpenAI) -> int:
        async with served(fake, port):
            await one.reply(TURNS)
            await one.reply(TURNS)
            await one.aclose()
        return len(fake.asked)

    assert [asyncio.run(ask(FakeOpenAI())) for _ in range(2)] == [2, 2]


def test_loops_that_ended_are_forgotten() -> None:
    sessions = Sessions("http://127.0.0.1:9/v1", dict, at_once=1, timeout_s=1.0)

    async def ask() -> None:
        await sessions.here().session.close()

    for _ in range(3):
        asyncio.run(ask())
    assert len(sessions._by_loop) == 1


async def test_two_loops_at_the_same_time(fake: FakeOpenAI, system: Build) -> None:
    one = system()

    async def ask() -> str:
        try:
            return (await one.reply(TURNS)).turn.text
        finally:
            await one.aclose()

    await one.reply(TURNS)
    assert await asyncio.to_thread(asyncio.run, ask()) == fake.text
    assert (await one.reply(TURNS)).turn.text == fake.text


@pytest.mark.parametrize(
    ("message", "text", "finish"),
    [
        ({"content": "", "finish_reason": "stop"}, "", "stop"),
        ({"content": None, "refusal": "I will not."}, "I will not.", "stop"),
        ({"content": "", "refusal": "I will not."}, "I will not.", "stop"),
        ({"content": "half of", "finish_reason": "length"}, "half of", "length"),
        ({"content": None, "finish_reason": "length"}, "", "length"),
        ({"content": None, "finish_reason": "content_filter"}, "", "content_filter"),
        ({"content": "x", "tool_calls": [], "finish_reason": "eos_token"}, "x", "stop"),
    ],
)
async def test_what_counts_as_a_reply(
    fake: FakeOpenAI, system: Build, message: dict[str, Any], text: str, finish: str
) -> None:
    fake.faults = [answer(**message)]
    reply = await system().reply(TURNS)
    assert (reply.turn.text, reply.finish) == (text, finish)


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": None, "completion_tokens": 7}, (None, 7)),
        ({"prompt_tokens": "11", "completion_tokens": -1}, (None, None)),
        ([11, 7], (None, None)),
        (None, (None, None)),
    ],
)
async def test_usage_that_was_not_told_is_not_guessed(
    fake: FakeOpenAI, system: Build, usage: object, tokens: tuple[int | None, int | None]
) -> None:
    body = {**completion({"role": "assistant", "content": "x"}), "usage": usage}
    fake.faults = [Fault(200, json.dumps(body).encode())]
    told = (await system(price_per_million=(1.0, 1.0)).reply(TURNS)).usage
    assert (told.input_tokens, told.output_tokens) == tokens
    assert told.cost_usd is None


def test_defaults_by_host(monkeypatch: pytest.MonkeyPatch) -> None:
    assert OpenAI("m").base_url == "https://api.openai.com/v1"
    assert "max_completion_tokens" in OpenAI("m")._fixed
    assert "max_completion_tokens" in OpenAI("m", base_url="https://eu.api.openai.com/v1")._fixed
    assert "max_tokens" in OpenAI("m", base_url="https://notapi.openai.com.evil.example/v1")._fixed
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:8000/v1/")
    assert OpenAI("m").base_url == "http://localhost:8000/v1"
    assert OpenAI("m", base_url="http://localhost:9/v1").base_url == "http://localhost:9/v1"
    assert OpenAI("m").name == "openai:m"
    assert OpenAI("m", name="mine").name == "mine"


def test_the_fingerprint_covers_whatever_may_change_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def print_of(**settings: Any) -> str:
        return OpenAI(**{"model": "m", "base_url": "http://localhost/v1", **settings}).fingerprint

    others = [
        print_of(model="n"),
        print_of(base_url="http://localhost:1/v1"),
        print_of(sampling=Sampling(temperature=1.0)),
        print_of(extra={"reasoning_effort": "low"}),
        print_of(max_tokens_field="max_completion_tokens"),
        print_of(logprobs=True),  # a stored reply without them cannot stand in for one with them
    ]
    assert len({print_of(), *others}) == len(others) + 1
    plain = print_of()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another")
    assert print_of(name="x", timeout_s=1.0, at_once=1, base_url="http://localhost/v1/") == plain


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"model": ""}, "model"),
        ({"base_url": "localhost:8000"}, "base_url"),
        ({"base_url": "ftp://host/v1"}, "base_url"),
        ({"base_url": "http://me:secret@host/v1"}, "base_url"),
        ({"base_url": "http://host/v1?key=secret"}, "base_url"),
        ({"base_url": "http://host/v1/chat/completions"}, "base_url"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"timeout_s": float("nan")}, "timeout_s"),
        ({"max_tries": 0}, "max_tries"),
        ({"at_once": -1}, "at_once"),
        ({"requests_per_minute": 0}, "requests_per_minute"),
        ({"extra": {"messages": []}}, "extra.messages"),
        ({"extra": {"temperature": 1}}, "extra.temperature"),
        ({"temperature": 1}, "temperature"),
        ({"sampling": {"max_tokens": "many"}}, "sampling.max_tokens"),
        ({"price_per_million": [1]}, "price_per_million.1"),
    ],
)
def test_settings_that_cannot_work(settings: dict[str, Any], setting: str) -> None:
    with pytest.raises(PluginError) as caught:
        PROVIDERS.build({"use": "openai", "model": "m", **settings})
    assert caught.value.setting == setting
    assert "secret" not in str(caught.value)


def test_a_file_can_say_it_all() -> None:
    spec = {
        "use": "openai",
        "model": "m",
        "base_url": "http://localhost/v1",
        "price_per_million": [0.5, 1],
        "requests_per_minute": 60,
        "extra": {"a": [1, {"b": None}]},
        "backoff": {"first_s": 2},
    }
    built = PROVIDERS.build(spec, sampling=Sampling())
    assert isinstance(built, OpenAI)
    assert isinstance(built, System)
    assert built.backoff.first_s == 2
    assert built.price_per_million == (0.5, 1.0)


PAGE = Path(__file__).parents[2] / "docs" / "systems" / "openai.md"


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL))
def test_the_examples_in_the_docs_work(example: str, tmp_path: Path) -> None:
    path = tmp_path / "system.yaml"
    path.write_text(example)
    spec, _ = read_system(path)
    assert isinstance(PROVIDERS.build(spec.model, sampling=spec.sampling), OpenAI)


def test_the_docs_name_every_setting() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE))
    assert set(settings_of(OpenAI)) - {"sampling", "clock"} <= named


async def test_a_proxy_is_used_but_not_for_the_loopback(system: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(FakeOpenAI(text="the target")) as target, served(FakeOpenAI(text="the proxy")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/v1"))
        assert (await system(base_url=target.url).reply(TURNS)).turn.text == "the target"
        assert (await system(base_url="http://models.invalid/v1").reply(TURNS)).turn.text == "the proxy"
        assert proxy.headers[0]["Host"] == "models.invalid"
        monkeypatch.setenv("no_proxy", "models.invalid")
        with pytest.raises(SystemFailure):
            await system(base_url="http://models.invalid/v1", max_tries=1).reply(TURNS)
