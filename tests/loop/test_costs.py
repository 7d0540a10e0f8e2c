"""What a reply cost, and how that is known; what is not known is never nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from meant.core.case import Case
from meant.core.record import SystemRecord
from meant.core.system import Usage
from meant.core.transcript import Transcript
from meant.files.prices import PriceList, list_prices
from meant.loop.costs import Costing, TokenPrice, costing

LISTED = list_prices().prices[0]


def of(spec: str, *, given: TokenPrice | None = None, reported: bool = False) -> Costing:
    record = SystemRecord(name="mine", spec=spec, fingerprint="f")
    return costing(record, given={"mine": given} if given else {}, reported=reported, prices=prices())


def prices() -> PriceList:
    return list_prices()


@pytest.fixture
def said(make_case: Callable[..., Case], make_transcript: Callable[..., Transcript]) -> Callable[..., Transcript]:
    return lambda **usage: make_transcript(make_case(), usage=Usage(**usage))


def test_the_users_word_goes_before_the_providers_and_that_before_the_list() -> None:
    spec = f"{LISTED.provider}:{LISTED.model}"
    assert of(spec, given=TokenPrice(1, 2), reported=True).by == "given"
    assert of(spec, reported=True).by == "reported"
    listed = of(spec)
    assert (listed.by, listed.input, listed.output) == ("listed", LISTED.input, LISTED.output)
    assert listed.note == f"{LISTED.source}, {LISTED.date.isoformat()}"
    assert of(f"{spec}+policy").by == "listed"


@pytest.mark.parametrize("spec", ["local:smollm2-135m", "openai:my-own-model", "gone.yaml", "nothing"])
def test_without_a_price_the_cost_is_not_known(spec: str, said: Callable[..., Transcript]) -> None:
    found = of(spec)
    assert found.by == "not known"
    assert found.of(said(input_tokens=10, output_tokens=10)) is None


def test_a_system_file_is_listed_at_the_providers_own_endpoint_alone(tmp_path: Path) -> None:
    own, other, broken = (tmp_path / f"{name}.yaml" for name in ("own", "other", "broken"))
    model = f"use: {LISTED.provider}, model: {LISTED.model}"
    own.write_text(f"name: mine\nmodel: {{{model}}}\n")
    other.write_text(f"name: mine\nmodel: {{{model}, base_url: 'http://127.0.0.1:1/v1'}}\n")
    broken.write_text("name: mine\nmodle: x\n")
    assert [of(str(path)).by for path in (own, other, broken)] == ["listed", "not known", "not known"]


def test_tokens_times_price_by_hand(said: Callable[..., Transcript]) -> None:
    found = of("nothing", given=TokenPrice(0.4, 1.6))
    assert found.of(said(input_tokens=1000, output_tokens=500)) == pytest.approx((400 + 800) / 1e6)
    assert found.of(said(input_tokens=1000)) is None


def test_what_the_provider_reckoned_is_taken_as_it_is(said: Callable[..., Transcript]) -> None:
    assert of("nothing", reported=True).of(said(cost_usd=0.25)) == 0.25
    assert of("nothing", reported=True).of(said(input_tokens=3)) is None
