"""How far another tool's judges and ours agree on the same answers: counts, with no verdict apart."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from meant.core.verdict import Outcome, Verdict
from meant.measure.cell import Cell

_DECIDED = ("pass", "fail")


class Agreement(NamedTuple):
    """One of their judges against ours."""

    judge: str
    """Theirs."""
    counts: Mapping[tuple[Outcome, Outcome], int]
    """How many answers have this outcome by them and that one by us."""

    @property
    def agreed(self) -> int:
        """Answers that both pass, or both fail."""
        return sum(n for (theirs, ours), n in self.counts.items() if theirs == ours and ours in _DECIDED)

    @property
    def both(self) -> int:
        """Answers that both decide, by a pass or a fail."""
        return sum(n for (theirs, ours), n in self.counts.items() if theirs in _DECIDED and ours in _DECIDED)


def agreements(cells: Sequence[Cell], foreign: Iterable[Verdict]) -> list[Agreement]:
    """One for each judge of theirs, in the order of their first verdict."""
    ours = {cell.transcript.id: cell.verdict.outcome for cell in cells}
    counts = defaultdict[str, Counter[tuple[Outcome, Outcome]]](Counter)
    for verdict in foreign:
        counts[verdict.judge][verdict.outcome, ours[verdict.transcript]] += 1
    return [Agreement(judge, dict(found)) for judge, found in counts.items()]
