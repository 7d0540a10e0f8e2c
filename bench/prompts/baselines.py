"""What the search is held against: prompts tried on all of train, the best by train score kept."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bench.prompts.world import EDITS, GROUPS, Bits, World
from meant.choose.prompt.items import Job


class Held(NamedTuple):
    """What is held after so many calls."""

    calls: int
    bits: Bits


def random_search(world: World, rng: np.random.Generator, calls: int) -> Iterator[Held]:
    """Prompts with a random number of random edits."""
    return _best_of(world, calls, lambda _: rng.random(EDITS) < rng.random())


def climbing(world: World, rng: np.random.Generator, calls: int) -> Iterator[Held]:
    """One random edit more or less than what is held."""

    def next_to(bits: Bits) -> Bits:
        turned = bits.copy()
        at = rng.integers(EDITS)
        turned[at] = not turned[at]
        return turned

    return _best_of(world, calls, next_to)


def _best_of(world: World, calls: int, proposed: object) -> Iterator[Held]:
    held = np.zeros(EDITS, bool)
    score, spent = train_score(world, held), len(world.train.items)
    while spent + len(world.train.items) <= calls:
        bits = proposed(held)  # type: ignore[operator]
        spent += len(world.train.items)
        if (new := train_score(world, bits)) > score:
            held, score = bits, new
        yield Held(spent, held)


def train_score(world: World, bits: Bits) -> float:
    """As seen on all of train."""
    side = world.train
    right = np.array(world.answers(Job(world.text(bits), tuple(side.items))), float)
    return float(np.mean([right[side.group == g].mean() for g in range(len(GROUPS))]))
