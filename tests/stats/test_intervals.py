"""Numbers are checked against arithmetic, against scipy, and against simulation with known truth."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from meant.core.finding import Interval
from meant.stats.intervals import mean, quantile, rate, weighted_mean, wilson
from meant.stats.unpaired import unpaired_difference, unpaired_p

counts = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_wilson_agrees_with_scipy(kn: tuple[int, int]) -> None:
    k, n = kn
    if n == 0:
        assert wilson(k, n) == (0, 1)
        return
    theirs = binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert wilson(k, n) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_wilson_known_answers() -> None:
    assert [round(x, 2) for x in wilson(10, 10)] == [0.72, 1.0]
    assert [round(x, 2) for x in wilson(0, 10)] == [0.0, 0.28]
    alone = [str(i) for i in range(10)]
    assert [round(x, 2) for x in rate([True] * 10, alone).interval] == [0.72, 1.0]
    assert [round(x, 2) for x in rate([False] * 10, alone).interval] == [0.0, 0.28]


def test_wilson_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="k=5, n=4"):
        wilson(5, 4)


@given(st.lists(st.booleans(), max_size=60))
def test_a_rate_lies_in_its_interval(hits: list[bool]) -> None:
    found = rate(hits, [str(i) for i in range(len(hits))])
    assert found.n == len(hits)
    if found.value is not None:
        assert found.interval.low <= found.value + 1e-12
        assert found.value <= found.interval.high + 1e-12


def test_clustered_rates_cover_the_truth() -> None:
    """Families of four whose members mostly agree: the plain interval covers too rarely, ours about as promised."""
    rng = random.Random(7)
    clustered = plain = 0
    for _ in range(600):
        truth, hits, names = 0.7, [], []
        for family in range(40):
            lead = rng.random() < truth
            for _ in range(4):
                hits.append(lead if rng.random() < 0.8 else rng.random() < truth)
                names.append(str(family))
        low, high = rate(hits, names).interval
        clustered += low <= truth <= high
        low, high = wilson(sum(hits), len(hits))
        plain += low <= truth <= high
    assert plain / 600 < 0.85
    assert 0.92 <= clustered / 600 <= 0.98


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 50), st.integers(1, 50))
def test_unpaired_comparisons_are_statsmodels(k1: int, k2: int, more1: int, more2: int) -> None:
    first, second = (k1, k1 + more1), (k2, k2 + more2)
    theirs = confint_proportions_2indep(*first, *second, method="newcomb")
    assert unpaired_difference(first, second) == pytest.approx(theirs, abs=1e-9)
    if k1 + k2:
        assert unpaired_p(first, second) == pytest.approx(
            proportions_ztest([k1, k2], [first[1], second[1]])[1], abs=1e-9
        )
    else:
        assert unpaired_p(first, second) == 1


def test_weighted_mean_by_hand() -> None:
    value, interval = weighted_mean([(1, 0.5, Interval(0.4, 0.6)), (3, 0.9, Interval(0.7, 1.0))])
    assert value == pytest.approx(0.25 * 0.5 + 0.75 * 0.9)
    assert interval.low == pytest.approx(value - math.hypot(0.25 * 0.1, 0.75 * 0.2))
    assert interval.high == pytest.approx(value + math.hypot(0.25 * 0.1, 0.75 * 0.1))
    with pytest.raises(ValueError, match="more than 0"):
        weighted_mean([(0, 0.5, Interval(0, 1))])


def test_quantile_and_mean_by_hand() -> None:
    values = [float(i) for i in range(1, 101)]
    value, (low, high) = quantile(values, 0.5)
    assert (value, low, high) == (50, 41, 60)
    assert quantile([v for v in values for _ in range(4)], 0.5, clusters=100) == (50, (41, 60))
    assert quantile([v for v in values for _ in range(4)], 0.5) == (50, (46, 55))
    value, (low, high) = mean([1.0, 2.0, 3.0])
    assert value == 2
    assert high - value == pytest.approx(1.959964 / math.sqrt(3), abs=1e-5)
    with pytest.raises(ValueError, match="needs values"):
        quantile([], 0.5)
    with pytest.raises(ValueError, match="q=1"):
        quantile([1.0], 1)
    with pytest.raises(ValueError, match="needs values"):
        mean([])
