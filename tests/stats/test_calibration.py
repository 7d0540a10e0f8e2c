"""Calibration, against arithmetic written here and systems whose calibration is known."""

import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.stats.calibration import Calibration, brier, calibration, clustered_mean, softmax

SURE = [0.1] * 10 + [0.4] * 10 + [0.6] * 10 + [0.9] * 10


def of(confidences: list[float], right: list[bool], *, families: int | None = None) -> Calibration:
    n = len(right)
    return calibration(confidences, right, [str(i % (families or n)) for i in range(n)])


def test_by_hand() -> None:
    """Two bins of twenty: 0.25 confident and 4 right, 0.75 confident and 17 right."""
    right = [True] * 1 + [False] * 9 + [True] * 3 + [False] * 7 + [True] * 8 + [False] * 2 + [True] * 9 + [False]
    found = of(SURE, right)
    assert found.bins == 2
    assert found.error == pytest.approx((abs(0.25 - 4 / 20) + abs(0.75 - 17 / 20)) / 2)
    assert found.confidence == pytest.approx(0.5)
    assert found.right == 21 / 40
    squares = [[(c - r - g) ** 2 for c, r in zip(SURE[half], right[half], strict=True)]
               for half, g in ((slice(20), 0.25 - 4 / 20), (slice(20, 40), 0.75 - 17 / 20))]  # fmt: skip
    errors = [max(math.sqrt(sum(of_bin) * 20 / 19) / 20, math.sqrt(0.25 * 0.75 / 20)) for of_bin in squares]
    spread = math.sqrt(sum((e / 2) ** 2 for e in errors))
    assert found.by_chance == pytest.approx(sum(errors) / 2 * math.sqrt(2 / math.pi))
    assert found.interval.high == pytest.approx(found.error + 1.959964 * spread)
    assert found.interval.low == 0


def test_the_order_of_the_answers_does_not_matter() -> None:
    right = [i % 3 == 0 for i in range(40)]
    shuffled = random.Random(1).sample(range(40), 40)
    one, other = of(SURE, right), of([SURE[i] for i in shuffled], [right[i] for i in shuffled])
    assert other.confidence == pytest.approx(one.confidence)
    assert other.right == one.right


def test_few_answers_are_one_bin_and_many_are_ten() -> None:
    assert [of([0.5] * n, [True] * n).bins for n in (1, 39, 40, 105, 5000)] == [1, 1, 2, 5, 10]


def test_sure_and_right_is_no_error_and_sure_and_wrong_is_all() -> None:
    assert of([1.0] * 50, [True] * 50).error == 0
    wrong = of([1.0] * 50, [False] * 50)
    assert (wrong.error, wrong.interval.high) == (1, 1)


def test_answers_of_one_family_say_less_than_answers_apart() -> None:
    rolls = random.Random(3)
    hits = [rolls.random() < 0.4 for _ in range(20)]
    right = [hit for hit in hits for _ in range(10)]
    apart = calibration([0.7] * 200, right, [str(i) for i in range(200)])
    together = calibration([0.7] * 200, right, [str(i // 10) for i in range(200)])
    assert together.error == apart.error
    assert together.interval.high - together.interval.low > 1.5 * (apart.interval.high - apart.interval.low)


def test_from_one_family_nothing_is_learned() -> None:
    found = calibration([0.7] * 30, [True] * 20 + [False] * 10, ["one"] * 30)
    assert found.interval == (0, 1)


def sure_of(rolls: random.Random) -> float:
    """Confidence in the best of four options."""
    return max(softmax([rolls.gauss(0, 1.5) for _ in range(4)]))


KNOWN: dict[str, tuple[Callable[[float], float], float]] = {
    "calibrated": (lambda c: c, 0.0),
    "too sure": (lambda c: c - 0.2, 0.2),
    "half as often": (lambda c: c / 2, 0.308),
    "too unsure": (lambda c: min(1.0, c + 0.1), 0.098),
}
"""How often it is right at a confidence, and its calibration error: by the definition, or 200,000 draws of it."""


@pytest.mark.parametrize("kind", KNOWN)
@pytest.mark.parametrize("n", [60, 300])
def test_the_interval_holds_the_truth_about_a_system_that_is_known(kind: str, n: int) -> None:
    """Nominal coverage is 95 %; 200 runs of a seed, so below 91 % is more than chance."""
    right_at, truth = KNOWN[kind]
    rolls, held = random.Random(f"{kind} {n}"), 0
    for _ in range(200):
        sure = [sure_of(rolls) for _ in range(n)]
        found = of(sure, [rolls.random() < right_at(c) for c in sure])
        held += found.interval.low <= truth <= found.interval.high
    assert held >= 182


def test_a_system_that_is_off_is_seen_to_be() -> None:
    """With 300 answers, an error of 0.2 is told from none, and a calibrated system is not accused."""
    rolls = random.Random(7)
    sure = [sure_of(rolls) for _ in range(300)]
    off, calm = (of(sure, [rolls.random() < c - gap for c in sure]) for gap in (0.2, 0.0))
    assert off.interval.low > 0.1
    assert calm.interval.low == 0
    assert calm.error < 2 * calm.by_chance


@pytest.mark.parametrize("lists", [([], [], []), ([0.5], [True, False], ["a"]), ([0.5], [True], [])])
def test_lists_must_fit(lists: tuple[list[float], list[bool], list[str]]) -> None:
    with pytest.raises(ValueError, match="confidences"):
        calibration(*lists)


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=8))
def test_softmax_is_a_distribution_in_the_order_of_the_nats(nats: list[float]) -> None:
    found = softmax(nats)
    assert math.fsum(found) == pytest.approx(1)
    assert found.index(max(found)) == nats.index(max(nats)) or max(found) == found[nats.index(max(nats))]


def test_softmax_by_hand() -> None:
    assert softmax([math.log(1), math.log(3)]) == pytest.approx([0.25, 0.75])
    assert softmax([-1000 + math.log(1), -1000 + math.log(3)]) == pytest.approx([0.25, 0.75])


def test_brier_by_hand() -> None:
    assert brier([0.25, 0.75], 1) == pytest.approx((0.25**2 + 0.25**2) / 2)
    assert brier([1.0, 0.0], 0) == 0
    assert brier([1.0, 0.0], 1) == 1
    assert brier([0.25] * 4, 2) == pytest.approx((3 * 0.25**2 + 0.75**2) / 2)


def test_a_clustered_mean_by_hand() -> None:
    middle, se = clustered_mean([1, 2, 6, 7], ["a", "a", "b", "b"])
    assert middle == 4
    assert se == pytest.approx(math.sqrt((25 + 25) * 2) / 4)
    apart = clustered_mean([1, 2, 6, 7], list("abcd"))[1]
    assert apart == pytest.approx(math.sqrt((9 + 4 + 4 + 9) * 4 / 3) / 4)
    assert clustered_mean([1, 2], ["a", "a"]) == (1.5, math.inf)
