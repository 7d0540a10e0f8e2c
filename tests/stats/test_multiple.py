"""Adjusted p values are statsmodels'."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from meant.stats.multiple import benjamini_hochberg, holm

values = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@settings(max_examples=20)  # statsmodels takes 50 ms for each
@given(values)
def test_holm(found: list[float]) -> None:
    assert holm(found) == pytest.approx(multipletests(found, method="holm")[1].tolist(), abs=1e-9)


@given(values)
def test_benjamini_hochberg(found: list[float]) -> None:
    assert benjamini_hochberg(found) == pytest.approx(multipletests(found, method="fdr_bh")[1].tolist(), abs=1e-9)


def test_by_hand() -> None:
    assert holm([0.03, 0.01, 0.04]) == pytest.approx([0.06, 0.03, 0.06])
    assert benjamini_hochberg([0.03, 0.01, 0.04]) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([]) == benjamini_hochberg([]) == []


def test_what_is_no_p_value_is_refused() -> None:
    with pytest.raises(ValueError, match="within 0 and 1: 1.2"):
        holm([0.1, 1.2])
