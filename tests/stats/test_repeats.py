"""Repeats, against all draws of k answers there are."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.stats.intervals import rate
from meant.stats.repeats import pass_at_k, pass_hat_k


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_over_all_draws_of_k_answers(found: tuple[int, int, int]) -> None:
    n, right, k = found
    draws = list(combinations([True] * right + [False] * (n - right), k))
    assert pass_at_k(n, right, k=k) == pytest.approx(sum(map(any, draws)) / len(draws))
    assert pass_hat_k(n, right, k=k) == pytest.approx(sum(map(all, draws)) / len(draws))


def test_known_answers() -> None:
    """Chen et al. 2021: 1 - C(n - c, k) / C(n, k)."""
    assert pass_at_k(200, 20, k=1) == pytest.approx(0.1)
    assert pass_at_k(10, 3, k=8) == 1
    assert pass_hat_k(10, 3, k=4) == 0


def test_more_tries_help_and_more_demands_hurt() -> None:
    at, hat = ([f(8, 5, k=k) for k in range(1, 9)] for f in (pass_at_k, pass_hat_k))
    assert at == sorted(at)
    assert hat == sorted(hat, reverse=True)


def test_repeats_that_were_not_made_are_not_guessed() -> None:
    with pytest.raises(ValueError, match="right=1, n=3, k=4"):
        pass_at_k(3, 1, k=4)
    with pytest.raises(ValueError, match="right=4"):
        pass_hat_k(3, 4, k=1)


def test_repeats_do_not_pass_for_cases() -> None:
    """Ten cases answered twenty times: the interval is one of ten cases."""
    shares = [pass_hat_k(20, right, k=2) for right in (20, 20, 20, 20, 20, 0, 0, 0, 0, 0)]
    found = rate(shares, [str(i) for i in range(10)])
    assert found.n == 10
    assert found.interval == pytest.approx(rate([True] * 5 + [False] * 5, [str(i) for i in range(10)]).interval)
