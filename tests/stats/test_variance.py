"""Variances whose parts are known are split into these parts."""

import random

import pytest

from meant.stats.variance import Components, split_variance

Cases = list[list[list[float]]]


def made(cases: float, replies: float, verdicts: float, shape: tuple[int, int, int], seed: int = 1) -> Cases:
    """Verdicts as numbers, with these standard deviations."""
    rng = random.Random(seed)
    return [
        [[case + reply + rng.gauss(0, verdicts) for _ in range(shape[2])] for reply in answers]
        for case, answers in (
            (rng.gauss(0, cases), [rng.gauss(0, replies) for _ in range(shape[1])]) for _ in range(shape[0])
        )
    ]


def test_by_hand() -> None:
    """Two cases, two replies each, two verdicts each."""
    found = split_variance([[[1, 1], [0, 0]], [[0, 1], [0, 0]]], draws=10).estimate
    verdicts = 0.5 / 4  # one pair apart by 1: squares 1/2 over 4 degrees of freedom
    replies = (0.5 + 0.125) / 2 - verdicts / 2
    cases = (0.5 - 0.25) ** 2 / 2 - (0.5 + 0.125) / 2 / 2
    assert found == pytest.approx((max(0, cases), replies, verdicts))


@pytest.mark.parametrize("parts", [(0.5, 0.3, 0.2), (0.5, 0.0, 0.3), (0.5, 0.3, 0.0)])
def test_a_flaky_system_and_a_flaky_judge_are_told_apart(parts: tuple[float, float, float]) -> None:
    found = split_variance(made(*parts, (300, 3, 3)))
    for true, estimate, interval in zip(parts, found.estimate, found[1:], strict=True):
        assert estimate == pytest.approx(true**2, abs=0.02)
        assert interval is not None
        assert interval.low - 0.005 <= true**2 <= interval.high + 0.005


def test_without_repeats_of_a_kind_that_kind_is_not_told() -> None:
    replies_only = split_variance(made(0.5, 0.3, 0.2, (200, 3, 1)))
    assert replies_only.estimate.verdicts is None is replies_only.verdicts
    assert replies_only.estimate.replies == pytest.approx(0.3**2 + 0.2**2, abs=0.02)  # the two together
    verdicts_only = split_variance(made(0.5, 0.3, 0.2, (200, 1, 3)))
    assert verdicts_only.estimate.cases is None is verdicts_only.estimate.replies
    assert verdicts_only.estimate.verdicts == pytest.approx(0.2**2, abs=0.01)


def test_intervals_hold_the_truth() -> None:
    """100 runs of a seed at 95 %: below 87 % is more than chance and the bootstrap's shortfall."""
    held = [0, 0, 0]
    for seed in range(100):
        found = split_variance(made(0.4, 0.3, 0.3, (60, 3, 2), seed), draws=200, seed=seed)
        for at, interval in enumerate((found.cases, found.replies, found.verdicts)):
            assert interval is not None
            held[at] += interval.low <= (0.16, 0.09, 0.09)[at] <= interval.high
    assert min(held) >= 87


def test_uneven_repeats_and_missing_verdicts() -> None:
    cases = made(0.5, 0.3, 0.2, (400, 3, 3))
    ragged = [replies[: 1 + at % 3] for at, replies in enumerate(cases)]
    ragged = [[r[: 1 + at % 3] for at, r in enumerate(replies)] for replies in ragged]
    ragged[0] = [[]]
    ragged[1] = []
    assert split_variance(ragged, draws=10).estimate == pytest.approx((0.25, 0.09, 0.04), abs=0.04)


def test_what_more_of_each_would_bring() -> None:
    parts = Components(cases=0.09, replies=0.04, verdicts=0.01)
    assert parts.standard_error(100, 1, 1) == pytest.approx((0.14 / 100) ** 0.5)
    assert parts.standard_error(100, 4, 5) == pytest.approx((0.09 / 100 + 0.04 / 400 + 0.01 / 2000) ** 0.5)
    assert Components(0.09, 0.04, None).standard_error(1, 1, 9) == pytest.approx(0.13**0.5)


def test_one_case_is_too_few() -> None:
    with pytest.raises(ValueError, match="not 1"):
        split_variance([[[1.0, 0.0]], [[]]])
