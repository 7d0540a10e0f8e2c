"""Slices: the share right of each value of each label, and the widest gap between two systems."""

from collections.abc import Callable
from typing import Any

import pytest

from meant.core.verdict import Verdict
from meant.measure.cell import Cell
from meant.measure.slices import METRIC, sliced, slices, widest

Make = Callable[..., Any]


@pytest.fixture
def did(make_case: Make, make_transcript: Make) -> Callable[..., list[Cell]]:
    """Cells by what became of them, as in "+-?", all in one slice unless said."""

    def make(outcomes: str, *, system: str = "fake", **fields: Any) -> list[Cell]:
        words = {"+": "pass", "-": "fail", "?": "unsure"}
        return [_cell(make_case(f"c{i}", **{"slices": {"topic": "rivers"}} | fields), words[o], system)
                for i, o in enumerate(outcomes)]  # fmt: skip

    def _cell(case: Any, outcome: str, system: str) -> Cell:
        said = make_transcript(case, f"{case.name} {outcome}", system=system)
        verdict = Verdict.model_validate(
            {"transcript": said.id, "principle": case.principle, "judge": "j/1", "outcome": outcome}
        )
        return Cell(case, said, verdict)

    return make


def test_a_slice_counts_what_carries_its_label(did: Callable[..., list[Cell]]) -> None:
    cells = [*did("++-?"), *did("-", slices={"topic": "hills", "side": "do"}), *did("+", slices={})]
    found = {tuple(f.slice.items()): f for f in slices(cells)}
    assert set(found) == {(("topic", "rivers"),), (("topic", "hills"),), (("side", "do"),)}
    rivers = found[("topic", "rivers"),]
    assert (rivers.metric, rivers.n, rivers.unscored) == (METRIC, 3, 1)
    assert rivers.value == pytest.approx(2 / 3)
    assert rivers.evidence == (cells[2].transcript.id,)
    assert found[("side", "do"),].value == 0


def test_a_slice_without_a_verdict_is_not_measured(did: Callable[..., list[Cell]]) -> None:
    (found,) = slices(did("??"))
    assert (found.value, found.n, found.unscored) == (None, 0, 2)


def test_shifted_cases_count_in_no_slice(did: Callable[..., list[Cell]]) -> None:
    cells = [*did("+"), *did("---", shift="paraphrase")]
    assert {label: {v: len(mine) for v, mine in values.items()} for label, values in sliced(cells).items()} == {
        "topic": {"rivers": 1}
    }


def test_the_widest_gap_is_between_the_two_furthest_apart_and_points_upwards(did: Callable[..., list[Cell]]) -> None:
    systems = [did("+++-", system="a"), did("++++", system="b"), did("+---", system="c")]
    gap = widest(systems)
    assert gap is not None
    assert (gap.behind, gap.ahead) == (2, 1)
    assert gap.change.difference == pytest.approx(3 / 4)
    assert gap.change.interval is not None
    assert gap.change.interval.low < 3 / 4 < gap.change.interval.high
    assert widest(systems[:1]) is None


def test_a_gap_is_measured_on_cases_with_a_verdict_on_both(did: Callable[..., list[Cell]]) -> None:
    gap = widest([did("+?--", system="a"), did("+-?-", system="b")])
    assert gap is not None
    assert (gap.change.n, gap.change.left_out, gap.change.difference) == (2, 2, 0)
    assert widest([did("??", system="a"), did("++", system="b")]) is None
