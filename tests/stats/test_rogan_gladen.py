"""A judge calibrated elsewhere."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.stats.binomial import jeffreys
from meant.stats.rogan_gladen import Counted, rogan_gladen


def test_the_estimate_by_hand() -> None:
    """(0.2 + 0.95 - 1) / (0.9 + 0.95 - 1)."""
    value, (low, high) = rogan_gladen(Counted(40, 200), sensitivity=Counted(45, 50), specificity=Counted(95, 100))
    assert value == pytest.approx(0.15 / 0.85)
    assert low < 0.15 / 0.85 < high


def test_a_sure_calibration_leaves_the_verdicts_interval() -> None:
    """Sensitivity 0.8 and specificity 0.9, known: t = (p - 0.1) / 0.7."""
    _, found = rogan_gladen(
        Counted(60, 200), sensitivity=Counted(0.8e9, 1e9), specificity=Counted(0.9e9, 1e9)
    )  # fmt: skip
    low, high = jeffreys(60, 200)
    assert found == pytest.approx(((low - 0.1) / 0.7, (high - 0.1) / 0.7), abs=1e-4)


def test_a_judge_that_may_be_a_coin_says_nothing() -> None:
    for hits, passes in ((25, 55), (30, 40)):
        found = rogan_gladen(Counted(40, 200), sensitivity=Counted(hits, 50), specificity=Counted(passes, 100))
        assert found == (None, (0, 1))
    with pytest.raises(ValueError, match="calibration of both kinds"):
        rogan_gladen(Counted(40, 200), sensitivity=Counted(0, 0), specificity=Counted(9, 10))


@given(st.integers(0, 200), st.integers(60, 100), st.integers(60, 100))
def test_a_smaller_calibration_is_wider(yes: int, hits: int, passes: int) -> None:
    large = rogan_gladen(Counted(yes, 200), sensitivity=Counted(hits, 100), specificity=Counted(passes, 100))
    small = rogan_gladen(
        Counted(yes, 200), sensitivity=Counted(hits / 4, 25), specificity=Counted(passes / 4, 25)
    )  # fmt: skip
    assert small[1].low <= large[1].low + 1e-9
    assert large[1].high <= small[1].high + 1e-9
    if large[0] is not None:
        assert large[1].low - 1e-9 <= large[0] <= large[1].high + 1e-9


@pytest.mark.parametrize("rate", [0.02, 0.3])
def test_it_holds_the_truth(rate: float) -> None:
    """400 runs of a seed at 95 %: below 91.5 % is more than chance."""
    rng, held = random.Random(3), 0

    def hits(share: float, n: int) -> Counted:
        return Counted(sum(rng.random() < share for _ in range(n)), n)

    for _ in range(400):
        yes = hits(rate * 0.8 + (1 - rate) * 0.1, 300)
        low, high = rogan_gladen(yes, sensitivity=hits(0.8, 60), specificity=hits(0.9, 60))[1]
        held += low <= rate <= high
    assert held / 400 >= 0.915
