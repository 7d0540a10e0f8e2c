"""How often the gate is wrong, and how often it sees a loss, beside an unpaired z test and a threshold."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.stats import multinomial

from bench.simulation.families import gains_and_losses, sizes
from meant.stats.discordance import Discordance
from meant.stats.evidence import evidence
from meant.stats.noninferiority import State, state_of
from meant.stats.unpaired import unpaired_p

ALPHA = 0.05
MARGIN = 0.05
DISCORDANCES = (0.1, 0.2, 0.4)


class Decided(NamedTuple):
    """How often each state was told, where the candidate truly differs by `difference`."""

    n: int
    families: str
    discordance: float
    difference: float
    worse: float
    not_worse: float


@cache
def state_alone(gains: int, losses: int, pairs: int) -> State:
    """The gate's word on pairs of which none belong together."""
    counts = Discordance(gains, losses, pairs)
    return state_of(counts.turned().p_above(0.0), counts.p_above(-MARGIN), alpha=ALPHA)


def alone(pairs: int, discordance: float, difference: float) -> Decided:
    """Exact, over all tables that have a chance worth counting."""
    shares = ((discordance + difference) / 2, (discordance - difference) / 2, 1 - discordance)
    reach = int(pairs * discordance + 6 * np.sqrt(pairs * discordance) + 6)
    gains, losses = (a.ravel() for a in np.mgrid[0 : min(pairs, reach) + 1, 0 : min(pairs, reach) + 1])
    possible = gains + losses <= pairs
    tables = np.stack([gains, losses, pairs - gains - losses], axis=1)[possible]
    chances = multinomial.pmf(tables, pairs, shares)
    told = [(state_alone(int(g), int(b), pairs), p) for (g, b, _), p in zip(tables, chances, strict=True) if p > 1e-7]
    worse, not_worse = (float(sum(p for state, p in told if state == word)) for word in ("worse", "not worse"))
    return Decided(pairs, "none", discordance, difference, worse, not_worse)


def in_families(pairs: int, discordance: float, difference: float, *, repeats: int, seed: int) -> Decided:
    """Simulated, families of 2 to 5 whose pairs go together by 0.5."""
    rng = np.random.default_rng([seed, pairs, round(1000 * discordance), round(1000 * abs(difference))])
    size = sizes(pairs, repeats, rng)
    gained, lost = gains_and_losses(discordance, difference, size, 0.5, rng)
    told = [_state_of_families(g, b, s) for g, b, s in zip(gained, lost, size, strict=True)]
    worse, not_worse = (told.count(word) / repeats for word in ("worse", "not worse"))
    return Decided(pairs, "copies 0.5", discordance, difference, worse, not_worse)


def _state_of_families(gained: np.ndarray, lost: np.ndarray, size: np.ndarray) -> State:
    pairs = [
        (1.0 if item < g else -1.0 if item < g + b else 0.0, str(at))
        for at, (g, b, s) in enumerate(zip(gained.tolist(), lost.tolist(), size.tolist(), strict=True))
        for item in range(s)
    ]
    found = evidence([d for d, _ in pairs], [family for _, family in pairs])
    return state_of(found.p_below(0.0), found.p_above(-MARGIN), alpha=ALPHA)


def decisions(*, repeats: int, seed: int, quick: bool) -> Iterator[Decided]:
    """No difference, a loss of the margin, a loss of twice the margin."""
    for difference in (0.0, -MARGIN, -2 * MARGIN):
        for discordance in (d for d in DISCORDANCES if d >= -difference):
            for pairs in (50, 100) if quick else (50, 100, 200):
                yield alone(pairs, discordance, difference)
            for pairs in (200,) if quick else (100, 200):
                yield in_families(pairs, discordance, difference, repeats=repeats, seed=seed)


class Seen(NamedTuple):
    """How often two tests see a loss of twice the margin in the same data."""

    n: int
    gate: float
    z: float


def power(*, repeats: int, seed: int, pairs: int = 200, discordance: float = 0.2, share: float = 0.8) -> Seen:
    """The gate's "worse", and the pooled z test's p below 0.05 on one side, as if the cases had not been the same."""
    rng, loss = np.random.default_rng(seed), 2 * MARGIN
    gain, lost = (discordance - loss) / 2, (discordance + loss) / 2
    tables = rng.multinomial(pairs, [share - lost, gain, lost, 1 - share - gain], size=repeats).tolist()
    gate = sum(state_alone(g, b, pairs) == "worse" for _, g, b, _ in tables) / repeats
    z = sum(b > g and unpaired_p((a + b, pairs), (a + g, pairs)) / 2 <= ALPHA for a, g, b, _ in tables) / repeats
    return Seen(pairs, gate, z)


class Wolf(NamedTuple):
    """How often a system that is as good is called worse."""

    naive: float
    ours: float


def cry_wolf(*, pairs: int = 100, discordance: float = 0.2, points: int = 2) -> Wolf:
    """Exact: "fails if more than two points worse" at 100 cases, and the gate, on a system put against itself."""
    half = discordance / 2
    tables = np.array([(g, b, pairs - g - b) for g in range(pairs + 1) for b in range(pairs + 1 - g)])
    chances = multinomial.pmf(tables, pairs, [half, half, 1 - discordance])
    naive = float(chances[100 * (tables[:, 1] - tables[:, 0]) > points * pairs].sum())
    return Wolf(naive, alone(pairs, discordance, 0.0).worse)


def highest(rows: Sequence[Decided], *, difference: float, word: State) -> float:
    """The highest chance of a word over all cells of one truth."""
    return max(r.worse if word == "worse" else r.not_worse for r in rows if r.difference == difference)
