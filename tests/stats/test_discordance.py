"""The test of a paired difference, against full enumeration; and its size."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multinomial, norm

from meant.stats.discordance import Discordance

tables = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 12))


def tango(gains: int, losses: int, pairs: int, null: float) -> tuple[float, float]:
    """Score and the likeliest share of losses, by a search for the maximum of the likelihood."""
    low, high = max(0.0, -null), (1 - null) / 2

    def likelihood(q: float) -> float:
        parts = ((gains, q + null), (losses, q), (pairs - gains - losses, 1 - 2 * q - null))
        return sum(k * math.log(p) if p > 0 else -math.inf for k, p in parts if k)

    for _ in range(200):
        a, b = low + (high - low) * 0.382, low + (high - low) * 0.618
        low, high = (a, high) if likelihood(a) < likelihood(b) else (low, b)
    q = (low + high) / 2
    variance = pairs * (2 * q + null - null**2)
    return (gains - losses - pairs * null) / math.sqrt(variance) if variance > 1e-9 else 0.0, q


@given(tables, st.sampled_from([-0.3, -0.1, -0.05, 0.0, 0.05, 0.2]))
@settings(max_examples=25)
def test_a_p_value_is_the_chance_of_a_score_as_high(table: tuple[int, int, int], null: float) -> None:
    gains, losses, rest = table
    pairs = gains + losses + rest
    score, q = tango(gains, losses, pairs, null)
    chances = [
        multinomial.pmf((g, b, pairs - g - b), pairs, (q + null, q, max(0.0, 1 - 2 * q - null)))
        for g in range(pairs + 1)
        for b in range(pairs + 1 - g)
        if tango(g, b, pairs, null)[0] >= score - 1e-6
    ]
    assert Discordance(gains, losses, pairs).p_above(null) == pytest.approx(sum(chances), abs=1e-5)


def test_no_loss_in_59_pairs_rules_out_five_in_a_hundred() -> None:
    assert Discordance(0, 0, 59).p_above(-0.05) == pytest.approx(0.95**59)
    assert Discordance(0, 0, 59).p_above(0) == 1


@given(tables)
def test_turned_round_it_says_the_same_of_the_other_side(table: tuple[int, int, int]) -> None:
    gains, losses, rest = table
    there = Discordance(gains, losses, gains + losses + rest)
    assert there.turned().difference == -there.difference
    assert there.turned().turned() == there


@given(tables, st.sampled_from([0.0, -0.05, -0.2]))
def test_one_more_gain_never_raises_the_p_value_much(table: tuple[int, int, int], null: float) -> None:
    gains, losses, rest = table
    pairs = gains + losses + rest
    fewer, more = Discordance(gains, losses, pairs), Discordance(gains + 1, losses, pairs)
    assert more.p_above(null) <= fewer.p_above(null) + 0.005


def test_students_t_is_more_cautious_and_many_pairs_are_normal() -> None:
    table = Discordance(30, 12, 200)
    assert table.p_above(0, df=5) > table.p_above(0, df=50) > table.p_above(0)
    large = Discordance(300, 240, 5000)
    assert large.p_above(0) == pytest.approx(norm.sf(60 / math.sqrt(540)), abs=1e-9)


@cache
def sizes(pairs: int, null: float) -> tuple[float, float]:
    """The highest chance of rejecting a true `null` at 5 %, over discordances: by the p value, and by its normal limit."""
    cells = [(g, b) for g in range(pairs + 1) for b in range(pairs + 1 - g)]
    scores = np.array([Discordance(g, b, pairs)._score(null) for g, b in cells])
    near = [i for i, s in enumerate(scores) if 1.2 < s < 2.6]
    ours = scores >= 2.6
    ours[near] = [Discordance(*cells[i], pairs).p_above(null) <= 0.05 for i in near]
    limit = scores >= norm.ppf(0.95)
    tables = np.array([(g, b, pairs - g - b) for g, b in cells])
    found = []
    for discordance in np.linspace(abs(null) + 0.01, 0.8, 12):
        chances = multinomial.pmf(tables, pairs, ((discordance + null) / 2, (discordance - null) / 2, 1 - discordance))
        found.append((chances[ours].sum(), chances[limit].sum()))
    ours_most, limit_most = np.max(found, axis=0)
    return float(ours_most), float(limit_most)


@pytest.mark.parametrize("null", [0.0, -0.05, -0.1])
def test_it_keeps_its_size_where_the_normal_limit_does_not(null: float) -> None:
    ours, limit = sizes(40, null)
    assert ours <= 0.0515
    assert ours < limit
