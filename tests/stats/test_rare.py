"""Nothing seen, and the worst of many."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, gamma

from meant.stats.binomial import clopper_pearson
from meant.stats.rare import cases_to_rule_out, chance_within, rate_after_none, rate_at_most
from meant.stats.tail import _gamma, forecast_worst


def test_the_rule_of_three() -> None:
    assert rate_after_none(100) == pytest.approx(1 - 0.05**0.01)
    assert rate_after_none(3000) == pytest.approx(3 / 3000, rel=0.002)
    assert rate_after_none(0) == 1
    assert cases_to_rule_out(0.01) == 299
    assert cases_to_rule_out(0.5, level=0.5) == 1


@given(st.integers(1, 5000), st.floats(0.5, 0.999))
def test_it_is_the_one_sided_exact_interval(cases: int, level: float) -> None:
    assert rate_after_none(cases, level=level) == pytest.approx(
        clopper_pearson(0, cases, level=2 * level - 1 or 1e-9).high
    )


@given(st.floats(0.0005, 0.9), st.floats(0.5, 0.999))
def test_so_many_cases_and_not_one_fewer(rate: float, level: float) -> None:
    cases = cases_to_rule_out(rate, level=level)
    assert rate_after_none(cases, level=level) <= rate * (1 + 1e-9)
    assert cases == 1 or rate_after_none(cases - 1, level=level) > rate * (1 - 1e-9)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="cases=-1"):
        rate_after_none(-1)
    with pytest.raises(ValueError, match="rate=0"):
        cases_to_rule_out(0)


@given(st.integers(0, 6), st.integers(10, 400))
def test_a_limit_leaves_what_was_seen_a_chance_of_one_in_twenty(hits: int, cases: int) -> None:
    rate = rate_at_most(hits, cases)
    assert binom.cdf(hits, cases, rate) == pytest.approx(0.05)


def test_many_uses_by_hand() -> None:
    assert chance_within(0.01, 1) == pytest.approx(0.01)
    assert chance_within(0.5, 3) == pytest.approx(7 / 8)
    assert chance_within(1e-9, 10**6) == pytest.approx(1e-3, rel=1e-3)
    assert (chance_within(0.0, 10), chance_within(1.0, 1), chance_within(1.0, 0)) == (0, 1, 0)
    with pytest.raises(ValueError, match="uses=-1"):
        chance_within(0.1, -1)


def test_a_bound_in_many_uses_is_one_as_often_as_the_rate_s() -> None:
    """2,000 suites of 300 cases and a rate of 0.004: the chance in 500 uses is above its bound in one in twenty."""
    rng, rate, broken = random.Random(8), 0.004, 0
    bounds = [chance_within(rate_at_most(hits, 300), 500) for hits in range(12)]
    for _ in range(2000):
        hits = sum(rng.random() < rate for _ in range(300))
        broken += bounds[min(hits, 11)] < chance_within(rate, 500)
    assert broken / 2000 <= 0.06


@given(st.integers(4, 60), st.sampled_from([0.025, 0.5, 0.975]))
def test_gamma_is_scipys(shape: int, p: float) -> None:
    assert _gamma(shape, p) == pytest.approx(gamma.ppf(p, shape), rel=1e-9)


def straight(n: int, seed: int, slope: float = 2.0) -> list[float]:
    """Chances whose scores have an exponential tail: log survival falls by `slope` a unit of score, from score 0."""
    rng = random.Random(seed)
    return [math.exp(-math.exp(-rng.expovariate(slope))) for _ in range(n)]


def test_a_straight_tail_is_foretold() -> None:
    """Of 150 forecasts from 1,000 for 100,000 queries at 95 %: below 90 % is more than chance."""
    truth, held, doubted = math.exp(-math.exp(-math.log(100_000) / 2)), 0, 0
    for seed in range(150):
        found = forecast_worst(straight(1000, seed), queries=100_000)
        held += found.interval.low <= truth <= found.interval.high
        doubted += bool(found.doubts)
    assert held / 150 >= 0.9
    assert doubted / 150 <= 0.1


def test_the_forecast_by_hand() -> None:
    """Scores 1 to 8 apart by 1, four highest: spacings 1, 2, 3, 4 times rank, mean 2.5, from score 4."""
    chances = [math.exp(-math.exp(-score)) for score in range(1, 9)]
    found = forecast_worst(chances, queries=80, top=4)
    assert found.chance == pytest.approx(math.exp(-math.exp(-(4 + 2.5 * math.log(80 * 4 / 8)))))


def test_a_tail_that_ends_is_doubted() -> None:
    """Chances that cannot pass 0.2: the line bends, and a forecast would pass it."""
    rng = random.Random(3)
    doubts = [
        forecast_worst([0.2 * rng.random() for _ in range(2000)], queries=10_000, top=100).doubts for _ in range(20)
    ]
    assert sum(any("not a straight line" in d for d in found) for found in doubts) >= 15


def test_rounded_chances_and_far_forecasts_are_doubted() -> None:
    chances = [round(c, 1) for c in straight(1000, 1)]
    assert any("ties" in d for d in forecast_worst([min(0.9, max(0.1, c)) for c in chances], queries=10_000).doubts)
    assert any("nobody has tried" in d for d in forecast_worst(straight(100, 1), queries=10**6).doubts)


def test_what_has_no_tail_is_refused() -> None:
    with pytest.raises(ValueError, match="chances >= 2 top"):
        forecast_worst([0.1] * 30, queries=1000)
    with pytest.raises(ValueError, match="within 0 and 1: 0"):
        forecast_worst([0.0] * 100, queries=1000)
    with pytest.raises(ValueError, match="queries > chances"):
        forecast_worst(straight(100, 1), queries=100)
