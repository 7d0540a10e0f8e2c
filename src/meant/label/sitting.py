"""A rater's sitting: replies, or pairs of them, one after another, each label in the store before the next is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from meant.core.case import Case
from meant.core.label import Label, Labelled, PairLabel
from meant.core.preference import Preferred
from meant.core.transcript import Transcript
from meant.core.verdict import Behaviour
from meant.label.walk import Walk
from meant.store.sqlite import Store


@dataclass(frozen=True)
class Item:
    """A reply to label. Nothing in it says what anybody else, or a judge, made of the reply."""

    case: Case
    transcript: Transcript
    drawn: str | None
    """Id of the frame."""


@dataclass(frozen=True)
class PairItem:
    """Two replies to one case."""

    case: Case
    first: Transcript
    second: Transcript
    shown: Literal["first", "second"]
    """Which of the two is shown as A."""

    @property
    def sides(self) -> tuple[Transcript, Transcript]:
        """A and B."""
        return (self.first, self.second) if self.shown == "first" else (self.second, self.first)


@dataclass(frozen=True)
class Said:
    """What the rater decides on a reply."""

    said: Labelled
    behaviour: Behaviour | None = None
    seconds: float | None = None
    why: str = ""


class Sitting:
    """Replies."""

    def __init__(self, items: Sequence[Item], store: Store, *, rater: str) -> None:
        self.walk, self._store, self._rater = Walk(items), store, rater
        self.labelled = 0

    def decide(self, item: Item, said: Said) -> None:
        """Record it and go on. A second label of the same reply counts in place of the first."""
        label = Label(
            transcript=item.transcript.id,
            principle=item.case.principle,
            rater=self._rater,
            said=said.said,
            at=datetime.now(UTC),
            behaviour=said.behaviour,
            seconds=said.seconds,
            why=said.why,
            drawn=item.drawn,
        )
        self._store.add_labels([label])
        self.labelled += 1
        self.walk.on()


class PairSitting:
    """Pairs of replies."""

    def __init__(self, items: Sequence[PairItem], store: Store, *, rater: str) -> None:
        self.walk, self._store, self._rater = Walk(items), store, rater
        self.labelled = 0

    def decide(self, item: PairItem, preferred: Preferred, *, seconds: float | None = None, why: str = "") -> None:
        """Record it and go on."""
        label = PairLabel(
            case=item.case.id,
            first=item.first.id,
            second=item.second.id,
            rater=self._rater,
            preferred=preferred,
            at=datetime.now(UTC),
            shown=item.shown,
            seconds=seconds,
            why=why,
        )
        self._store.add_pair_labels([label])
        self.labelled += 1
        self.walk.on()
