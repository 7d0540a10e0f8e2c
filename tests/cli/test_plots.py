"""Plots of characters: places by arithmetic, nothing lost, nothing outside."""

from hypothesis import given
from hypothesis import strategies as st

from meant.cli.plots import Point, Span, dot, plane
from meant.core.finding import Interval

SHARE = st.floats(0, 1)
WHOLE = Span(0.0, 1.0)


def test_a_dot_by_hand() -> None:
    assert dot(0.5, Interval(0.25, 0.75), "A", on=WHOLE, width=9) == "··├─A─┤··"
    assert dot(None, None, "A", on=WHOLE, width=5) == "·····"
    assert dot(1.0, Interval(0.5, 1.0), "B", on=WHOLE, width=5) == "··├─B"
    assert dot(3.0, None, "B", on=Span(0.0, 2.0), width=5) == "····B"


@given(SHARE, SHARE, SHARE, st.integers(2, 60))
def test_the_letter_stands_between_the_ends(one: float, other: float, third: float, width: int) -> None:
    low, value, high = sorted((one, other, third))
    line = dot(value, Interval(low, high), "A", on=WHOLE, width=width)
    assert len(line) == width
    assert line.strip("·").startswith(("├", "A", "┤"))
    assert line.count("A") == 1


def test_a_plane_by_hand() -> None:
    rows = plane([Point("A", 0.0, 1.0), Point("B", 1.0, 0.0)], across=WHOLE, up=WHOLE, size=(3, 2))
    assert rows == ["A  ", "  B"]


def test_an_axis_that_runs_down_is_turned() -> None:
    rows = plane([Point("A", 0.0, 1.0)], across=Span(1.0, 0.0), up=WHOLE, size=(3, 2))
    assert rows == ["  A", "   "]


@given(st.lists(st.tuples(SHARE, SHARE), min_size=1, max_size=6))
def test_no_system_hides_another(places: list[tuple[float, float]]) -> None:
    points = [Point(letter, *place) for letter, place in zip("ABCDEF", places, strict=False)]
    rows = plane(points, across=WHOLE, up=WHOLE, size=(20, 8))
    assert sorted("".join(rows).replace(" ", "")) == [point.letter for point in points]
