"""One simulated system after another: the search and what it is held against."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bench.prompts.baselines import Held, climbing, random_search
from bench.prompts.world import WEIGHTS, Bits, Kinds, World
from meant.choose.prompt.edits import Edit
from meant.choose.prompt.found import Found, Settings, Trial
from meant.choose.prompt.search import search

REACHED = 0.9
"""Share of the gain that can be had at which a search has got there."""


class Run(NamedTuple):
    """Of one system. Gains are expected ones, on 2,000 gate cases unless train is named."""

    best: float
    """The gain that can be had."""
    gain: float
    """Of what was adopted; 0 where nothing was."""
    overfit: float
    """Gain on train minus gain on the gate, of what was adopted."""
    train_gain: float
    """Of the prompt with every edit that looked good on train."""
    train_overfit: float
    calls: int | None
    """Until REACHED, by what the search would take after each round or took in the end; None: never."""
    random_calls: int | None
    climbing_calls: int | None
    climbing_gain: float
    """Of what climbing holds after as many calls as the search may make."""
    parted: bool
    adopted: bool


def run(seed: int, *, budget: int, longest: int, kinds: Kinds | None = None) -> Run:
    """`longest`: calls after which random search and climbing are given up."""
    world = World(seed, kinds)
    found = searched(world, seed, budget)
    best = world.gain(world.best(), world.gate)
    taken = world.bits(found.better or found.start)
    greedy = world.bits(found.steps[-1].prompt) if found.steps else taken
    curve = [(step.calls, world.bits(step.prompt)) for step in found.steps] + [(found.calls, taken)]
    others = {
        name: list(method(world, np.random.default_rng([seed, 1]), longest))
        for name, method in (("random", random_search), ("climbing", climbing))
    }
    equal = [held.bits for held in others["climbing"] if held.calls <= budget]
    return Run(
        best=best,
        gain=world.gain(taken, world.gate),
        overfit=_overfit(world, taken),
        train_gain=world.gain(greedy, world.gate),
        train_overfit=_overfit(world, greedy),
        calls=_reached(world, best, [Held(*point) for point in curve]),
        random_calls=_reached(world, best, others["random"]),
        climbing_calls=_reached(world, best, others["climbing"]),
        climbing_gain=world.gain(equal[-1], world.gate),
        parted="parted" in found.why,
        adopted=found.better is not None,
    )


def runs(seeds: Iterable[int], *, budget: int, longest: int, kinds: Kinds | None = None) -> list[Run]:
    """One after another."""
    return [run(seed, budget=budget, longest=longest, kinds=kinds) for seed in seeds]


class Nothing(NamedTuple):
    """Of systems in which no edit helps by itself, and some do on train."""

    adopted: float
    """How often something was said to be better."""
    false: float
    """How often, and it is no better on the gate: two edits may do a little good together."""


def where_nothing_helps(seeds: Sequence[int], *, budget: int) -> Nothing:
    """One system a seed."""
    adopted, false = 0, 0
    for seed in seeds:
        world = World(seed, Kinds(help=0, hurt=6, train_only=4))
        better = searched(world, seed, budget).better
        adopted += better is not None
        false += better is not None and world.gain(world.bits(better), world.gate) <= 0
    return Nothing(adopted / len(seeds), false / len(seeds))


def searched(world: World, seed: int, budget: int) -> Found:
    """The search on one system."""

    async def propose(_made: Sequence[Edit], _seen: Mapping[str, float | None]) -> Sequence[Edit]:
        return world.pool

    trial = Trial(world.start, world.train.items, world.dev.items, world.evaluate, propose)
    return asyncio.run(search(trial, Settings(budget, WEIGHTS, seed)))


def _overfit(world: World, bits: Bits) -> float:
    return world.gain(bits, world.train) - world.gain(bits, world.gate)


def _reached(world: World, best: float, curve: Iterable[Held]) -> int | None:
    last: tuple[bytes, float] = (b"", 0.0)
    for calls, bits in curve:
        if bits.tobytes() != last[0]:
            last = bits.tobytes(), world.gain(bits, world.gate)
        if last[1] >= REACHED * best:
            return calls
    return None
