"""Scores compared, and rates bounded."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test

from meant.stats.families import grouped
from meant.stats.intervals import rate
from meant.stats.scores import score_shift, sign_flip_p
from meant.stats.unscored import bounds


@given(st.lists(st.integers(-300, 300).map(lambda hundredths: hundredths / 100), min_size=2, max_size=9))
def test_all_flips_are_scipys(differences: list[float]) -> None:
    groups = grouped(differences, [str(i) for i in range(len(differences))])
    theirs = permutation_test(
        (differences,), lambda x, axis: abs(x.sum(axis=axis)), permutation_type="samples", alternative="greater"
    )
    assert sign_flip_p(groups, draws=10, seed=0) == pytest.approx(theirs.pvalue, abs=1e-9)


def test_many_families_are_drawn() -> None:
    rng = random.Random(1)
    groups = grouped([rng.gauss(0.3, 1) for _ in range(60)], [str(i) for i in range(60)])
    found = sign_flip_p(groups, draws=4000, seed=2)
    assert found == sign_flip_p(groups, draws=4000, seed=2)
    theirs = permutation_test(
        ([g.total for g in groups],), lambda x, axis: abs(x.sum(axis=axis)), permutation_type="samples",
        alternative="greater", n_resamples=4000, rng=3,
    )  # fmt: skip
    assert found == pytest.approx(theirs.pvalue, abs=0.02)
    assert sign_flip_p(grouped([1.0] * 40, [str(i) for i in range(40)]), draws=99, seed=0) == 0.01


def test_no_difference_at_all_is_no_difference() -> None:
    found = score_shift([1, 2, 3], [1, 2, 3], "abc", draws=20)
    assert (found.value, found.p, found.interval) == (0, 1, (0, 0))
    with pytest.raises(ValueError, match="needs cases"):
        score_shift([], [], [])


def test_a_shift_is_found_and_families_are_kept_whole() -> None:
    rng = random.Random(4)
    second = [rng.gauss(0, 1) for _ in range(40)]
    first = [s + 0.4 + rng.gauss(0, 0.8) for s in second]
    own = [str(i) for i in range(40)]
    once = score_shift(first, second, own)
    assert once.interval.low < 0.4 < once.interval.high
    assert once.p < 0.05
    again = score_shift(first * 5, second * 5, own * 5)
    assert (again.n, again.families) == (200, 40)
    assert again.interval.high - again.interval.low == pytest.approx(once.interval.high - once.interval.low, rel=0.1)
    assert again.p == pytest.approx(once.p, abs=0.01)


def test_its_size_and_its_interval() -> None:
    """200 runs of 30 families without a difference: 5 % of p values below 0.05, and intervals that hold 0."""
    rng, low_p, held = random.Random(5), 0, 0
    for _ in range(200):
        lead = [rng.gauss(0, 1) for _ in range(30)]
        first = [x + rng.gauss(0, 1) for x in lead for _ in range(3)]
        found = score_shift(first, [0.0] * 90, [str(i // 3) for i in range(90)], draws=200)
        low_p += found.p <= 0.05
        held += found.interval.low <= 0 <= found.interval.high
    assert low_p / 200 <= 0.09
    assert held / 200 >= 0.89


hits = st.lists(st.one_of(st.none(), st.booleans()), max_size=30)


@given(hits, st.lists(st.booleans(), min_size=30, max_size=30))
def test_whatever_the_unscored_would_have_been_it_is_within_the_bounds(
    found: list[bool | None], rest: list[bool]
) -> None:
    own = [str(i) for i in range(len(found))]
    bounded = bounds(found, own)
    whole = rate([r if h is None else h for h, r in zip(found, rest, strict=False)], own)
    assert bounded.scored + bounded.unscored == len(found)
    if whole.value is not None:
        assert bounded.value.low - 1e-12 <= whole.value <= bounded.value.high + 1e-12
        assert bounded.interval.low <= whole.interval.low + 1e-9
        assert whole.interval.high <= bounded.interval.high + 1e-9


def test_sixteen_malformed_grades_are_neither_all_nor_none() -> None:
    own = [str(i) for i in range(16)]
    assert bounds([None] * 16, own) == ((0, 1), (0, 1), 0, 16)
    assert bounds([], []) == ((0, 1), (0, 1), 0, 0)
    assert bounds([True] * 8 + [None] * 8, own).value == (0.5, 1)
