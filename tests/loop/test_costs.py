"""What a reply cost, and how that is known; what is not known is never nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.case import Case
from meant.core.policy import Policy
from meant.core.record import SystemRecord
from meant.core.system import Usage
from meant.core.transcript import Transcript
from meant.engine.ask import Asking
from meant.files.prices import list_prices
from meant.loop.assemble import Assembly
from meant.loop.costs import Costing, TokenPrice, costing
from meant.loop.recording import recorded

Known = Callable[..., Any]

LISTED = list_prices().prices[0]


def of(listed_as: str, *, given: TokenPrice | None = None, reported: bool = False) -> Costing:
    record = SystemRecord(name="mine", spec="mine.yaml", fingerprint="f", listed_as=listed_as)
    return costing(record, given={"mine": given} if given else {}, reported=reported, prices=list_prices())


@pytest.fixture
def said(make_case: Callable[..., Case], make_transcript: Callable[..., Transcript]) -> Callable[..., Transcript]:
    return lambda **usage: make_transcript(make_case(), usage=Usage(**usage))


def test_the_users_word_goes_before_the_providers_and_that_before_the_list() -> None:
    own = f"{LISTED.provider}:{LISTED.model}"
    assert of(own, given=TokenPrice(1, 2), reported=True).by == "given"
    assert of(own, reported=True).by == "reported"
    listed = of(own)
    assert (listed.by, listed.input, listed.output) == ("listed", LISTED.input, LISTED.output)
    assert listed.note == f"{LISTED.source}, {LISTED.date.isoformat()}"


@pytest.mark.parametrize("spec", ["openai:my-own-model", "nothing", ""])
def test_without_a_price_the_cost_is_not_known(spec: str, said: Callable[..., Transcript]) -> None:
    found = of(spec)
    assert found.by == "not known"
    assert found.of(said(input_tokens=10, output_tokens=10)) is None


ELSEWHERE = "https://gateway.example/v1"
MODELS = {"openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5"}


@pytest.fixture
def known(policy: Policy, tmp_path: Path) -> Known:
    """How the cost of a system is known, as the record of its run has it."""

    async def find(provider: str, base_url: str | None = None, *, file: bool = True, plus: str = "") -> str:
        spec = f"{provider}:{MODELS[provider]}"
        if file:
            path = tmp_path / "mine.yaml"
            at = f", base_url: '{base_url}'" if base_url else ""
            path.write_text(f"name: mine\nmodel: {{use: {provider}, model: {MODELS[provider]}{at}}}\nprompt: Hi.\n")
            spec = str(path)
        assembly = Assembly(policy)
        systems = assembly.systems([spec + plus])
        record = await recorded(
            [spec], systems, suites={}, asking=Asking(), assembly=assembly, judges=(), shifts=()
        )  # fmt: skip
        await assembly.aclose()
        return costing(record.systems[0], given={}, reported=False, prices=list_prices()).by

    return find


@pytest.mark.parametrize(
    ("provider", "variable", "own"),
    [
        ("openai", "OPENAI_BASE_URL", "https://api.openai.com/v1/"),
        ("anthropic", "ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
    ],
)
async def test_a_list_price_is_of_the_providers_own_endpoint_alone(
    known: Known, monkeypatch: pytest.MonkeyPatch, provider: str, variable: str, own: str
) -> None:
    monkeypatch.delenv(variable, raising=False)
    other = ELSEWHERE.removesuffix("/v1") if provider == "anthropic" else ELSEWHERE
    assert [await known(provider, file=False), await known(provider), await known(provider, own)] == ["listed"] * 3
    assert await known(provider, plus="+policy") == "listed"
    assert await known(provider, other) == "not known"
    monkeypatch.setenv(variable, other)
    assert [await known(provider, file=False), await known(provider)] == ["not known"] * 2
    assert await known(provider, plus="+policy") == "not known"
    assert await known(provider, own) == "listed"
    monkeypatch.setenv(variable, own)
    assert await known(provider, file=False) == "listed"


def test_tokens_times_price_by_hand(said: Callable[..., Transcript]) -> None:
    found = of("nothing", given=TokenPrice(0.4, 1.6))
    assert found.of(said(input_tokens=1000, output_tokens=500)) == pytest.approx((400 + 800) / 1e6)
    assert found.of(said(input_tokens=1000)) is None


def test_what_the_provider_reckoned_is_taken_as_it_is(said: Callable[..., Transcript]) -> None:
    assert of("nothing", reported=True).of(said(cost_usd=0.25)) == 0.25
    assert of("nothing", reported=True).of(said(input_tokens=3)) is None
