"""Judging: each case goes to the judge of its expectation; the boundary turns failures into "error", not scores."""

from collections.abc import Iterable, Mapping, Sequence

from meant.core.case import Case, Expect
from meant.core.errors import ConfigError
from meant.core.transcript import Transcript
from meant.judge.contract import JUDGES, Judge, verdict_on
from meant.measure.cell import Cell

DEFAULT_JUDGES = ("refusal", "checks", "answer", "choice")


def judges_by_expectation(names: Iterable[str]) -> dict[Expect, Judge]:
    """Each expectation's judge; where two could, the first named. Raises PluginError for an unknown name."""
    found: dict[Expect, Judge] = {}
    for judge in (JUDGES.build({"use": name}) for name in names):
        found = dict.fromkeys(judge.expects, judge) | found
    return found


async def judge_all(
    cases: Mapping[str, Case], transcripts: Sequence[Transcript], judges: Mapping[Expect, Judge]
) -> list[Cell]:
    """One cell for each transcript; `cases` by id. Raises ConfigError for an expectation that no judge covers."""
    cells = []
    for transcript in transcripts:
        case = cases[transcript.case]
        if case.expect not in judges:
            raise ConfigError(f"no judge covers expect: {case.expect} (case {case.suite}/{case.name})")
        cells.append(Cell(case, transcript, await verdict_on(case, transcript, judges[case.expect])))
    return cells
