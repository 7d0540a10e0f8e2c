"""A judge corrected by labels: against arithmetic, against ppi-python, and against a known truth."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate

from meant.stats.binomial import jeffreys, mid_p
from meant.stats.correction import Stratum, corrected_rate, strata
from meant.stats.intervals import binomial, wilson
from meant.stats.labels import labels_to_halve, next_labels
from meant.stats.ppi import ppi_mean

parts = st.lists(
    st.integers(1, 60).flatmap(
        lambda n: st.integers(1, n).flatmap(lambda m: st.integers(0, m).map(lambda k: Stratum(n, m, k)))
    ),
    min_size=1,
    max_size=3,
)


def width(of: tuple[float, float]) -> float:
    return of[1] - of[0]


def test_strata_are_counted_by_verdict() -> None:
    found = strata([True, True, False, None, None], [True, None, False, True, None])
    assert found == [Stratum(2, 1, 1), Stratum(1, 1, 0), Stratum(2, 1, 1)]


def test_the_estimate_by_hand() -> None:
    """30 of 300 called harmful, 4 of 5 labels agree; 270 not, 2 of 45 labels disagree."""
    found = corrected_rate([Stratum(30, 5, 4), Stratum(270, 45, 2)], drawn="anywhere")
    assert found.value == pytest.approx((30 * 4 / 5 + 270 * 2 / 45) / 300)
    assert found.n == 50


def test_the_interval_by_hand() -> None:
    """Effective 5 * 29 / 25 and 45 * 269 / 225 labels; limits of each weighed by items and added as squares."""
    few, many = 5 * 29 / 25, 45 * 269 / 225
    first, second = mid_p(4 / 5 * few, few), jeffreys(0, many)
    found = corrected_rate([Stratum(30, 5, 4), Stratum(270, 45, 0)], drawn="anywhere")
    assert found.value == pytest.approx(0.08)
    assert found.interval.low == pytest.approx(0.08 - 0.1 * (0.8 - first.low))
    reach = math.hypot(0.1 * (first.high - 0.8), 0.9 * second.high)
    assert found.interval.high == pytest.approx(0.08 + reach)
    behind = corrected_rate([Stratum(30, 5, 4), Stratum(270, 45, 0)], drawn="anywhere", cases=100)
    assert behind.interval.high == pytest.approx(0.08 + math.hypot(reach, binomial(8, 100).high - 0.08))
    assert behind.interval.low == pytest.approx(0.08 - math.hypot(0.1 * (0.8 - first.low), 0.08 - binomial(8, 100).low))


@given(parts)
def test_the_interval_holds_the_estimate_and_what_is_known(found: list[Stratum]) -> None:
    rate = corrected_rate(found, drawn="anywhere")
    items = sum(s.items for s in found)
    assert rate.value is not None
    assert sum(s.positive for s in found) / items <= rate.interval.low + 1e-9
    assert rate.interval.low - 1e-9 <= rate.value <= rate.interval.high + 1e-9
    assert rate.interval.high <= 1 - sum(s.labelled - s.positive for s in found) / items + 1e-9
    mirrored = [Stratum(s.items, s.labelled, s.labelled - s.positive) for s in found]
    back = corrected_rate(mirrored, drawn="anywhere").interval
    assert back == pytest.approx((1 - rate.interval.high, 1 - rate.interval.low), abs=1e-9)


@given(parts)
def test_the_cases_behind_the_items_are_less_sure_than_the_items(found: list[Stratum]) -> None:
    items = sum(s.items for s in found)
    these = corrected_rate(found, drawn="anywhere").interval
    behind = corrected_rate(found, drawn="anywhere", cases=items).interval
    fewer = corrected_rate(found, drawn="anywhere", cases=items / 3).interval
    assert fewer.low <= behind.low + 1e-9 <= these.low + 2e-9
    assert these.high <= behind.high + 1e-9 <= fewer.high + 2e-9


def test_all_labelled_is_the_truth_on_these_items() -> None:
    found = corrected_rate([Stratum(10, 10, 3), Stratum(5, 5, 5)], drawn="by stratum")
    assert found.value == pytest.approx(8 / 15)
    assert found.interval == pytest.approx((8 / 15, 8 / 15))


def test_a_kind_without_a_label() -> None:
    lone = [Stratum(40, 0, 0), Stratum(260, 50, 5)]
    assert corrected_rate(lone, drawn="anywhere") == corrected_rate([Stratum(300, 50, 5)], drawn="anywhere")
    with pytest.raises(ValueError, match="at least one item of each kind"):
        corrected_rate(lone, drawn="by stratum")


def test_without_a_label_nothing_is_known() -> None:
    assert corrected_rate([Stratum(40, 0, 0)], drawn="anywhere") == (None, (0, 1), 0)
    assert corrected_rate([], drawn="anywhere").interval == (0, 1)
    with pytest.raises(ValueError, match="positive <= labelled <= items"):
        corrected_rate([Stratum(3, 2, 5)], drawn="anywhere")


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5])
def test_it_holds_the_truth_where_the_normal_interval_fails(rate: float) -> None:
    """300 items, 50 labels, a judge of 0.7 and 0.95; 300 draws of a seed, so below 91 % is more than chance."""
    rng, held, normal, widths = random.Random(2), 0, 0, np.zeros(2)
    for _ in range(300):
        people = [rng.random() < rate for _ in range(300)]
        judge = [rng.random() < (0.7 if y else 0.05) for y in people]
        known = [y if i < 50 else None for i, y in enumerate(people)]
        found, truth = corrected_rate(strata(judge, known), drawn="anywhere").interval, sum(people) / 300
        held += found.low - 1e-9 <= truth <= found.high + 1e-9
        low, high = ppi_mean(people[:50], judge[:50], judge[50:]).interval
        normal += low <= truth <= high
        alone = wilson(sum(people[:50]) / 50 * 59.8, 59.8)  # 50 of 300: 50 (300 - 1) / (300 - 50)
        widths += width(found), width(alone)
    assert held / 300 >= 0.91
    assert widths[0] < widths[1]
    if rate == 0.01:
        assert normal / 300 < 0.7


numbers = st.lists(st.floats(-10, 10), min_size=3, max_size=30)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=40), numbers)
def test_ppi_is_ppi_python(pairs: list[tuple[float, float]], others: list[float]) -> None:
    labels, predictions = [y for y, _ in pairs], [p for _, p in pairs]
    if np.var([*predictions, *others]) < 1e-6:
        return
    found = ppi_mean(labels, predictions, others, level=0.9)
    arrays = np.array(labels), np.array(predictions), np.array(others)
    low, high = ppi_mean_ci(*arrays, alpha=0.1)
    assert found.value == pytest.approx(float(np.squeeze(ppi_mean_pointestimate(*arrays))), abs=1e-9)
    assert found.interval == pytest.approx((float(np.squeeze(low)), float(np.squeeze(high))), abs=1e-9)
    fixed = ppi_mean(labels, predictions, others, weight=1.0)
    assert fixed.value == pytest.approx(float(np.squeeze(ppi_mean_pointestimate(*arrays, lam=1))), abs=1e-9)


def test_ppi_without_a_verdict() -> None:
    """A missing prediction is the mean of those there are; without any, the labels stand alone."""
    found = ppi_mean([1, 0, 1, 1], [1, None, 1, 0], [1, 0, None, 0])
    assert found == ppi_mean([1, 0, 1, 1], [1, 0.5, 1, 0], [1, 0, 0.5, 0])
    alone = ppi_mean([1, 0, 1, 1], [None] * 4, [None] * 9)
    assert (alone.value, alone.weight) == (0.75, 0)
    with pytest.raises(ValueError, match="1 labels"):
        ppi_mean([1], [1], [1, 0])


def test_labels_go_where_they_tell_most() -> None:
    """Neyman: in proportion to items times standard deviation, here 20,000 * 0.5 to 10,000 * 0.3."""
    more = next_labels([Stratum(20_000, 2, 1), Stratum(10_000, 999, 99.5)], 6000)
    assert (2 + more[0]) / (999 + more[1]) == pytest.approx(20_000 * 0.5 / (10_000 * 0.3), rel=0.02)


@given(parts, st.integers(0, 80))
def test_no_more_labels_than_items(found: list[Stratum], count: int) -> None:
    more = next_labels(found, count)
    left = [s.items - s.labelled for s in found]
    assert all(0 <= m <= most for m, most in zip(more, left, strict=True))
    assert sum(more) == min(count, sum(left))


@given(parts)
def test_so_many_labels_halve_the_interval(found: list[Stratum]) -> None:
    more = labels_to_halve(found)
    now = width(corrected_rate(found, drawn="by stratum").interval)

    def after(count: int) -> float:
        grown = [
            Stratum(s.items, s.labelled + g, s.positive + g * s.positive / s.labelled)
            for s, g in zip(found, next_labels(found, count), strict=True)
        ]
        return width(corrected_rate(grown, drawn="by stratum").interval)

    assert after(more) <= now / 2 + 1e-9
    assert more <= sum(s.items - s.labelled for s in found)
