"""Looks: what holds at all of them, and what stops early."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.stats.intervals import binomial
from meant.stats.sequential import STAKES, Bets, confidence_sequence, log_capital, watch

bounded = st.lists(st.floats(0, 1), max_size=40)


def test_the_capital_by_hand() -> None:
    """Values 1 and 0 against a mean of 1/4: each stake s makes (1 + 3 s)(1 - s)."""
    made = sum((1 + 3 * s) * (1 - s) for s in STAKES) / len(STAKES)
    assert log_capital([1, 0], 0.25, low=0) == pytest.approx(math.log(made))


@given(st.floats(0.05, 0.95), st.lists(st.booleans(), min_size=1, max_size=6))
def test_at_fair_odds_nothing_is_made_on_average(mean: float, path: list[bool]) -> None:
    """Over all paths of coin flips with that mean: the capital is worth 1."""
    n, worth = len(path), 0.0
    for code in range(2**n):
        values = [float(code >> i & 1) for i in range(n)]
        worth += math.exp(log_capital(values, mean, low=0)) * mean ** sum(values) * (1 - mean) ** (n - sum(values))
    assert worth == pytest.approx(1)


@given(bounded, st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_the_capital_falls_with_the_mean(values: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert log_capital(values, low, low=0) >= log_capital(values, high, low=0) - 1e-9


@given(bounded)
def test_a_sequence_holds_the_mean_and_mirrors(values: list[float]) -> None:
    low, high = confidence_sequence(values)
    if values:
        assert low - 1e-9 <= sum(values) / len(values) <= high + 1e-9
    else:
        assert (low, high) == (0, 1)
    assert confidence_sequence([1 - v for v in values]) == pytest.approx((1 - high, 1 - low), abs=1e-6)
    wide = confidence_sequence([4 * v - 2 for v in values], low=-2, high=2)
    assert wide == pytest.approx((4 * low - 2, 4 * high - 2), abs=1e-5)


def test_it_is_wider_than_one_look_and_not_by_much() -> None:
    values = [1.0] * 20 + [0.0] * 80
    low, high = confidence_sequence(values)
    once = binomial(20, 100)
    assert low < once.low
    assert once.high < high
    assert (high - low) < 2 * (once.high - once.low)


def test_a_sequence_seldom_ever_loses_the_truth_where_one_look_intervals_often_do() -> None:
    rng, lost, plain = random.Random(6), 0, 0
    for _ in range(60):
        values = [float(rng.random() < 0.3) for _ in range(200)]
        looks = range(10, 201, 10)
        lost += any(not holds(confidence_sequence(values[:n]), 0.3) for n in looks)
        plain += any(not holds(binomial(sum(values[:n]), n), 0.3) for n in looks)
    assert lost <= 3
    assert plain >= 9


def holds(interval: tuple[float, float], truth: float) -> bool:
    return interval[0] <= truth <= interval[1]


def test_values_out_of_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match=r"within 0.0 and 1.0: 1.5"):
        confidence_sequence([0.5, 1.5])
    with pytest.raises(ValueError, match="within −1 and 1, not 2"):
        list(watch([2.0], margin=0.1, alpha=0.05))
    with pytest.raises(ValueError, match="margin=0"):
        list(watch([0.0], margin=0, alpha=0.05))


@given(st.sampled_from([0.0, -0.05, -0.2]), st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), max_size=30))
def test_a_bet_is_fair_and_never_ruined(null: float, path: list[float]) -> None:
    """A value of mean `null` at either end of the scale: on average the next bet makes nothing."""
    bet = Bets.on(null, 0.1)
    assert bet.log_capital == pytest.approx(0)
    for value in path:
        bet = bet.after(value)
    chance = (null + 1) / 2
    after = [bet.after(value).log_capital - bet.log_capital for value in (1.0, -1.0)]
    assert chance * math.exp(after[0]) + (1 - chance) * math.exp(after[1]) == pytest.approx(1)


def test_a_clear_loss_stops_early_and_stays() -> None:
    looks = list(watch([-1.0, 0.0, -1.0] * 20, margin=0.05, alpha=0.05))
    first = next(look for look in looks if look.state != "undecided")
    assert first.state == "worse"
    assert first.families <= 12
    assert first.log_worse >= math.log(20)
    assert {look.state for look in looks[first.families :]} == {"worse"}


def test_sixty_families_without_a_difference_rule_out_five_in_a_hundred() -> None:
    """Each such family multiplies a bet by up to 1 + 0.9 / 0.95 * 0.05."""
    looks = list(watch([0.0] * 90, margin=0.05, alpha=0.05))
    stop = next(look.families for look in looks if look.state == "not worse")
    assert math.log(20) / math.log1p(0.9 / 0.95 * 0.05) <= stop < 90


def test_a_family_without_a_verdict_counts_against_either_word() -> None:
    with_none = list(watch([0.0, None] * 60, margin=0.05, alpha=0.05))[-1]
    assert with_none.state == "undecided"
    assert with_none.log_worse < 0
    assert with_none.log_not_worse < 0


@pytest.mark.parametrize(("truth", "word"), [(0.0, "worse"), (-0.05, "not worse")])
def test_a_wrong_word_is_seldom_ever_told(truth: float, word: str) -> None:
    """400 runs of a seed at 5 %: 7.5 % is more than chance."""
    rng, told = random.Random(8), 0
    for _ in range(400):
        run = [drawn(rng, truth) for _ in range(400)]
        told += any(look.state == word for look in watch(run, margin=0.05, alpha=0.05))
    assert told / 400 <= 0.075


def drawn(rng: random.Random, truth: float) -> float:
    roll = rng.random()
    gain = (0.2 + truth) / 2
    return 1.0 if roll < gain else -1.0 if roll < 0.2 else 0.0
