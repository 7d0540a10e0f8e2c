"""The mean score of what a task's own scorer graded in steps, where pass and fail alone would not tell."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from meant.core.finding import Finding, Interval
from meant.measure.cell import Cell
from meant.stats.calibration import clustered_mean
from meant.stats.intervals import Z95

METRIC = "task_score"


def task_scores(cells: Sequence[Cell]) -> Iterator[Finding]:
    """One figure a task, in the scorer's own unit; none where every score is 0 or 1, which the suite's share tells.

    Every number counts, those that are no pass and no fail too.
    """
    tasks = defaultdict[str, list[Cell]](list)
    for cell in cells:
        if cell.case.expect == "scored":
            tasks[cell.case.suite].append(cell)
    for suite, mine in tasks.items():
        known = [(cell.verdict.score, cell.case.family) for cell in mine if cell.verdict.score is not None]
        if any(score not in (0, 1) for score, _ in known):
            yield _mean(known, suite, unscored=len(mine) - len(known))


def _mean(known: Sequence[tuple[float, str]], suite: str, *, unscored: int) -> Finding:
    scores, families = [score for score, _ in known], [family for _, family in known]
    middle, se = clustered_mean(scores, families)
    shares = all(0 <= score <= 1 for score in scores)
    ends = (middle - Z95 * se, middle + Z95 * se)
    interval = Interval(*((max(0.0, ends[0]), min(1.0, ends[1])) if shares else ends))
    return Finding(
        metric=METRIC,
        value=middle,
        interval=interval if math.isfinite(se) or shares else None,
        n=len(known),
        unscored=unscored,
        unit="rate" if shares else "score",
        method="mean of the scorer's numbers, normal 95 %, families as clusters",
        slice={"suite": suite},
    )
