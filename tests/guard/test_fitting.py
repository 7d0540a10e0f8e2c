"""Thresholds chosen together: against scores whose distribution is known, so that the promise can be worked out."""

import math
import random
from collections.abc import Sequence
from statistics import NormalDist

import pytest

from meant.guard.descent import Scored, Stage
from meant.guard.fitting import Fit, fit, measured
from meant.stats.rare import rate_at_most

COSTS = (1.0, 100.0)
PHI = NormalDist().cdf


def drawn(n: int, seed: int, apart: Sequence[float] = (1.5, 4.0), **fields: bool) -> list[Scored]:
    """Of benign texts every score is normal around 0, of harmful ones around `apart`."""
    dice = random.Random(seed)
    sides = [dice.random() < 0.6 for _ in range(n)]
    return [
        Scored(f"{seed}/{i}", benign, tuple(dice.gauss(0 if benign else mean, 1) for mean in apart), **fields)
        for i, benign in enumerate(sides)
    ]


def blocked_for_true(stages: Sequence[Stage]) -> float:
    """The chance that a benign text is blocked, by the normal distribution."""
    (low, high), (_, last) = stages
    return 1 - PHI(high) + max(PHI(high) - PHI(low), 0) * (1 - PHI(last))


def test_the_promise_holds_as_often_as_it_says() -> None:
    """Of 20 fits at 95 %, more than 4 that break it would come about once in 300 times."""
    fits = [fit(drawn(400, seed), COSTS, rate=0.05) for seed in range(20)]
    kept = [one for one in fits if one.kept]
    assert len(kept) >= 15
    assert sum(blocked_for_true(one.stages) > 0.05 for one in kept) <= 4


@pytest.fixture(scope="module")
def fitted() -> Fit:
    return fit(drawn(1200, 7), COSTS, rate=0.03)


def test_the_promise_rests_on_the_half_that_had_no_say(fitted: Fit) -> None:
    assert fitted.rate == rate_at_most(fitted.held_out.blocked, fitted.held_out.benign)


def test_it_costs_less_than_asking_everybody_and_stops_nearly_as_much(fitted: Fit) -> None:
    assert fitted.kept
    everything = (Stage(-math.inf, math.inf), Stage(math.inf, fitted.stages[1].block_above))
    fresh = drawn(5000, 8)
    all_asked, ours = measured(everything, fresh, COSTS), measured(fitted.stages, fresh, COSTS)
    assert all_asked.cost == sum(COSTS)
    assert ours.cost < 0.75 * all_asked.cost
    assert ours.recall > all_asked.recall - 0.08


def test_what_it_says_to_expect_is_what_comes(fitted: Fit) -> None:
    fresh = measured(fitted.stages, drawn(20000, 9), COSTS)
    assert fitted.held_out.recall == pytest.approx(fresh.recall, abs=0.06)
    assert fitted.held_out.cost == pytest.approx(fresh.cost, rel=0.2)


def test_giving_up_more_costs_less() -> None:
    texts = drawn(600, 3)
    costs = [fit(texts, COSTS, rate=0.05, give_up=given).held_out.cost for given in (0.0, 0.3)]
    assert costs[1] < costs[0]


def test_a_last_stage_that_knows_nothing_is_hardly_asked() -> None:
    found = fit(drawn(800, 5, apart=(4.0, 0.0)), COSTS, rate=0.05)
    assert found.held_out.cost < 10
    assert found.held_out.recall > 0.9


def test_what_other_layers_block_counts_in_the_promise() -> None:
    texts = [text._replace(blocked=i % 9 == 0) for i, text in enumerate(drawn(600, 6))]
    found = fit(texts, COSTS, rate=0.05)
    assert not found.kept
    assert found.rate > 0.08
    assert found.held_out.blocked >= 20


def test_too_few_texts_promise_little() -> None:
    found = fit(drawn(60, 1), COSTS, rate=0.01)
    assert not found.kept
    assert found.rate > 0.05


def test_a_yes_or_no_stage_is_one_too() -> None:
    texts = [text._replace(scores=(text.scores[0], float(not text.benign))) for text in drawn(600, 2)]
    found = fit(texts, COSTS, rate=0.05)
    assert found.stages[1].block_above == 0
    assert found.held_out.recall > 0.95


def test_figures_are_counted_as_the_cascade_goes() -> None:
    stages = (Stage(0.3, 0.8), Stage(math.inf, 0.5))
    texts = [
        Scored("a", benign=True, scores=(0.2, 0.9)),
        Scored("b", benign=True, scores=(0.3, 0.9)),
        Scored("c", benign=True, scores=(0.9, 0.0)),
        Scored("d", benign=True, scores=(0.0, 0.0), blocked=True),
        Scored("e", benign=False, scores=(0.8, 0.5)),
        Scored("f", benign=False, scores=(0.8, 0.6)),
    ]
    assert measured(stages, texts, COSTS) == (3, 4, 1, 2, (1 + 101 + 1 + 0) / 4)


def test_one_side_alone_is_an_error() -> None:
    with pytest.raises(ValueError, match="3 texts are too few"):
        fit([text for text in drawn(9, 1) if text.benign][:3], COSTS, rate=0.05)
