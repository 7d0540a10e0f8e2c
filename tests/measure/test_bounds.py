"""What a rate may be beyond its interval: the words for nothing seen, and when the worst case is told."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.cli.terminal import figure
from meant.core.finding import Finding, Interval
from meant.measure.bounds import at_worst, none_seen
from meant.stats.rare import rate_after_none


def rate_of(value: float | None, **fields: object) -> Finding:
    given = {"metric": "under_refusal", "value": value, "interval": (0.0, 0.02), "n": 200, "unscored": 0}
    return Finding.model_validate({**given, "better": "lower", "families": 200, **fields})


def test_none_of_two_hundred() -> None:
    """The rule of three: 3 / 200."""
    assert none_seen(rate_of(0.0)) == "none in 200 families: below 1.5 % with 95 % confidence"
    right = rate_of(1.0, better="higher", families=1, interval=(0.2, 1.0))
    assert none_seen(right) == "no failure in 1 family: failures below 95 % with 95 % confidence"


@pytest.mark.parametrize(
    "told", [rate_of(0.01), rate_of(None), rate_of(1.0), rate_of(0.0, unit="s"), rate_of(0.0, families=None)]
)
def test_what_failed_or_is_no_rate_has_no_such_words(told: Finding) -> None:
    assert none_seen(told) is None


@given(st.integers(1, 2_000_000))
def test_the_bound_is_rounded_up(families: int) -> None:
    words = none_seen(rate_of(0.0, families=families)) or ""
    (told,) = re.findall(r"below ([\d.]+) %", words)
    assert rate_after_none(families) <= float(told) / 100 <= 1.1 * rate_after_none(families) + 1e-12


def test_the_worst_case_is_told_where_something_was_unscored() -> None:
    whole = rate_of(0.5, interval=(0.4, 0.6), worst=(0.4, 0.6))
    lost = whole.model_copy(update={"unscored": 9, "worst": Interval(0.38, 0.63)})
    assert at_worst(whole) is None
    assert figure(whole) == "50% [40–60] 200/200"
    assert at_worst(lost) == (0.38, 0.63)
    assert figure(lost) == "50% [40–60] 200/209\nat worst 38–63%"


def test_a_worst_case_that_reads_like_the_interval_is_not_said_twice() -> None:
    lost = rate_of(0.5, interval=(0.4, 0.6), worst=(0.397, 0.604)).model_copy(update={"unscored": 1})
    assert at_worst(lost) is None
    assert figure(lost) == "50% [40–60] 200/201"
