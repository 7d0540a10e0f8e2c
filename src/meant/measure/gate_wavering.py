"""What repeats tell of the gate's rows: flaky systems and flaky judges, named apart.

A row that is undecided because the candidate wavers needs more cases or a steadier candidate; one that is undecided
because the judge wavers needs another judge, and more cases only hide that.
"""

from collections.abc import Iterator, Sequence

from meant.core.gate import Flaky, GateRow, Wavering
from meant.measure.cell import Cell
from meant.measure.wavering import answered_unlike, judged_unlike, replies_waver


def wavering_of(baseline: Sequence[Cell], candidate: Sequence[Cell]) -> Wavering | None:
    """Of the cells of one row; None where nothing was asked or judged again."""
    shares = answered_unlike(baseline), answered_unlike(candidate)
    judge = judged_unlike([*baseline, *candidate])
    if (*shares, judge) == (None, None, None):
        return None
    found: dict[Flaky, bool] = {
        "baseline": replies_waver(baseline),
        "candidate": replies_waver(candidate),
        "judge": bool(judge),
    }
    return Wavering(
        baseline=shares[0], candidate=shares[1], judge=judge, who=tuple(name for name, is_ in found.items() if is_)
    )


def notes_on_wavering(rows: Sequence[GateRow], *, asking: bool) -> Iterator[str]:
    """A sentence a row in which somebody wavers; `asking`: whether some judge asks a model, and so may waver itself."""
    for row in rows:
        if row.wavering is not None and row.wavering.who:
            yield f"{row.group}: {'; '.join(_told(row.wavering, asking=asking))}"


def _told(found: Wavering, *, asking: bool) -> Iterator[str]:
    unless = ", unless it is the judge that wavers: see --judge-repeats" if asking and found.judge is None else ""
    for name, share in (("baseline", found.baseline), ("candidate", found.candidate)):
        if name in found.who:
            yield f"the {name}'s replies waver: {share:.0%} of its cases got both a pass and a fail{unless}"
    if "judge" in found.who:
        yield f"the judge wavers: {found.judge:.0%} of replies were judged both pass and fail"
