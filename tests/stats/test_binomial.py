"""Intervals of one share: scipy's and statsmodels', and what each promises."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from meant.core.finding import Interval
from meant.stats.binomial import clopper_pearson, jeffreys, mid_p
from meant.stats.intervals import binomial

Method = Callable[[int, int], Interval]
METHODS: list[Method] = [binomial, clopper_pearson, jeffreys, mid_p]
counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.floats(0.5, 0.999))
def test_clopper_pearson_is_scipys(kn: tuple[int, int], level: float) -> None:
    theirs = stats.binomtest(*kn).proportion_ci(level, method="exact")
    assert clopper_pearson(*kn, level=level) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(counts)
def test_jeffreys_is_statsmodels_but_for_the_ends(kn: tuple[int, int]) -> None:
    k, n = kn
    low, high = proportion_confint(k, n, method="jeffreys")
    assert jeffreys(k, n) == pytest.approx((low if k else 0, high if k < n else 1), abs=1e-9)


@given(counts, st.floats(0.5, 0.999))
def test_mid_p_leaves_half_of_what_is_seen_in_each_tail(kn: tuple[int, int], level: float) -> None:
    k, n = kn
    low, high = mid_p(k, n, level=level)
    above, below = ([stats.binom.sf(k, n, p) + stats.binom.pmf(k, n, p) / 2 for p in (low, high)]) if n else (0, 0)
    assert above == pytest.approx((1 - level) / 2, abs=1e-8) if k else low == 0
    assert below == pytest.approx((1 + level) / 2, abs=1e-8) if k < n else high == 1


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.__name__)
@given(kn=counts)
def test_an_interval_holds_the_share_and_mirrors(method: Method, kn: tuple[int, int]) -> None:
    k, n = kn
    low, high = method(k, n)
    assert 0 <= low <= k / n <= high <= 1
    assert method(n - k, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.__name__)
@given(kn=counts)
def test_one_more_hit_moves_both_ends_up(method: Method, kn: tuple[int, int]) -> None:
    k, n = kn
    one, more = method(k, n + 1), method(k + 1, n + 1)
    assert one.low <= more.low
    assert one.high <= more.high


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.__name__)
def test_nonsense_is_refused(method: Callable[..., Interval]) -> None:
    with pytest.raises(ValueError, match="k=5, n=4"):
        method(5, 4)
    with pytest.raises(ValueError, match="level"):
        method(1, 4, level=0)


def test_nothing_seen_says_nothing() -> None:
    assert binomial(0, 0) == mid_p(0, 0) == (0, 1)


def lowest_coverage(method: Method, n: int) -> float:
    """Over rates from 0.01 to 0.5, by enumeration."""
    low, high = np.array([method(k, n) for k in range(n + 1)]).T[:, :, None]
    rates = np.linspace(0.01, 0.5, 491)
    chances = stats.binom.pmf(np.arange(n + 1)[:, None], n, rates)
    return float((chances * ((low <= rates) & (rates <= high))).sum(axis=0).min())


@pytest.mark.parametrize("n", [30, 100])
def test_what_each_promises(n: int) -> None:
    """ADR 0006: the default nearly covers its level at every rate; mid-P alone dips, and the exact interval never does."""
    assert lowest_coverage(binomial, n) >= 0.933
    assert lowest_coverage(mid_p, n) < 0.93
    assert lowest_coverage(clopper_pearson, n) >= 0.95
