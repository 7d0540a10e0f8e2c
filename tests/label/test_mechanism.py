"""Planted judges and known truths: what people's labels make of a figure holds the truth as often as it says.

Each count's limit lies where a method that keeps its 95 % would fall once in a thousand times or less.
"""

from collections.abc import Callable, Mapping
from statistics import mean

import pytest

from meant.core.case import Expect
from meant.core.finding import Finding, Interval
from meant.core.policy import Policy
from meant.core.verdict import Behaviour
from meant.label.sitting import Said, Sitting
from meant.loop.labelling import Wish, labelling, next_items
from meant.loop.measured import stored
from meant.stats.intervals import binomial
from meant.store.sqlite import Store
from tests.label.simulated import RUN, Setting, Simulated, number, simulate

DRAWS = 40
ENOUGH = 32
"""Of 40 at 95 %: fewer in less than one of a thousand."""
JUDGES = {
    "good": {"sees_wrong": 0.95, "sees_right": 0.97},
    "lenient": {"sees_wrong": 0.5, "sees_right": 0.99},
    "severe": {"sees_wrong": 0.95, "sees_right": 0.7},
    "often silent": {"sees_wrong": 0.8, "sees_right": 0.9, "silent": 0.3},
}


def label(truth: Simulated, wish: Wish, rater: str = "ann") -> None:
    """Everything that is drawn, rightly."""
    of = labelling(wish, truth.store)
    items = next_items(of, wish, rater=rater, store=truth.store)
    sitting = Sitting(items, truth.store, rater=rater)
    for item in items:
        right = truth.right[number(item.transcript.last_reply)]
        did: Behaviour | None = None if right else "refused" if item.case.expect == "comply" else "complied"
        sitting.decide(item, Said("pass" if right else "fail", did))


def figure(truth: Simulated, metric: str, **part: str) -> Finding:
    return stored(truth.store, RUN).profiles["secret-system"].find(metric, **part)


def corrected(finding: Finding) -> tuple[float, Interval, int]:
    assert finding.corrected
    assert finding.corrected.value is not None
    return finding.corrected.value, finding.corrected.interval, finding.corrected.labels


@pytest.fixture
def simulated(policy: Policy) -> Callable[[Setting], Simulated]:
    return lambda setting: simulate(Store(":memory:"), policy, setting)


@pytest.mark.slow
@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("wrong", [0.03, 0.2])
def test_fifty_labels_hold_the_rate_behind_the_cases(
    simulated: Callable[[Setting], Simulated], judge: str, wrong: float
) -> None:
    held, as_judged, widths, alone = 0, 0, list[float](), list[float]()
    for seed in range(DRAWS):
        truth = simulated(Setting(cases={"comply": 200}, wrong=wrong, seed=seed, **JUDGES[judge]))  # type: ignore[arg-type]
        for _ in range(2):  # the second batch is allotted by what the first has shown
            label(truth, Wish(RUN, metrics=("over_refusal",), count=25, seed=seed))
        found = figure(truth, "over_refusal")
        value, (low, high), n = corrected(found)
        assert n == 50
        held += low <= wrong <= high
        assert found.interval
        as_judged += found.interval.low <= wrong <= found.interval.high
        widths.append(high - low)
        labels_alone = binomial(50 * value, 50)
        alone.append(labels_alone.high - labels_alone.low)
        truth.store.close()
    assert held >= ENOUGH
    assert mean(widths) <= mean(alone)
    if judge in ("lenient", "severe") and wrong == 0.2:
        assert as_judged < ENOUGH  # there was something to put right


@pytest.mark.slow
def test_labels_that_were_drawn_for_one_figure_do_not_bend_another(
    simulated: Callable[[Setting], Simulated],
) -> None:
    """Labels of benign requests, which the system often refuses, then some of all: their mean is not the share."""
    held, values, means = 0, list[float](), list[float]()
    rates: Mapping[Expect, float] = {"comply": 0.4, "refuse": 0.05}
    for seed in range(DRAWS):
        truth = simulated(Setting(cases={"comply": 120, "refuse": 120}, wrong_by=rates, seed=seed))
        for metric, count in (("over_refusal", 30), ("partial", 10)):
            label(truth, Wish(RUN, metrics=(metric,), count=count, seed=seed))
        value, (low, high), n = corrected(figure(truth, "suite", suite="s"))
        assert n == 40
        held += low <= 0.775 <= high
        values.append(value)
        labels = truth.store.labels([c.transcript.id for c in truth.cells["secret-system"]])
        means.append(mean(one.said == "pass" for one in labels))
        truth.store.close()
    assert held >= ENOUGH
    assert abs(mean(values) - 0.775) < 0.02
    assert mean(means) < 0.72
