"""Families are the draws."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.stats.families import Family, cautious, grouped, mean_of, resampled, variance_of_mean
from meant.stats.intervals import binomial, effective_size, rate

values = st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abcdefg")), min_size=1, max_size=40)


@given(values)
def test_grouping_keeps_every_item(items: list[tuple[float, str]]) -> None:
    groups = grouped([v for v, _ in items], [c for _, c in items])
    assert sum(g.size for g in groups) == len(items)
    assert mean_of(groups) == pytest.approx(np.mean([v for v, _ in items]))


def test_the_variance_by_hand() -> None:
    """Totals 3 of 4, 1 of 2, 0 of 2: mean 1/2, residuals 1, 0 and -1, so 2 * 3/2 / 64."""
    assert variance_of_mean([Family(3, 4), Family(1, 2), Family(0, 2)]) == pytest.approx(3 / 64)
    assert variance_of_mean([Family(3, 4)]) == float("inf")


def test_doubt_draws_towards_copies_and_never_below_one() -> None:
    twelve = [Family(1, 4)] * 12
    assert cautious(2.0, twelve, informative=9, doubt=1) == pytest.approx((9 * 2 + 4) / 10)
    assert cautious(2.0, twelve, informative=0, doubt=1) == 4
    assert cautious(0.1, twelve, informative=9, doubt=1) == 1


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="2 values and 1 clusters"):
        grouped([1, 2], ["a"])


@given(st.lists(st.booleans(), min_size=2, max_size=30), st.integers(2, 5))
def test_copies_add_nothing(hits: list[bool], repeats: int) -> None:
    own = [str(i) for i in range(len(hits))]
    once = rate(hits, own)
    again = rate([h for h in hits for _ in range(repeats)], [name for name in own for _ in range(repeats)])
    assert again.value == pytest.approx(once.value)
    assert again.interval.high - again.interval.low >= (once.interval.high - once.interval.low) * 0.95


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_items_on_their_own_are_plain(hits: list[bool]) -> None:
    found = rate(hits, [str(i) for i in range(len(hits))])
    assert found.interval == pytest.approx(binomial(sum(hits), len(hits)), abs=1e-9)


def test_a_single_family_is_one_item() -> None:
    assert effective_size([True, True, False, False], ["a"] * 4) == 1
    assert rate([True] * 6, ["a", "a", "b", "b", "c", "c"]).interval == pytest.approx(binomial(3, 3))


def test_one_hit_says_nothing_of_how_families_hang_together() -> None:
    """100 items in 25 families, one hit: not an effective 100, nor a bare 25."""
    size = effective_size([True] + [False] * 99, [str(i // 4) for i in range(100)])
    assert 25 < size < 50


def test_repeats_are_worth_more_than_one_item_and_less_than_items() -> None:
    rng = random.Random(1)
    shares = [sum(rng.random() < 0.7 for _ in range(4)) / 4 for _ in range(200)]
    assert 200 < effective_size(shares, [str(i) for i in range(200)]) < 1.2 * 800


def test_shares_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="within 0 and 1: 0 to 2"):
        rate([0, 2], ["a", "b"])


def test_a_resample_of_means_agrees_with_theory() -> None:
    rng = random.Random(2)
    groups = [Family(sum(rng.gauss(lead, 1) for _ in range(3)), 3) for lead in (rng.gauss(0, 1) for _ in range(150))]
    low, high = resampled(groups, draws=2000, seed=3)
    middle, half = mean_of(groups), 1.96 * variance_of_mean(groups) ** 0.5
    assert (low, high) == pytest.approx((middle - half, middle + half), abs=0.15 * half)
    assert resampled(groups, draws=50, seed=3) == resampled(groups, draws=50, seed=3) != (low, high)
