"""The price list: read with its dates, found by exact names, and silent on what it does not know."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from meant.core.errors import FileFaults
from meant.files.prices import list_prices, read_prices
from meant.systems.contract import PROVIDERS

ENTRY = '{provider: openai, model: tiny, input: 1, output: 2, date: "2025-01-02", source: a page}'
HEAD = "name: p\nversion: '1'\npurpose: p\nmade: m\nlimits: l\nlicence: l\nprices:\n"


def written(tmp_path: Path, *entries: str) -> Path:
    path = tmp_path / "prices.yaml"
    path.write_text(HEAD + "".join(f"  - {entry}\n" for entry in entries))
    return path


def test_every_listed_price_has_a_provider_of_ours_a_source_and_a_day_that_has_been() -> None:
    prices = list_prices().prices
    assert prices
    assert {price.provider for price in prices} <= set(PROVIDERS.names())
    assert all(price.date < datetime.now(UTC).date() for price in prices)
    assert all(0 < price.input <= price.output and price.source for price in prices)
    names = [(price.provider, price.model) for price in prices]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", ["tiny", "tiny-latest", "tiny-2025-04-14", "tiny-20250414"])
def test_a_dated_name_has_the_models_price(tmp_path: Path, name: str) -> None:
    found = read_prices(written(tmp_path, ENTRY)).find("openai", name)
    assert found is not None
    assert (found.input, found.output, found.date.isoformat()) == (1, 2, "2025-01-02")


@pytest.mark.parametrize(
    ("provider", "name"),
    [("openai", "tiny-mini"), ("openai", "tin"), ("anthropic", "tiny"), ("openai", "tiny-2025"), ("openai", "")],
)
def test_what_is_not_on_the_list_has_no_price(tmp_path: Path, provider: str, name: str) -> None:
    assert read_prices(written(tmp_path, ENTRY)).find(provider, name) is None


def test_a_snapshot_with_a_price_of_its_own_keeps_it(tmp_path: Path) -> None:
    own = ENTRY.replace("tiny", "tiny-2024-05-13").replace("input: 1", "input: 9")
    prices = read_prices(written(tmp_path, ENTRY, own))
    found = [prices.find("openai", f"tiny{end}") for end in ("", "-2024-05-13", "-2024-05-14")]
    assert [price.input for price in found if price] == [1, 9, 1]


def test_a_faulty_list_says_where(tmp_path: Path) -> None:
    with pytest.raises(FileFaults) as caught:
        read_prices(
            written(tmp_path, ENTRY, ENTRY.replace("output: 2", "output: -2").replace("source: a page", "sorce: x"))
        )
    assert {(fault.line, fault.where) for fault in caught.value.faults} == {
        (9, "prices[1].output"), (9, "prices[1].source"), (9, "prices[1].sorce"),
    }  # fmt: skip
