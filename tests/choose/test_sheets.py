"""What is measured and what is not: no value is not zero."""

import pytest

from meant.choose.sheets import Axis
from meant.core.errors import ConfigError
from tests.choose.planted import right, sheet, sheets


def test_a_system_without_enough_values_is_not_measured_rather_than_bad() -> None:
    gaps = [None, None, *right(8, 4)]
    one = sheet("helpful", right(10, 5), gaps, [None, *gaps[:2], *right(7, 7)], [None] * 10)
    assert [one.measured(at) for at in range(4)] == [True, True, False, False]
    assert sheets(one).whole == (0, 1)
    assert sheets(one).unmeasured(2) == ("helpful",)


def test_what_is_compared_is_what_all_the_measured_share() -> None:
    one = sheet("helpful", [1, 0, 1, None, 1, 1], [1, 1, None, 1, 1, 1], [None] * 6)
    assert one.shared == (0, 1, 4, 5)


def test_two_systems_share_more_than_three_do() -> None:
    made = sheets(sheet("helpful", [1, 0, 1, 1, 1], [1, 1, 1, 1, 1], [None, 1, 1, 1, 1]))
    assert (made.sheets[0].shared, made.between([1, 0]).sheets[0].shared) == ((1, 2, 3, 4), (0, 1, 2, 3, 4))
    assert made.between([1, 0]).systems == ("b", "a")


def test_more_is_always_better_once_it_is_turned() -> None:
    share = Axis(name="over_refusal", unit="rate", better="lower")
    seconds = Axis(name="latency", unit="s", better="lower")
    assert (share.good(0.2), seconds.good(3.0)) == (0.8, -3.0)
    assert Axis(name="helpful", unit="rate", better="higher").good(0.2) == 0.2


def test_an_unknown_axis_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="no axis 'speed'; measured here: helpful"):
        sheets(sheet("helpful", right(4, 2))).only(["speed"])


def test_a_row_that_does_not_fit_the_cases_is_refused() -> None:
    with pytest.raises(ValueError, match="3 values for 4 cases"):
        sheet("helpful", right(4, 2), right(3, 2))
