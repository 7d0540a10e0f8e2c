"""What looking at every family costs and saves: errors over a whole run, families used against a fixed number."""

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from bench.simulation.families import gains_and_losses
from bench.simulation.gates import ALPHA
from meant.stats.noninferiority import State
from meant.stats.power import Assumed, pairs_needed
from meant.stats.sequential import log_capital, watch

TRUTHS = ((0.1, 0.03), (0.2, 0.05), (0.4, 0.05))
"""Discordance, margin."""


class Errors(NamedTuple):
    """How often a wrong word was ever told."""

    discordance: float
    margin: float
    families_of: int
    worse_without_loss: float
    not_worse_at_margin: float


class Saved(NamedTuple):
    """Families used where the loss is twice the margin."""

    discordance: float
    margin: float
    power: float
    used: float
    """Mean."""
    fixed: float
    """What a test at a fixed number needs for that power."""

    @property
    def share(self) -> float:
        """Saved."""
        return 1 - self.used / self.fixed


def errors(*, repeats: int, seed: int, longest: int) -> Iterator[Errors]:
    """Each run goes on to `longest` families unless something is told before."""
    rng = np.random.default_rng(seed)
    for discordance, margin in TRUTHS:
        for items in (1, 3):
            told = [
                [_until_told(run, margin)[0] for run in _runs(discordance, truth, items, (repeats, longest), rng)]
                for truth in (0.0, -margin)
            ]
            yield Errors(
                discordance, margin, items, told[0].count("worse") / repeats, told[1].count("not worse") / repeats
            )


def saved(*, repeats: int, seed: int) -> Iterator[Saved]:
    """Each run goes on to twice what a fixed number needs for a power of 0.9."""
    rng = np.random.default_rng(seed)
    for discordance, margin in TRUTHS:
        truth = Assumed(discordance, -2 * margin)
        longest = math.ceil(2 * pairs_needed(truth, alpha=ALPHA, power=0.9))
        ends = [_until_told(run, margin) for run in _runs(discordance, -2 * margin, 1, (repeats, longest), rng)]
        power = sum(state == "worse" for state, _ in ends) / repeats
        used = sum(families for _, families in ends) / repeats
        yield Saved(discordance, margin, power, used, pairs_needed(truth, alpha=ALPHA, power=power))


def _runs(
    discordance: float, difference: float, items: int, shape: tuple[int, int], rng: np.random.Generator
) -> list[list[float]]:
    """Mean differences of families of so many items, half alike."""
    size = np.full(shape, items)
    gained, lost = gains_and_losses(discordance, difference, size, 0.5 if items > 1 else 0.0, rng)
    found: list[list[float]] = ((gained - lost) / items).tolist()
    return found


def _until_told(run: list[float], margin: float) -> tuple[State, int]:
    """The first word, and after how many families."""
    for look in watch(run, margin=margin, alpha=ALPHA):
        if look.state != "undecided":
            return look.state, look.families
    return "undecided", len(run)


def sequence_error(*, repeats: int, seed: int) -> float:
    """How often a confidence sequence, looked at every 10 of 300, ever lost the truth; the higher of two rates."""
    rng, found = np.random.default_rng(seed), []
    for truth in (0.05, 0.3):
        hits = np.cumsum(rng.random((repeats, 300)) < truth, axis=1).tolist()
        found.append(sum(any(_lost(run[n - 1], n, truth) for n in range(10, 301, 10)) for run in hits) / repeats)
    return max(found)


@cache
def _lost(hits: int, n: int, truth: float) -> bool:
    """Of hits and misses the order does not matter: what a stake makes is one sum, rounded once (`math.fsum`)."""
    values, enough = [1.0] * hits + [0.0] * (n - hits), math.log(2 / ALPHA)
    mirrored = [1 - v for v in values]
    return log_capital(values, truth, low=0.0) >= enough or log_capital(mirrored, 1 - truth, low=0.0) >= enough
