"""Where judges stand: each with its own card, and the words for it."""

from datetime import timedelta

from meant.core.calibration import CalibrationCard, Tally
from meant.core.record import JudgeRecord
from meant.measure.standing import footnote, lines, told, uncalibrated, with_cards
from tests.conftest import NOON


def card(judge: str, *, policy: str = "p", n: int = 30, days: int = 0) -> CalibrationCard:
    said = (Tally(verdict="pass", passed=n // 2, failed=0), Tally(verdict="fail", passed=0, failed=n // 2))
    at = NOON + timedelta(days=days)
    return CalibrationCard(
        judge=judge, policy=policy, at=at, source="x", raters=("ann",), items=n, tallies=said, findings=()
    )


def test_each_judge_has_its_own_card_and_the_newest_that_says_enough() -> None:
    cards = [card("a/1", days=0), card("a/1", days=1), card("a/1", n=2, days=2), card("a/1", policy="q", days=3),
             card("b/1", policy="q", days=0), card("b/1", policy="q", days=1), card("c/1", n=2)]  # fmt: skip
    records = with_cards([JudgeRecord(name=name) for name in ("a/1", "b/1", "c/1", "d/1")], cards, "p")
    assert [r.card.id if r.card else None for r in records] == [cards[1].id, cards[5].id, cards[6].id, None]
    assert [r.calibrated("p") for r in records] == [True, False, False, False]
    assert uncalibrated(("d/1", "a/1", "b/1", "d/1"), records, "p") == ("d/1", "b/1")
    assert uncalibrated(("nobody/1",), records, "p") == ("nobody/1",)


def test_a_footnote_names_the_command_that_helps() -> None:
    plain, asks = JudgeRecord(name="refusal/2"), JudgeRecord(name="llm/1:abcdef12", asks=("m",))
    assert footnote(["refusal/2"], [plain], "p").endswith("meant judge calibrate refusal --labels store")
    assert footnote(["llm/1:abcdef12"], [asks], "p").endswith("meant judge calibrate JUDGE --labels store")
    assert "judged by llm/1:abcdef12, refusal/2, not" in footnote(["llm/1:abcdef12", "refusal/2"], [plain, asks], "p")
    defined = JudgeRecord(name="checks/1", by_definition=True)
    assert not footnote(["checks/1"], [defined], "p")
    assert lines(["checks/1"], [defined, plain], "p") == ["checks/1: decides by the case's own definition"]
    assert told(plain, "p") == "refusal/2: not calibrated under this policy"
