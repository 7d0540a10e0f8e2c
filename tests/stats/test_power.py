"""Sample sizes: statsmodels', published ones, and what simulation sees."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import power_proportions_2indep

from meant.stats.discordance import Discordance
from meant.stats.intervals import binomial
from meant.stats.power import (
    Assumed,
    cases_for_half_width,
    cases_needed_each,
    paired_power,
    pairs_needed,
    unpaired_power,
)

inside = st.floats(0.02, 0.98)


@given(inside, inside, st.integers(20, 2000), st.floats(0.001, 0.2))
def test_unpaired_power_is_statsmodels(first: float, second: float, cases: int, alpha: float) -> None:
    low, high = sorted((first, second))
    theirs = power_proportions_2indep(
        high - low, low, cases, alpha=alpha, alternative="larger", return_results=False
    )  # fmt: skip
    assert unpaired_power(first, second, cases, alpha=alpha) == pytest.approx(theirs, abs=1e-9)


@given(inside, inside, st.floats(0.5, 0.99))
def test_the_cases_needed_give_the_power(first: float, second: float, power: float) -> None:
    if abs(first - second) < 0.01:
        return
    cases = cases_needed_each(first, second, alpha=0.025, power=power, design_effect=1.7)
    assert unpaired_power(first, second, cases, alpha=0.025, design_effect=1.7) == pytest.approx(power, abs=1e-9)
    assert math.isinf(cases_needed_each(first, first, alpha=0.025, power=power))


@given(st.floats(0.05, 0.6), st.floats(0.5, 0.99), st.floats(-1, 1))
def test_the_pairs_needed_give_the_power(discordance: float, power: float, share: float) -> None:
    assumed = Assumed(discordance, share * discordance * 0.95, discordance / 2)
    pairs = pairs_needed(assumed, alpha=0.05, power=power, design_effect=1.3)
    if share * 0.95 <= -0.5:
        assert math.isinf(pairs)
    else:
        assert paired_power(pairs, assumed, alpha=0.05, design_effect=1.3) == pytest.approx(power, abs=1e-9)


def test_connors_formula_by_hand() -> None:
    """Discordance 0.2, difference 0.1, 5 % two-sided, 90 %: (1.96 sqrt .2 + 1.2816 sqrt .19)^2 / .01."""
    pairs = pairs_needed(Assumed(0.2, -0.1), alpha=0.025, power=0.9)
    assert pairs == pytest.approx((1.959964 * math.sqrt(0.2) + 1.281552 * math.sqrt(0.19)) ** 2 / 0.01, abs=0.01)


def test_the_formula_is_what_the_test_does() -> None:
    rng, margin, discordance = random.Random(5), 0.05, 0.15
    pairs = math.ceil(pairs_needed(Assumed(discordance, 0.0, margin), alpha=0.05, power=0.8))
    seen = 0
    for _ in range(500):
        gains = sum(rng.random() < discordance / 2 for _ in range(pairs))
        losses = sum(rng.random() < discordance / 2 / (1 - discordance / 2) for _ in range(pairs - gains))
        seen += Discordance(gains, losses, pairs).p_above(-margin) <= 0.05
    assert 0.75 <= seen / 500 <= 0.85


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot exceed the discordance"):
        pairs_needed(Assumed(0.1, 0.2), alpha=0.05, power=0.8)
    with pytest.raises(ValueError, match="shares must be within 0 and 1"):
        unpaired_power(0, 0.5, 10, alpha=0.05)
    with pytest.raises(ValueError, match="half_width"):
        cases_for_half_width(0.5, 0.6)


def test_when_all_that_differs_is_lost_the_power_is_all_or_nothing() -> None:
    assert paired_power(100, Assumed(1.0, -1.0), alpha=0.05) == 1
    assert paired_power(1, Assumed(1.0, 1.0), alpha=0.05) == 0


@given(st.floats(0, 1), st.floats(0.03, 0.3))
def test_a_half_width_is_reached_and_just_so(share: float, half: float) -> None:
    cases = cases_for_half_width(share, half)

    def width(n: int) -> float:
        low, high = binomial(share * n, n)
        return high - low

    assert width(cases) <= 2 * half
    assert cases == 1 or width(cases - 1) > 2 * half
    assert cases_for_half_width(share, half, design_effect=2) in {2 * cases, 2 * cases - 1}
