"""The anthropic provider on good days: what it sends, what it makes of an answer, what settings it takes."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.errors import FileFaults, PluginError
from meant.core.policy import Policy
from meant.core.system import Delta, Reply, Sampling, System
from meant.core.turn import Turn
from meant.files.system import read_system
from meant.loop.assemble import Assembly
from meant.plugins import settings_of
from meant.systems.contract import PROVIDERS
from meant.systems.http.backoff import Backoff
from meant.systems.http.clock import Clock
from meant.systems.providers.anthropic import Anthropic
from meant.testing import check_system
from tests.conftest import Ran
from tests.systems.conftest import Time
from tests.systems.fake_anthropic import FakeAnthropic, answer, message, served, text
from tests.systems.far_side import whole

Build = Callable[..., Anthropic]
TURNS = (Turn(role="system", text="Be kind."), Turn(role="user", text="Hello, 世界"))


@pytest.fixture
async def claude() -> AsyncIterator[FakeAnthropic]:
    async with served(FakeAnthropic()) as claude:
        yield claude


@pytest.fixture
async def system(claude: FakeAnthropic, time: Time) -> AsyncIterator[Build]:
    """Builds providers that ask the fake, and closes them."""
    made: list[Anthropic] = []

    def build(**settings: Any) -> Anthropic:
        given = {
            "model": "tiny",
            "base_url": claude.url,
            "clock": time.clock,
            "backoff": Backoff(first_s=1.0),
            **settings,
        }
        made.append(Anthropic(**given))
        return made[-1]

    yield build
    for one in made:
        await one.aclose()


async def streamed(system: Anthropic) -> list[Delta]:
    return [delta async for delta in system.stream(TURNS)]


def last(deltas: list[Delta]) -> Reply:
    assert deltas[-1].reply is not None
    return deltas[-1].reply


async def test_it_keeps_the_contract(system: Build) -> None:
    await check_system(system(), broken=system(base_url="http://127.0.0.1:9"))


async def test_the_whole_reply(system: Build) -> None:
    reply = await system(price_per_million=(2.0, 10.0)).reply(TURNS)
    assert reply.turn == Turn(role="assistant", text="Grüße 👋 from the fake.")
    assert reply.finish == "stop"
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (11, 7)
    assert reply.usage.cost_usd == pytest.approx((11 * 2 + 7 * 10) / 1_000_000)


async def test_the_body_that_it_sends(claude: FakeAnthropic, system: Build) -> None:
    sampling = Sampling(temperature=0.5, top_p=0.9, max_tokens=7, stop=("END",))
    turns = (*TURNS, Turn(role="assistant", text="Hi"), Turn(role="system", text="Be brief."), TURNS[1])
    await system(sampling=sampling, extra={"service_tier": "auto"}).reply(turns, seed=3)
    assert claude.asked == [
        {
            "model": "tiny",
            "system": "Be kind.\n\nBe brief.",
            "messages": [
                {"role": "user", "content": "Hello, 世界"},
                {"role": "assistant", "content": "Hi"},
                {"role": "user", "content": "Hello, 世界"},
            ],
            "max_tokens": 7,
            "temperature": 0.5,
            "top_p": 0.9,
            "stop_sequences": ["END"],
            "service_tier": "auto",
        }
    ]


async def test_the_headers_that_it_sends(claude: FakeAnthropic, system: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-1")
    await system().reply(TURNS)
    await system(key_header="authorization", api_version="2026-10-21").reply(TURNS)
    old, new = ({name.lower(): value for name, value in headers.items()} for headers in claude.headers)
    assert (old["x-api-key"], old["anthropic-version"]) == ("sk-ant-1", "2023-06-01")
    assert (new["authorization"], new["anthropic-version"]) == ("Bearer sk-ant-1", "2026-10-21")
    assert "authorization" not in old
    assert "x-api-key" not in new


async def test_what_need_not_be_sent_is_not(claude: FakeAnthropic, system: Build) -> None:
    """Several models refuse top_p beside a temperature; a null leaves out the other one, too."""
    await system().reply(TURNS[1:])
    await system(extra={"temperature": None}).reply(TURNS[1:])
    assert set(claude.asked[0]) == {"model", "messages", "max_tokens", "temperature"}
    assert set(claude.asked[1]) == {"model", "messages", "max_tokens"}


async def test_the_stream_says_what_the_reply_says(claude: FakeAnthropic, system: Build) -> None:
    claude.usage = {"cache_creation_input_tokens": 100, "cache_read_input_tokens": 1000}
    for claude.stop_reason, claude.thinking in (("end_turn", ""), ("max_tokens", "Hm."), ("refusal", "")):
        one = system(price_per_million=(1.0, 1.0), cache_price_per_million=(1.0, 1.0))
        at_once, in_pieces = await one.reply(TURNS), last(await streamed(one))
        assert at_once.model_copy(update={"timing": None}) == in_pieces.model_copy(update={"timing": None})
        assert in_pieces.usage.output_tokens == 7


async def test_thinking_is_no_part_of_the_reply(claude: FakeAnthropic, system: Build) -> None:
    claude.thinking = "The user greets me."
    deltas = await streamed(system())
    assert [d.text for d in deltas] == ["Grüße", " 👋", " from", " the", " fake.", ""]
    assert claude.asked[0]["stream"] is True


async def test_first_token_and_end_are_timed_from_sending(claude: FakeAnthropic, system: Build) -> None:
    later = 100.0
    one = system(clock=Clock(now=lambda: later + (2.0 if claude.arrived.is_set() else 0.0)))
    async for delta in one.stream(TURNS):
        later = 105.0  # by the time that the second piece comes
        timing = delta.reply.timing if delta.reply else None
    assert timing is not None
    assert (timing.first_token_s, timing.total_s) == (2.0, 7.0)


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "content_filter"),
    ],
)
async def test_how_a_reply_ends(claude: FakeAnthropic, system: Build, reason: str, finish: str) -> None:
    claude.stop_reason = reason
    assert (await system().reply(TURNS)).finish == finish
    assert last(await streamed(system())).finish == finish


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([text("One, "), text("two.")], "One, two."),
        ([{"type": "redacted_thinking", "data": "x"}, text("Yes.")], "Yes."),
        ([text("")], ""),
        ([], ""),
    ],
)
async def test_what_counts_as_a_reply(claude: FakeAnthropic, system: Build, content: list[Any], said: str) -> None:
    claude.faults = [answer(*content)]
    assert (await system().reply(TURNS)).turn.text == said


PRICES = {"price_per_million": (3.0, 15.0), "cache_price_per_million": (3.75, 0.3)}


@pytest.mark.parametrize(
    ("usage", "settings", "tokens", "cost"),
    [
        ({"input_tokens": 10, "output_tokens": 2}, PRICES, (10, 2), 10 * 3 + 2 * 15),
        (
            {"cache_creation_input_tokens": 100, "cache_read_input_tokens": 1000},
            PRICES,
            (11 + 100 + 1000, 7),
            11 * 3 + 7 * 15 + 100 * 3.75 + 1000 * 0.3,
        ),
        ({"cache_read_input_tokens": 1000}, {"price_per_million": (3.0, 15.0)}, (1011, 7), None),
        ({"cache_read_input_tokens": 1000}, {}, (1011, 7), None),
        ({"cache_read_input_tokens": None}, PRICES, (11, 7), 11 * 3 + 7 * 15),
        ({"cache_read_input_tokens": "many"}, PRICES, (None, 7), None),
        ({"input_tokens": None}, PRICES, (None, 7), None),
        ({"output_tokens": -1}, PRICES, (11, None), None),
    ],
)
async def test_what_was_used_and_what_it_cost(
    claude: FakeAnthropic, system: Build, usage: Any, settings: Any, tokens: Any, cost: float | None
) -> None:
    claude.faults = [whole(message(text("x"), usage={**message()["usage"], **usage}))]
    told = (await system(**settings).reply(TURNS)).usage
    assert (told.input_tokens, told.output_tokens) == tokens
    assert told.cost_usd == (None if cost is None else pytest.approx(cost / 1e6))


async def test_no_more_at_once_than_allowed(claude: FakeAnthropic, system: Build) -> None:
    claude.delay_s = 0.01
    one = system(at_once=3)
    await asyncio.gather(*(one.reply(TURNS) for _ in range(12)))
    assert claude.at_once == 3


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Anthropic("m").base_url == "https://api.anthropic.com"
    assert Anthropic("m").name == "anthropic:m"
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://localhost:8000/")
    assert Anthropic("m").base_url == "http://localhost:8000"
    assert Anthropic("m", base_url="http://localhost:9").base_url == "http://localhost:9"


def test_the_fingerprint_covers_whatever_may_change_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def print_of(**settings: Any) -> str:
        return Anthropic(**{"model": "m", "base_url": "http://localhost", **settings}).fingerprint

    others = [
        print_of(model="n"),
        print_of(base_url="http://localhost:1"),
        print_of(api_version="2026-10-21"),
        print_of(sampling=Sampling(temperature=1.0)),
        print_of(sampling=Sampling(stop=("x",))),
        print_of(extra={"service_tier": "auto"}),
    ]
    assert len({print_of(), *others}) == len(others) + 1
    plain = print_of()
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-another")
    assert print_of(name="x", timeout_s=1.0, at_once=1, base_url="http://localhost/") == plain


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"model": ""}, "model"),
        ({"base_url": "localhost:8000"}, "base_url"),
        ({"base_url": "http://me:secret@host"}, "base_url"),
        ({"base_url": "http://host?key=secret"}, "base_url"),
        ({"base_url": "http://host:port"}, "base_url"),
        ({"base_url": "http://host/v1/messages"}, "base_url"),
        ({"base_url": "http://host/v1/"}, "base_url"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"extra": {"system": "x"}}, "extra.system"),
        ({"extra": {"max_tokens": None}}, "extra.max_tokens"),
        ({"extra": {"temperature": 1}}, "extra.temperature"),
        ({"sampling": {"temperature": 1.5}}, "sampling.temperature"),
        ({"sampling": {"stop": ["\n"]}}, "sampling.stop"),
        ({"sampling": {"stop": [""]}}, "sampling.stop"),
        ({"seed": 1}, "seed"),
    ],
)
def test_settings_that_cannot_work(settings: dict[str, Any], setting: str) -> None:
    with pytest.raises(PluginError) as caught:
        PROVIDERS.build({"use": "anthropic", "model": "m", **settings})
    assert caught.value.setting == setting
    assert "secret" not in str(caught.value)


def test_a_fault_of_the_sampling_is_shown_where_it_stands(policy: Policy, tmp_path: Path) -> None:
    path = tmp_path / "system.yaml"
    path.write_text("name: hot\nmodel:\n  use: anthropic\n  model: m\nsampling:\n  temperature: 1.5\n")
    with pytest.raises(FileFaults) as caught:
        Assembly(policy).system(str(path))
    fault = caught.value.faults[0]
    assert (fault.line, fault.column, fault.where, fault.value) == (6, 3, "sampling.temperature", "1.5")


async def test_the_command_line_takes_it_without_a_file(
    claude: FakeAnthropic, meant: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", claude.url)
    ran = await asyncio.to_thread(meant, "eval", "anthropic:tiny", "--limit", "4", "--suite", "refusal", "--json")
    assert ran.code == 0, ran.err
    assert list(ran.json["profiles"]) == ["anthropic:tiny"]
    assert {asked["model"] for asked in claude.asked} == {"tiny"}


PAGE = Path(__file__).parents[2] / "docs" / "systems" / "anthropic.md"


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL))
def test_the_examples_in_the_docs_work(example: str, tmp_path: Path) -> None:
    path = tmp_path / "system.yaml"
    path.write_text(example)
    spec, _ = read_system(path)
    built = PROVIDERS.build(spec.model, sampling=spec.sampling)
    assert isinstance(built, Anthropic)
    assert isinstance(built, System)


def test_the_docs_name_every_setting() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE))
    assert set(settings_of(Anthropic)) - {"sampling", "clock"} <= named
