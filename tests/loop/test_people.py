"""What corrects a run's figures is what its judges are said to be calibrated by."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from meant.core.calibration import CalibrationCard, Tally
from meant.core.policy import Policy
from meant.core.record import JudgeRecord
from meant.loop.people import people_of
from meant.measure.cell import Cell
from meant.measure.standing import with_cards
from meant.store.sqlite import Store
from tests.conftest import NOON

Make = Callable[..., Any]


def card(policy: str, *, items: int, days: int) -> CalibrationCard:
    said = tuple(
        Tally(verdict=verdict, passed=items // 2 * (verdict == "pass"), failed=items // 2 * (verdict == "fail"))
        for verdict in ("pass", "fail")
    )
    at = NOON + timedelta(days=days)
    return CalibrationCard(
        judge="fake/1", policy=policy, at=at, source="x", raters=("ann",), items=items, tallies=said, findings=()
    )


def test_a_card_of_few_labels_does_not_take_the_place_of_one_of_many(
    store: Store, policy: Policy, make_case: Make, make_transcript: Make, make_verdict: Make
) -> None:
    said = make_transcript(make_case())
    cell = Cell(make_case(), said, make_verdict(said, judge="fake/1"))
    many, few, foreign = (
        card(policy.id, items=40, days=0),
        card(policy.id, items=2, days=1),
        card("q", items=40, days=2),
    )
    for one in (many, few, foreign):
        store.add_calibration(one)
    assert people_of([cell], policy, store).cards == {"fake/1": many}
    (record,) = with_cards([JudgeRecord(name="fake/1")], store.calibrations(["fake/1"]), policy.id)
    assert record.card == many.short
