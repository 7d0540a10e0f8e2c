"""The operating point: what it promises, against arithmetic written here and against draws of a known world."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.guard.learning.conformal import allowed, operating_point


def tail(k: int, n: int, rate: float) -> float:
    """P(at most k of n), by the sum of the binomial."""
    return sum(math.comb(n, i) * rate**i * (1 - rate) ** (n - i) for i in range(k + 1))


def test_one_per_cent_takes_299_benign_texts() -> None:
    assert 0.99**299 <= 0.05 < 0.99**298
    few = operating_point({"g": [float(i) for i in range(298)]}, rate=0.01)
    enough = operating_point({"g": [float(i) for i in range(299)]}, rate=0.01)
    assert (few.kept, enough.kept) == (False, True)
    assert few.threshold == 297.0
    assert "too few" in few.words()
    assert "299" in few.words()
    assert "1.00%" in enough.words()


@settings(deadline=None)
@given(n=st.integers(1, 800), rate=st.sampled_from([0.01, 0.02, 0.05]))
def test_as_many_may_be_blocked_as_the_binomial_tail_permits(n: int, rate: float) -> None:
    k = allowed(n, rate=rate, level=0.95)
    if k:
        assert tail(k, n, rate) <= 0.05 * (1 + 1e-6)
    if k + 1 < n:
        assert tail(k + 1, n, rate) > 0.05 * (1 - 1e-6)


def test_the_promise_holds_in_a_world_where_the_rate_is_known() -> None:
    """200 draws of 600 benign scores from Exp(1), of which exp(-t) lies above t: at most 5 % of draws may break 1 %."""
    chance, broken, used = random.Random(7), 0, []
    for _ in range(200):
        promise = operating_point({"g": [chance.expovariate(1) for _ in range(600)]}, rate=0.01, cautious=False)
        assert promise.kept
        used.append(math.exp(-promise.threshold))
        broken += used[-1] > 0.01
    assert broken <= 10 + 2 * math.sqrt(200 * 0.05 * 0.95)
    assert sum(used) / len(used) > 0.003, "a threshold above everything would keep any promise"


def test_the_plain_quantile_would_break_it() -> None:
    """Why a bound and no quantile: the score above which 1 % lay is above too little in half of the draws."""
    chance = random.Random(7)
    draws = [sorted((chance.expovariate(1) for _ in range(600)), reverse=True) for _ in range(200)]
    assert sum(math.exp(-scores[6]) > 0.01 for scores in draws) > 60


def test_caution_raises_the_threshold_for_the_worst_group() -> None:
    groups = {"calm": [i / 1000 for i in range(1000)], "shrill": [2 + i / 100 for i in range(100)]}
    bold, careful = (operating_point(groups, rate=0.05, cautious=one) for one in (False, True))
    assert sum(score > bold.threshold for score in groups["shrill"]) > 5
    assert sum(score > careful.threshold for score in groups["shrill"]) == 5
    assert careful.rate <= bold.rate


def test_a_group_of_a_few_texts_does_not_decide_for_all() -> None:
    groups = {"calm": [i / 1000 for i in range(1000)], "few": [50.0]}
    assert operating_point(groups, rate=0.05).threshold < 1


def test_without_benign_texts_there_is_no_operating_point() -> None:
    with pytest.raises(ValueError, match="benign"):
        operating_point({}, rate=0.01)
