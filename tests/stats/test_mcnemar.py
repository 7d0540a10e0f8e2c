"""McNemar's exact test is scipy's sign test, and sees what an unpaired comparison does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from meant.stats.mcnemar import mcnemar_p
from meant.stats.unpaired import unpaired_p


@given(st.integers(0, 400), st.integers(0, 400))
def test_it_is_scipys(first: int, second: int) -> None:
    theirs = binomtest(first, first + second).pvalue if first + second else 1.0
    assert mcnemar_p(first, second) == pytest.approx(theirs, abs=1e-9)


def test_what_pairing_sees() -> None:
    """220 cases, 82.3 % against 75.5 %: as if they had not been the same, p = 0.080; as they were, p = 0.008."""
    both, first_only, second_only = 159, 22, 7
    assert unpaired_p((both + first_only, 220), (both + second_only, 220)) == pytest.approx(0.0799, abs=5e-5)
    assert mcnemar_p(first_only, second_only) == pytest.approx(0.0081, abs=5e-5)


def test_counts_below_0_are_refused() -> None:
    with pytest.raises(ValueError, match="negative: -1, 3"):
        mcnemar_p(-1, 3)
