"""What people label in a run: which replies for which figures, drawn for one rater."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from meant.core.errors import ConfigError, did_you_mean
from meant.core.finding import Finding
from meant.core.label import Frame, Label
from meant.core.policy import Policy
from meant.label.drawing import Batch, Figure, draw
from meant.label.sitting import Item
from meant.loop.measured import Measured, stored
from meant.measure.behind import Behind, behind, check_metrics
from meant.measure.cell import Cell
from meant.measure.people import labels_of, truths
from meant.measure.shares import scored
from meant.store.sqlite import Store


@dataclass(frozen=True)
class Wish:
    """What the user wants to be labelled."""

    run: str
    """As for `Store.run`."""
    systems: tuple[str, ...] = ()
    """None: all of the run."""
    metrics: tuple[str, ...] = ()
    """None: the policy's dimensions."""
    count: int = 50
    seed: int = 0
    overlap: float = 0.2


class Asked(NamedTuple):
    """One figure that is labelled for."""

    system: str
    finding: Finding
    figure: Figure
    about: Behind


@dataclass(frozen=True)
class Labelling:
    """A run that is labelled."""

    measured: Measured
    systems: tuple[str, ...]
    asked: tuple[Asked, ...]
    labels: tuple[Label, ...]

    @property
    def policy(self) -> Policy:
        """The run's."""
        return self.measured.record.policy

    @property
    def cells(self) -> list[Cell]:
        """Of the systems that are labelled."""
        return [cell for name in self.systems for cell in self.measured.cells[name]]


def labelling(wish: Wish, store: Store) -> Labelling:
    """Read what there is. Raises ConfigError for a run, a system or a metric that is not there."""
    measured = stored(store, wish.run)
    systems = _systems(measured, wish.systems)
    check_metrics(wish.metrics, measured.record.policy)
    labels = store.labels([cell.transcript.id for name in systems for cell in measured.cells[name]])
    asked = tuple(one for name in systems for one in _asked(measured, name, wish.metrics, labels))
    if not asked:
        wanted = ", ".join(wish.metrics) or "any dimension of the policy"
        raise ConfigError(f"run {measured.record.id} has no reply behind {wanted}; name another --metric")
    return Labelling(measured, systems, asked, tuple(labels))


def next_items(of: Labelling, wish: Wish, *, rater: str | None, store: Store | None) -> list[Item]:
    """What this rater labels next; None: anybody, for whom all is new.

    What it was drawn from is recorded, since labels name it; with `store` None it is not, for whoever only looks.
    """
    decided = [label for label in of.labels if label.said != "unsure"]
    batch = Batch(
        mine={label.transcript for label in of.labels if label.rater == rater},
        others={label.transcript for label in decided if label.rater != rater},
        most=wish.count,
        overlap=wish.overlap if rater else 0.0,
        seed=wish.seed,
    )
    drawn = draw([one.figure for one in of.asked], batch)
    if store is not None:
        for frame in {one.frame.id: one.frame for one in drawn}.values():
            store.add_frame(frame)
    cells = {cell.transcript.id: cell for cell in of.cells}
    return [Item(cells[one.transcript].case, cells[one.transcript].transcript, one.frame.id) for one in drawn]


def _systems(measured: Measured, chosen: Sequence[str]) -> tuple[str, ...]:
    known = [*measured.profiles]
    if not known:
        raise ConfigError(f"run {measured.record.id} was not finished; start it again with `meant eval`")
    for name in chosen:
        if name not in known:
            hint = f"{did_you_mean(name, known)}there are: {', '.join(known)}"
            raise ConfigError(f"run {measured.record.id} has no system {name!r}; {hint}")
    return tuple(chosen or known)


def _asked(measured: Measured, system: str, metrics: Sequence[str], labels: Sequence[Label]) -> Iterator[Asked]:
    policy, cells = measured.record.policy, measured.cells[system]
    for metric in metrics or [d.name for d in policy.dimensions]:
        about = behind(metric, {}, cells, policy)
        finding = next((f for f in measured.profiles[system].findings if f.metric == metric and not f.slice), None)
        if about is None or finding is None or not any(map(answered, about.cells)):
            continue
        replies = [cell for cell in about.cells if answered(cell)]
        frame = Frame(run=measured.record.id, system=system, metric=metric, kinds=_kinds(about, replies))
        truth = truths(about.share, replies, labels_of(replies, labels))
        yield Asked(system, finding, Figure(frame, truth), about)


def answered(cell: Cell) -> bool:
    """Whether there is a reply."""
    return cell.transcript.error is None


def _kinds(about: Behind, cells: Sequence[Cell]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {"hit": [], "miss": [], "none": []}
    for cell in cells:
        kind = "none" if not scored(cell) else "hit" if about.share.hit(cell) else "miss"
        found[kind].append(cell.transcript.id)
    return {kind: tuple(sorted(ids)) for kind, ids in found.items() if ids}
