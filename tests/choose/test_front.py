"""The front, by its definition, and how sure it is."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.choose.draws import drawn_anew
from meant.choose.front import front, places
from tests.choose.planted import amounts, right, sheet, sheets

POINTS = st.lists(st.tuples(*[st.integers(0, 3).map(float)] * 3), min_size=1, max_size=7)


@given(POINTS)
def test_who_is_off_the_front_is_beaten_by_somebody_on_it(points: Sequence[tuple[float, ...]]) -> None:
    on = front(points)
    assert any(on)
    for point, its in zip(points, on, strict=True):
        better = [
            other
            for other, theirs in zip(points, on, strict=True)
            if theirs and all(a >= b for a, b in zip(other, point, strict=True)) and other != point
        ]
        assert bool(better) != its


def test_equal_points_do_not_push_each_other_off() -> None:
    assert front([(1.0, 2.0), (1.0, 2.0), (1.0, 1.0)]) == [True, True, False]


def test_a_clear_loser_is_off_in_every_draw_and_the_two_that_trade_are_on() -> None:
    made = sheets(
        sheet("helpful", right(40, 36), right(40, 16), right(40, 8)),
        sheet("harmless", right(40, 12), right(40, 38), right(40, 4), first=40),
    )
    found = places(made, drawn_anew(made, draws=200, seed=1))
    assert [(one.on, one.probability) for one in found] == [(True, 1.0), (True, 1.0), (False, 0.0)]


def test_fewer_seconds_are_better() -> None:
    made = sheets(sheet("helpful", right(30, 20), right(30, 20)), amounts("latency", [1.0] * 30, [2.0] * 30))
    assert [one.on for one in places(made, drawn_anew(made, draws=200, seed=1))] == [True, False]


def test_who_is_not_measured_on_an_axis_is_neither_on_nor_off_and_pushes_nobody_off() -> None:
    made = sheets(
        sheet("helpful", right(30, 10), right(30, 30)), sheet("harmless", right(30, 10), [None] * 30, weight=1.0)
    )
    first, second = places(made, drawn_anew(made, draws=200, seed=1))
    assert (first.on, first.probability) == (True, 1.0)
    assert (second.on, second.probability, second.unmeasured) == (None, None, ("harmless",))


def test_whose_place_it_is_does_not_depend_on_who_is_not_measured_before_it() -> None:
    made = sheets(sheet("helpful", [None] * 30, right(30, 30), right(30, 10)))
    first, second, third = places(made, drawn_anew(made, draws=200, seed=1))
    assert [one.on for one in (first, second, third)] == [None, True, False]
    assert (second.probability, third.probability) == (1.0, 0.0)


def test_a_close_call_is_told_as_one() -> None:
    """One case of 40 more on one axis, level on the other: about as often a tie as a lead."""
    made = sheets(sheet("helpful", right(40, 31), right(40, 30)), sheet("harmless", right(40, 30), right(40, 30)))
    assert places(made, drawn_anew(made, draws=400, seed=1))[1].probability == pytest.approx((39 / 40) ** 40, abs=0.06)
