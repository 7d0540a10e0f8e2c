"""How often intervals of a rate hold the truth: exact for cases on their own, simulated for families."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from bench.simulation.families import Likeness, hits, sizes
from meant.core.finding import Interval
from meant.stats.binomial import clopper_pearson, jeffreys, mid_p
from meant.stats.intervals import binomial, rate, wilson

SIZES = (30, 100, 300)
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
LIKENESSES = (
    Likeness("own rate", 0.1),
    Likeness("own rate", 0.3),
    Likeness("copies", 0.3),
    Likeness("copies", 0.6),
)
ALONE: dict[str, Callable[[int, int], Interval]] = {
    "default": binomial,
    "wilson": wilson,
    "mid_p": mid_p,
    "jeffreys": jeffreys,
    "clopper_pearson": clopper_pearson,
}


class Covered(NamedTuple):
    """How often one method's interval held the truth, and how wide it was on average."""

    method: str
    families: str
    n: int
    rate: float
    coverage: float
    width: float


def alone(rates: Sequence[float] = RATES) -> Iterator[Covered]:
    """Exact: each method's interval for each count, weighed by the binomial chance of that count."""
    for n in SIZES:
        for name, method in ALONE.items():
            low, high = np.array([method(k, n) for k in range(n + 1)]).T
            for truth in rates:
                chance = binom.pmf(np.arange(n + 1), n, truth)
                held = float(chance[(low <= truth) & (truth <= high)].sum())
                yield Covered(name, "none", n, truth, held, float(chance @ (high - low)))


def in_families(repeats: int, *, seed: int, rates: Sequence[float] = RATES) -> Iterator[Covered]:
    """Simulated: the default, and Wilson as if the items stood alone."""
    rng = np.random.default_rng(seed)
    for n in SIZES:
        plain = np.array([wilson(k, n) for k in range(n + 1)])
        for likeness in LIKENESSES:
            for truth in rates:
                size = sizes(n, repeats, rng)
                hit = hits(truth, size, likeness, rng)
                drawn = [_kinds(h, s) for h, s in zip(hit, size, strict=True)]
                known = {families: _clustered(families) for families in set(drawn)}
                found = np.array([known[families] for families in drawn])
                about = f"{likeness.kind} {likeness.correlation}"
                for name, intervals in (("default", found), ("wilson", plain[hit.sum(axis=1)])):
                    low, high = intervals.T
                    held = float(np.mean((low <= truth) & (truth <= high)))
                    yield Covered(name, about, n, truth, held, float(np.mean(high - low)))


def _kinds(hit: np.ndarray, size: np.ndarray) -> tuple[tuple[int, int], ...]:
    """The families as (hits, size), in no order: what alone matters."""
    return tuple(sorted((int(h), int(s)) for h, s in zip(hit, size, strict=True) if s))


def _clustered(families: tuple[tuple[int, int], ...]) -> Interval:
    drawn = [(item < h, str(at)) for at, (h, s) in enumerate(families) for item in range(s)]
    return rate([hit for hit, _ in drawn], [name for _, name in drawn]).interval


class Worst(NamedTuple):
    """The default over the whole grid."""

    lowest: float
    mean: float
    cells: int


def default_over(rows: Sequence[Covered]) -> Worst:
    """Lowest and mean coverage of the default."""
    mine = [row.coverage for row in rows if row.method == "default"]
    return Worst(min(mine), sum(mine) / len(mine), len(mine))
