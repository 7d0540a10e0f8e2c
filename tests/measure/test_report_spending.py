"""What the run took: sums of what providers told, and never a guess for what they did not."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from meant.core.profile import Profile
from meant.core.system import Timing, Usage
from meant.core.verdict import Verdict
from meant.measure.cell import Cell
from meant.measure.report.formats import total
from meant.measure.report.spending import spending, summed

Make = Callable[..., Any]


class Cells(HTMLParser):
    """The rows of a table as texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows:
            self.rows[-1][-1] += data.replace("\N{NO-BREAK SPACE}", " ") + " "


@pytest.fixture
def told(make_case: Make, make_transcript: Make) -> Callable[..., Cell]:
    def make(name: str, *, judging: Usage | None = None, **fields: Any) -> Cell:
        case = make_case(name)
        said = make_transcript(case, None if fields.get("error") else "Sure.", **fields)
        outcome = "error" if fields.get("error") else "pass"
        verdict = Verdict.model_validate(
            {"transcript": said.id, "principle": "p", "judge": "j/1", "outcome": outcome, "usage": judging}
        )
        return Cell(case, said, verdict)

    return make


def rows(cells: list[Cell]) -> list[list[str]]:
    profile = Profile(system="fake", fingerprint="f", policy="p", run="r", findings=())
    return [[cell.strip() for cell in row] for row in Cells(spending([profile], {"fake": cells})).rows]


def test_sums_are_over_the_replies_that_were_told_of(told: Callable[..., Cell]) -> None:
    usage = Usage(input_tokens=1000, output_tokens=20, cost_usd=0.002)
    cells = [
        told("a", usage=usage, timing=Timing(total_s=30)),
        told("b", usage=usage, timing=Timing(total_s=60)),
        told("c", usage=Usage(output_tokens=5)),
        told("d", error="timeout", usage=usage),
    ]
    assert rows(cells)[1] == [
        "fake", "3", "2,000 1,000 each, 2 of 3 replies", "45 15 each", "$0.004 $0.002 each, 2 of 3 replies",
        "1.5 min 45.0 s each, 2 of 3 replies",
    ]  # fmt: skip


def test_what_nobody_told_is_not_zero(told: Callable[..., Cell]) -> None:
    assert rows([told("a")])[1][2:] == ["not told"] * 4
    assert summed([None, None]) == (None, 0)
    assert summed([0, None]) == (0, 1)


def test_judging_stands_apart_where_a_judge_asked_a_system(told: Callable[..., Cell]) -> None:
    judged = Usage(input_tokens=300, output_tokens=10, cost_usd=0.01)
    assert len(rows([told("a")])) == 2
    judging = rows([told("a", judging=judged), told("b", judging=judged), told("c")])[2]
    assert judging[0] == "judging  fake"
    assert judging[1:5] == ["2", "600 300 each", "20 10 each", "$0.02 $0.01 each"]


@pytest.mark.parametrize(
    ("amount", "unit", "written"),
    [
        (1234567, "tokens", "1,234,567"), (59, "s", "59.0 s"), (90, "s", "1.5 min"), (5400, "s", "1.5 h"),
        (12.5, "usd", "$12.50"), (0.00214, "usd", "$0.0021"), (0, "usd", "$0.00"),
    ],
)  # fmt: skip
def test_sums_are_written_in_units_that_they_fill(amount: float, unit: Any, written: str) -> None:
    assert total(amount, unit).replace("\N{NO-BREAK SPACE}", " ") == written
