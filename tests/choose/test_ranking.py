"""Scores by the policy's weights, and how often a draw makes each system the best."""

import pytest

from meant.choose.draws import drawn_anew
from meant.choose.ranking import ranked, shares_of
from meant.choose.sheets import Sheets
from meant.stats.intervals import rate
from tests.choose.planted import right, sheet, sheets


def found(made: Sheets) -> list[tuple[str, float | None, float | None]]:
    return [(one.system, one.score, one.best) for one in ranked(made, drawn_anew(made, draws=200, seed=1))]


def test_by_hand_and_the_best_first() -> None:
    made = sheets(
        sheet("helpful", right(40, 10), right(40, 38), weight=3.0),
        sheet("honest", right(40, 20), right(40, 10), first=40),
    )
    (first, score, best), (second, other, never) = found(made)
    assert (first, second) == ("b", "a")
    assert [score, other] == pytest.approx([(3 * 38 + 10) / 160, (3 * 10 + 20) / 160])
    assert (best, never) == (1.0, 0.0)


def test_a_tie_is_shared_out() -> None:
    same = right(40, 20)
    assert [best for _, _, best in found(sheets(sheet("helpful", same, same)))] == [0.5, 0.5]


def test_who_is_not_measured_has_no_score_and_stands_last() -> None:
    made = sheets(sheet("helpful", [None] * 20, right(20, 0)))
    assert found(made) == [("b", 0.0, 1.0), ("a", None, None)]


def test_the_interval_of_one_dimension_is_that_of_its_rate() -> None:
    made = sheets(sheet("helpful", right(40, 30), right(40, 10), size=2))
    first = ranked(made, drawn_anew(made, draws=200, seed=1))[0]
    assert first.interval == pytest.approx(rate([1.0] * 30 + [0.0] * 10, made.sheets[0].families).interval)


def test_without_any_weight_there_is_no_score() -> None:
    with pytest.raises(ValueError, match="no dimension has a weight above 0"):
        shares_of(sheets(sheet("helpful", right(4, 2), weight=0.0)))
