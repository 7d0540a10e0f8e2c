"""Pairs of replies that people compare: two systems of a run on the same cases, drawn for one rater."""

from collections.abc import Sequence

from meant.core.errors import ConfigError
from meant.core.label import PairLabel
from meant.label.drawing import Batch, chance
from meant.label.preferring import draw_pairs, key
from meant.label.sitting import PairItem
from meant.loop.labelling import Labelling, Wish, answered
from meant.measure.cell import Cell
from meant.store.sqlite import Store


def pairs(of: Labelling) -> list[PairItem]:
    """The replies of two systems to one case, in one repeat, the order of each pair by chance. Raises ConfigError."""
    if len(of.systems) != 2:
        raise ConfigError(f"pairs need two systems, and here are {len(of.systems)}; give --system twice")
    first, second = ([c for c in of.measured.cells[name] if answered(c)] for name in of.systems)
    others = {(c.case.id, c.transcript.repeat): c for c in second}
    found = [
        PairItem(c.case, c.transcript, other.transcript, "first" if _heads(c, other) else "second")
        for c in first
        if (other := others.get((c.case.id, c.transcript.repeat))) and c.case.shift is None
    ]
    if not found:
        raise ConfigError(f"{' and '.join(of.systems)} have no case that both answered in this run")
    return found


def _heads(cell: Cell, other: Cell) -> bool:
    return chance(0, "side", f"{cell.transcript.id}/{other.transcript.id}") < 0.5


def pair_labels(items: Sequence[PairItem], store: Store) -> list[PairLabel]:
    """What people said of these pairs."""
    keys = {key(item) for item in items}
    return [label for label in store.pair_labels([item.case.id for item in items]) if key(label) in keys]


def next_pairs(items: Sequence[PairItem], wish: Wish, labels: Sequence[PairLabel], *, rater: str) -> list[PairItem]:
    """The pairs that this rater labels next."""
    batch = Batch(
        mine={key(label) for label in labels if label.rater == rater},
        others={key(label) for label in labels if label.rater != rater and label.preferred != "unsure"},
        most=wish.count,
        overlap=wish.overlap,
        seed=wish.seed,
    )
    return draw_pairs(items, batch)
