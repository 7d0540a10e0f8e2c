"""Rated replies as tests want them: what people say, what the judge says, and of which family."""

from typing import Any

from meant.core.case import Case
from meant.core.labelled import LabelledReply
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.core.verdict import Verdict
from meant.measure.calibrating.rated import Rated, Side
from tests.conftest import NOON


def labelled(number: int, labels: dict[str, Any], *, reply: str = "x", **fields: Any) -> LabelledReply:
    """A reply to a case of its own."""
    asked = (Turn(role="user", text=f"question {number}"),)
    defaults = {"suite": "s", "name": str(number), "turns": asked, "expect": "comply", "principle": "p"}
    case = Case.model_validate({"family": f"f{number}", **defaults, **fields})
    turns = (*asked, Turn(role="assistant", text=reply))
    return LabelledReply(case, Transcript(case=case.id, system="s", fingerprint="f", turns=turns, at=NOON), labels)


def rated(number: int, label: Side, outcome: Any, **fields: Any) -> Rated:
    """A labelled reply with a verdict."""
    item = labelled(number, {"ann": label}, **fields)
    said = Verdict(transcript=item.transcript.id, principle="p", judge="j/1", outcome=outcome, why="lost")
    return Rated(item, label, said)
