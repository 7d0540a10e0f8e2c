"""A share of right replies, corrected by how the judge erred on replies of other systems that people labelled.

It stands on a belief that no data at hand can show, that the judge errs here as it did there, and says so.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from meant.core.calibration import CalibrationCard
from meant.core.finding import Corrected, Interval
from meant.measure.cell import Cell
from meant.measure.shares import Share, passed, scored
from meant.stats.intervals import effective_size, weighted_mean
from meant.stats.rogan_gladen import Counted, rogan_gladen

METHOD = "Rogan and Gladen, 95 %; assumes the judge errs here as on the labelled replies"


def by_card(share: Share, cells: Sequence[Cell], cards: Mapping[str, CalibrationCard]) -> Corrected | None:
    """The share over the scored cells; each judge's part by its own card.

    None without scored cells, without the card of some judge, and for shares that need more than right and wrong.
    """
    counted = [c for c in cells if scored(c)]
    judges = Counter(c.verdict.judge for c in counted)
    if share.by_behaviour or not judges or any(not _tells(cards.get(judge)) for judge in judges):
        return None
    parts = [(n, *_part([c for c in counted if c.verdict.judge == judge], cards[judge])) for judge, n in judges.items()]
    known = [(float(n), value, interval) for n, value, interval in parts if value is not None]
    value, interval = weighted_mean(known) if len(known) == len(parts) else (None, Interval(0.0, 1.0))
    used = [cards[judge] for judge in judges]
    sources = "; ".join(dict.fromkeys(card.source for card in used))
    return Corrected(
        value=value,
        interval=Interval(max(0.0, interval.low), min(1.0, interval.high)),
        labels=sum(card.items for card in used),
        by="card",
        method=f"{METHOD} ({sources})",
    )


def _tells(card: CalibrationCard | None) -> bool:
    """Whether it has replies that people passed and replies that they failed, with a verdict."""
    return card is not None and 0 not in card.decided


def _part(cells: Sequence[Cell], card: CalibrationCard) -> tuple[float | None, Interval]:
    hits = [passed(cell) for cell in cells]
    size = effective_size(hits, [cell.case.family for cell in cells])
    said = {tally.verdict: tally for tally in card.tallies}
    (right, wrongly), (missed, wrong) = (
        (said[v].passed, said[v].failed) if v in said else (0, 0) for v in ("pass", "fail")
    )
    return rogan_gladen(
        Counted(size * sum(hits) / len(hits), size),
        sensitivity=Counted(right, right + missed),
        specificity=Counted(wrong, wrong + wrongly),
    )
