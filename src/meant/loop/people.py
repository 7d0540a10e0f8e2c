"""What people said of a run's replies, fetched, and the figures that it corrects."""

from collections.abc import Mapping, Sequence

from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.correcting import People, corrected
from meant.measure.standing import best_cards
from meant.store.sqlite import Store


def with_people(
    profiles: Mapping[str, Profile], cells: Mapping[str, Sequence[Cell]], *, policy: Policy, store: Store
) -> dict[str, Profile]:
    """The profiles, with a corrected figure beside each share that labels or cards can correct."""
    return {
        name: corrected(profile, cells[name], policy=policy, people=people_of(cells[name], policy, store))
        for name, profile in profiles.items()
    }


def people_of(cells: Sequence[Cell], policy: Policy, store: Store) -> People:
    """Labels of these cells' replies, what they were drawn from, and the best card of each of their judges."""
    labels = store.labels([c.transcript.id for c in cells])
    frames = store.frames(sorted({label.drawn for label in labels if label.drawn}))
    cards = store.calibrations(sorted({c.verdict.judge for c in cells}))
    return People(labels, frames, best_cards(cards, policy.id))
