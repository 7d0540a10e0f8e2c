"""The distributions are scipy's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from meant.stats.distributions import (
    beta_cdf,
    beta_density,
    beta_quantile,
    binomial_point,
    binomial_tail,
    t_cdf,
    t_quantile,
    two_sided_z,
)
from meant.stats.roots import climbing, crossing

shapes = st.floats(0.05, 2000)
shares = st.floats(1e-6, 1 - 1e-6)


@given(shares, shapes, shapes)
def test_beta(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), abs=1e-10)
    assert beta_density(x, a, b) == pytest.approx(stats.beta.pdf(x, a, b), rel=1e-8, abs=1e-10)


@given(st.floats(0.001, 0.999), st.floats(0.5, 2000), st.floats(0.5, 2000))
def test_beta_quantile(p: float, a: float, b: float) -> None:
    assert beta_quantile(p, a, b) == pytest.approx(stats.beta.ppf(p, a, b), abs=1e-9)


def test_the_ends_of_beta() -> None:
    assert (beta_cdf(0, 2, 3), beta_cdf(1, 2, 3), beta_quantile(0, 2, 3), beta_quantile(1, 2, 3)) == (0, 1, 0, 1)
    with pytest.raises(ValueError, match="above 0: a=0"):
        beta_cdf(0.5, 0, 1)
    with pytest.raises(ValueError, match="not 2"):
        beta_quantile(2, 1, 1)


@given(st.floats(-30, 30), st.floats(1, 3000))
def test_t(t: float, df: float) -> None:
    assert t_cdf(t, df) == pytest.approx(stats.t.cdf(t, df), abs=1e-9)


@given(st.floats(0.0005, 0.9995), st.floats(1, 3000))
def test_t_quantile(p: float, df: float) -> None:
    assert t_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-9, abs=1e-9)


def test_t_with_infinite_freedom_is_normal() -> None:
    assert t_cdf(1.3, math.inf) == pytest.approx(stats.norm.cdf(1.3), abs=1e-12)
    assert t_quantile(0.975, math.inf) == pytest.approx(two_sided_z(0.95)) == pytest.approx(1.959963985, abs=1e-9)
    with pytest.raises(ValueError, match="not 1"):
        two_sided_z(1)


@given(st.integers(0, 300), st.integers(0, 300), st.one_of(st.sampled_from([0.0, 1.0]), st.floats(1e-9, 1 - 1e-9)))
def test_binomial(k: int, more: int, p: float) -> None:
    n = k + more
    assert binomial_tail(k, n, p) == pytest.approx(stats.binom.sf(k - 1, n, p), abs=1e-10)
    assert binomial_point(k, n, p) == pytest.approx(stats.binom.pmf(k, n, p), abs=1e-10)


def test_more_than_there_are_never_happens() -> None:
    assert (binomial_tail(5, 4, 0.9), binomial_tail(-1, 4, 0.1)) == (0, 1)


@given(st.floats(-3, 3), st.floats(0.1, 4))
def test_a_crossing_is_found(root: float, bend: float) -> None:
    found = crossing(lambda x: math.atan(bend * (x - root)) + (x - root) ** 3, -5, 5)
    assert found == pytest.approx(root, abs=1e-9)


def test_a_jump_is_found_and_no_crossing_is_said() -> None:
    assert crossing(lambda x: -1.0 if x < 0.3 else 1.0, 0, 1) == pytest.approx(0.3, abs=1e-9)
    with pytest.raises(ValueError, match="no change of sign between 0"):
        crossing(lambda x: x + 1, 0, 1)


@given(shares, st.floats(0.01, 0.99))
def test_climbing_finds_the_zero_from_any_start(root: float, start: float) -> None:
    found = climbing(lambda x: x**3 - root**3, lambda x: 3 * x**2, start=start)
    assert found == pytest.approx(root, abs=1e-9)
