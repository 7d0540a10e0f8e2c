"""JSON Lines: a line a cell, with the case, the answer, our verdict and what another tool's judges said."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from meant.core.record import RunRecord
from meant.core.verdict import Verdict
from meant.interop.contract import Leaving, Left
from meant.measure.cell import Cell

_CASE = {"suite", "name", "family", "principle", "expect", "dimension", "origin", "slices", "shift"}
_VERDICT = {"judge", "outcome", "behaviour", "score", "why"}


@dataclass(frozen=True)
class JsonLines:
    """For a notebook or a table."""

    needs_run: ClassVar[bool] = True

    def export(self, leaving: Leaving) -> Left:
        """In the run's order."""
        lines = [json.dumps(_line(leaving, cell), ensure_ascii=False) for cell in leaving.cells]
        return Left("".join(line + "\n" for line in lines).encode(), len(lines), {})


def _line(leaving: Leaving, cell: Cell) -> dict[str, Any]:
    case, said, verdict, *_ = cell
    theirs = leaving.theirs.get(said.id, ())
    return {
        "run": leaving.run.id if leaving.run else None,
        "system": leaving.system,
        "case": {"id": case.id, "split": case.split, **case.model_dump(mode="json", include=_CASE)},
        "transcript": said.id,
        "repeat": said.repeat,
        "turns": [turn.model_dump(mode="json", exclude_defaults=True) for turn in said.turns],
        "reply": said.last_reply if said.error is None else None,
        "error": said.error,
        "verdict": {**_verdict(verdict), **_calibration(leaving.run, verdict)},
        "theirs": [_verdict(one) for one in theirs],
    }


def _calibration(run: RunRecord | None, verdict: Verdict) -> dict[str, Any]:
    """Whether people have measured the judge under the run's policy, and the card that says how far it agrees."""
    judge = next((one for one in run.judges if one.name == verdict.judge), None) if run else None
    if run is None or judge is None:
        return {"calibrated": False, "card": None}
    card = judge.card.model_dump(mode="json") if judge.card else None
    return {"calibrated": judge.calibrated(run.policy.id), "card": card}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return verdict.model_dump(mode="json", include=_VERDICT)


PLUGIN = JsonLines
