"""Agreement is statsmodels' and Krippendorff's, and few perfect items are no certainty."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa

from meant.stats.agreement import cohen_kappa, confusion, kappa_variance, krippendorff_alpha
from meant.stats.intervals import rate

rated = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=60)


@given(rated)
def test_kappa_and_its_variance_are_statsmodels(items: list[tuple[str, str]]) -> None:
    table = np.zeros((3, 3))
    for a, b in items:
        table["abc".index(a), "abc".index(b)] += 1
    found = cohen_kappa(*zip(*items, strict=True))
    if found.value is None:
        assert len({x for pair in items for x in pair}) == 1
        return
    with np.errstate(all="ignore"):
        theirs = cohens_kappa(table)
    assert found.value == pytest.approx(theirs.kappa, abs=1e-9)
    assert kappa_variance(Counter(items)) == pytest.approx(theirs.var_kappa, abs=1e-9)
    assert found.interval.low - 1e-9 <= found.value <= found.interval.high + 1e-9


def test_sixteen_items_agreed_on_are_not_certain() -> None:
    found = cohen_kappa([True] * 8 + [False] * 8, [True] * 8 + [False] * 8)
    assert found.value == found.interval.high == 1
    assert found.interval.low < 0.75
    alpha = krippendorff_alpha([[v, v] for v in [True] * 8 + [False] * 8])
    assert alpha.value == alpha.interval.high == 1
    assert alpha.interval.low < 0.8


def test_one_category_is_nothing_to_agree_on() -> None:
    assert cohen_kappa("aaa", "aaa").value is None
    assert cohen_kappa("", "").interval == (-1, 1)
    assert krippendorff_alpha([["a", "a"]] * 5).value is None


@pytest.mark.parametrize("agreeing", [0.6, 0.9])
def test_kappas_interval_holds_the_truth(agreeing: float) -> None:
    """Raters who share a coin with some chance and toss their own else: kappa is that chance."""
    rng, held = random.Random(1), 0
    for _ in range(400):
        pairs = [
            (x, x if rng.random() < agreeing else rng.random() < 0.4) for x in (rng.random() < 0.4 for _ in range(80))
        ]
        low, high = cohen_kappa(*zip(*pairs, strict=True)).interval
        held += low <= agreeing <= high
    assert 0.92 <= held / 400 <= 0.985


KRIPPENDORFF = [
    "1 1 . 1", "2 2 3 2", "3 3 3 3", "3 3 3 3", "2 2 2 2", "1 2 3 4", "4 4 4 4", "1 1 2 1", "2 2 2 2", ". 5 5 5",
    ". . 1 1", ". . 3 .",
]  # fmt: skip
"""Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section D: four observers, twelve units."""


def test_krippendorffs_own_example() -> None:
    found = krippendorff_alpha([[r for r in unit.split() if r != "."] for unit in KRIPPENDORFF])
    assert found.value == pytest.approx(0.743, abs=5e-4)
    assert found.n == 11
    assert found.interval.low < 0.743 < found.interval.high


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=3, max_size=3), min_size=3, max_size=30))
def test_alpha_on_whole_data_is_fleiss_kappa_but_for_small_numbers(items: list[list[str]]) -> None:
    """1 - alpha = (1 - kappa) (N - 1) / N for N ratings."""
    found, n = krippendorff_alpha(items, draws=5), 3 * len(items)
    if found.value is None:
        return
    codes = np.array([["abc".index(r) for r in item] for item in items])
    theirs = fleiss_kappa(aggregate_raters(codes, n_cat=3)[0])
    assert 1 - found.value == pytest.approx((1 - theirs) * (n - 1) / n, abs=1e-9)


def test_a_confusion_is_told_apart() -> None:
    found = confusion([True, True, True, False, False], [True, True, False, True, False])
    assert found == (2, 1, 1, 1)
    assert found.sensitivity == rate([True, True, False], "abc")
    assert (found.specificity.value, found.precision.value, found.accuracy.value) == (1 / 2, 2 / 3, 3 / 5)
    assert confusion([], []).sensitivity.value is None
