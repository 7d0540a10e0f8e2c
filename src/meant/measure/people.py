"""What people say of the cells behind a share: a label is read as a person's verdict, and most raters decide."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from meant.core.label import Label
from meant.core.verdict import Verdict
from meant.measure.cell import Cell
from meant.measure.shares import Share, told


def labels_of(cells: Sequence[Cell], labels: Iterable[Label]) -> dict[str, list[Label]]:
    """By transcript, the labels under the principle that the cell's case is about."""
    principles = {cell.transcript.id: cell.case.principle for cell in cells}
    found: defaultdict[str, list[Label]] = defaultdict(list)
    for label in labels:
        if principles.get(label.transcript) == label.principle:
            found[label.transcript].append(label)
    return found


def truths(share: Share, cells: Sequence[Cell], labels: Mapping[str, Sequence[Label]]) -> dict[str, bool]:
    """By transcript, whether people call it a hit: as most of its raters do, one label each. A tie is no label."""
    found = {cell.transcript.id: _majority(share, cell, labels.get(cell.transcript.id, ())) for cell in cells}
    return {id_: hit for id_, hit in found.items() if hit is not None}


def _majority(share: Share, cell: Cell, labels: Sequence[Label]) -> bool | None:
    said = [hit for label in labels if (hit := told(share, as_said(cell, label))) is not None]
    hits = sum(said)
    return None if 2 * hits == len(said) else 2 * hits > len(said)


def as_said(cell: Cell, label: Label) -> Cell:
    """The cell with the person in the judge's place."""
    verdict = Verdict(
        transcript=label.transcript,
        principle=label.principle,
        judge=f"rater/{label.rater}",
        outcome=label.said,
        behaviour=label.behaviour,
        why=label.why,
    )
    return cell._replace(verdict=verdict)
