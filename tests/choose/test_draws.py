"""The paired bootstrap: what belongs together stays together."""

from statistics import fmean, pstdev

import pytest

from meant.choose.draws import drawn_anew
from tests.choose.planted import right, sheet, sheets


def test_means_as_seen_by_hand() -> None:
    made = sheets(sheet("helpful", [1, 0, 0.5, None], [0, 0, 1, 1]), sheet("honest", [None] * 4, [1, 0, 0, 0]))
    seen = drawn_anew(made, draws=200, seed=0).seen
    assert seen == ((None, 0.5), (None, 0.25))


def test_a_system_that_always_does_the_same_as_another_ties_in_every_draw() -> None:
    made = sheets(sheet("helpful", right(30, 11), right(30, 11), right(30, 11, last=True)))
    drawn = drawn_anew(made, draws=200, seed=5).drawn
    assert all(axis[0] == axis[1] for (axis,) in drawn)
    assert any(axis[0] != axis[2] for (axis,) in drawn)


def test_axes_that_share_families_move_together() -> None:
    """The same families right on both: a draw that holds more of them is higher on both."""
    made = sheets(sheet("helpful", right(30, 15)), sheet("harmless", right(30, 15)))
    assert all(one == other for (one,), (other,) in drawn_anew(made, draws=200, seed=5).drawn)


def test_families_are_drawn_and_not_cases() -> None:
    """Two families, one all right: a mean is 0, one half or 1, and nothing between."""
    made = sheets(sheet("helpful", right(20, 10), size=10))
    assert {axis[0] for (axis,) in drawn_anew(made, draws=200, seed=5).drawn} == {0.0, 0.5, 1.0}


def test_a_draw_without_a_case_of_an_axis_keeps_what_was_seen_there() -> None:
    made = sheets(sheet("helpful", right(20, 10)), sheet("honest", [1.0], first=100))
    assert {honest[0] for _, honest in drawn_anew(made, draws=200, seed=5).drawn} == {1.0}


def test_the_seed_decides() -> None:
    made = sheets(sheet("helpful", right(20, 10)))
    first, again, other = (drawn_anew(made, draws=200, seed=seed).drawn for seed in (1, 1, 2))
    assert first == again != other


def test_draws_spread_as_the_mean_of_as_many_cases_does() -> None:
    """Half of 100 right: a standard error of 0.05; a family that is drawn twice counts twice."""
    made = sheets(sheet("helpful", right(100, 50)))
    drawn = [axis[0] or 0.0 for (axis,) in drawn_anew(made, draws=1000, seed=5).drawn]
    assert fmean(drawn) == pytest.approx(0.5, abs=0.01)
    assert pstdev(drawn) == pytest.approx(0.05, rel=0.1)
