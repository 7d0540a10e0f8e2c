"""Where the marks stand: lanes by percent of their width, the plane by its own coordinates."""

import re
from itertools import combinations
from typing import Any

import pytest

from meant.core.finding import Finding, Interval
from meant.measure.report.figures import SHARE, SIGNED, Sides
from meant.measure.report.lanes import MOST_SYSTEMS, dumbbell, key, lane
from meant.measure.report.plane import _placed as placed
from meant.measure.report.plane import _spot as spot
from meant.measure.report.plane import plane
from meant.measure.report.scatter import Spot


def finding(value: float | None, **fields: Any) -> Finding:
    ends = None if value is None else Interval(value - 0.1, value + 0.1)
    return Finding.model_validate({"metric": "m", "value": value, "interval": ends, "n": 9, "unscored": 0} | fields)


def bars(drawn: str, class_: str) -> list[tuple[float, float]]:
    """Both ends, in percent, of each line of the class."""
    lines = re.findall(r'<line x1="([\d.]+)%" x2="([\d.]+)%" [^>]*class="([^"]*)"', drawn)
    return [(float(low), float(high)) for low, high, classes in lines if class_ in classes.split()]


def marks(drawn: str) -> list[float]:
    return [float(x) for x in re.findall(r'<svg x="([\d.]+)%"', drawn)]


def test_a_lane_has_its_mark_at_the_value_and_its_line_at_the_interval() -> None:
    drawn = lane(finding(0.3), 1, SHARE)
    assert marks(drawn) == [30.0]
    assert bars(drawn, "interval") == [(20.0, 40.0)]
    assert bars(drawn, "grid") == [(0, 0), (25, 25), (50, 50), (75, 75), (100, 100)]
    assert 'class="mark s1"' in drawn


def test_a_difference_of_none_stands_in_the_middle() -> None:
    drawn = lane(finding(0.0), 0, SIGNED)
    assert marks(drawn) == [50.0]
    assert bars(drawn, "interval") == [(45.0, 55.0)]


def test_the_worst_case_is_drawn_where_cells_lack_a_verdict() -> None:
    worst = Interval(0.1, 0.6)
    assert bars(lane(finding(0.3, worst=worst, unscored=4), 0, SHARE), "worst") == [(10.0, 60.0)]
    assert bars(lane(finding(0.3, interval=worst, worst=worst), 0, SHARE), "worst") == []


@pytest.mark.parametrize("empty", [None, finding(None, unscored=3, worst=Interval(0, 1))])
def test_what_was_not_measured_has_no_mark_and_no_line(empty: Finding | None) -> None:
    drawn = lane(empty, 0, SHARE)
    assert (marks(drawn), bars(drawn, "interval"), bars(drawn, "worst")) == ([], [], [])


def test_a_dumbbell_has_benign_hollow_and_harmful_full() -> None:
    drawn = dumbbell(Sides(finding(0.8), finding(0.2), None), 0)
    assert marks(drawn) == [20.0, 80.0]
    assert drawn.index("hollow") < drawn.index('class="mark s0"')
    assert bars(drawn, "bond") == [(20.0, 80.0)]
    assert bars(drawn, "wrong") == []
    assert sorted(bars(drawn, "thin")) == [(10.0, 30.0), (70.0, 90.0)]


def test_a_dumbbell_the_wrong_way_round_is_dotted_and_half_a_one_has_no_bond() -> None:
    assert bars(dumbbell(Sides(finding(0.2), finding(0.8), None), 0), "wrong") == [(20.0, 80.0)]
    half = dumbbell(Sides(finding(0.2), finding(None), None), 0)
    assert (marks(half), bars(half, "bond")) == ([20.0], [])


def test_every_system_has_a_shape_of_its_own() -> None:
    shapes = [re.findall(r' d="([^"]+)"', key(i))[0] for i in range(MOST_SYSTEMS)]
    assert len(set(shapes)) == MOST_SYSTEMS


def on_plane(over: float, refused: float, *, name: str = "x") -> Spot:
    found = spot(0, name, Sides(finding(refused), finding(over), None))
    assert found is not None
    return found


def test_the_ideal_is_top_left() -> None:
    ideal, everything, nothing = on_plane(0, 1), on_plane(1, 1), on_plane(0, 0)
    assert ideal.y == everything.y < nothing.y
    assert ideal.x == nothing.x < everything.x
    half = on_plane(0.5, 0.5)
    assert (half.x, half.y) == ((ideal.x + everything.x) / 2, (ideal.y + nothing.y) / 2)


def test_the_ring_stands_on_the_ideal_and_the_cross_on_the_mark() -> None:
    drawn = plane([Sides(finding(0.7), finding(0.2), None)], ["x"])
    assert drawn is not None
    ideal, mark = on_plane(0, 1), on_plane(0.2, 0.7)
    assert f'<circle cx="{ideal.x:g}" cy="{ideal.y:g}" r="9" class="ideal">' in drawn
    assert f'<line x1="{on_plane(0.1, 0).x:g}" x2="{on_plane(0.3, 0).x:g}" y1="{mark.y:g}"' in drawn


def test_a_system_with_one_side_is_not_on_the_plane() -> None:
    one = Sides(finding(0.7), finding(None), None)
    assert plane([one, Sides(None, None, None)], ["a", "b"]) is None
    drawn = plane([one, Sides(finding(0.7), finding(0.2), None)], ["a", "b"])
    assert drawn is not None
    assert re.findall(r'data-system="(\d)"', drawn) == ["1"]


@pytest.mark.parametrize("step", [0.0, 0.02, 0.1])
def test_names_do_not_lie_on_each_other(step: float) -> None:
    spots = [on_plane(0.3 + step * i, 0.6, name=f"system number {i}") for i in range(4)]
    assert all(a.overlap(b) == 0 for a, b in combinations(placed(spots), 2))


def test_a_long_name_keeps_its_end_where_names_differ() -> None:
    names = ["local:smollm2-135m-instruct", "local:smollm2-135m-instruct+policy"]
    drawn = plane([Sides(finding(0.7), finding(0.2), None), Sides(finding(0.4), finding(0.3), None)], names)
    assert drawn is not None
    written = re.findall(r'class="name s\d">([^<]+)<', drawn)
    assert [name[-6:] for name in written] == [name[-6:] for name in names]
    assert all(len(name) <= 22 for name in written)
