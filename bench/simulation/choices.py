"""Worlds of systems whose true rates are known, what `meant choose` says of them, and what the highest mean says.

A case is got right where a normal score falls below the system's quantile, so that every rate is exact; scores share a
part by family, a part by case and so are correlated between systems and within families of two to four cases, which
reach over dimensions. Nothing here is fitted to the figures.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from meant.choose.deciding import decide
from meant.choose.dominated import dominated, pairs
from meant.choose.draws import Draws, drawn_anew
from meant.choose.front import OFF, front, places
from meant.choose.ranking import scores, shares_of
from meant.choose.sheets import Axis, Sheet, Sheets
from meant.choose.tax import Related, tax
from meant.choose.told import Limits
from meant.choose.weights import SIDES, flips, overtaken

DIMENSIONS = ("helpful", "honest", "harmless")
LIMITS = Limits(alpha=0.05, margin=0.05, amount=0.1)
BY_FAMILY, BY_CASE = 0.2, 0.4
"""Parts of a score's variance that are shared by a family, and by the systems on a case."""
DRAWS = 300


class World(NamedTuple):
    """True rates by system and dimension, and how much is seen of them."""

    name: str
    rates: tuple[tuple[float, ...], ...]
    cases: int
    """Of each dimension."""
    missing: float = 0.0
    """Share of cases without a verdict."""

    @property
    def scores(self) -> list[float]:
        """Under equal weights."""
        return [sum(row) / len(row) for row in self.rates]

    @property
    def best(self) -> int | None:
        """The one best system; None where several are."""
        top = [at for at, score in enumerate(self.scores) if score > max(self.scores) - 1e-9]
        return top[0] if len(top) == 1 else None


class Decided(NamedTuple):
    """How often each thing was said of a world."""

    world: str
    decided: float
    right: float
    """Chosen, and truly the best."""
    wrong: float
    """Chosen, and not the best, or where none is."""
    naive_right: float
    """The highest mean is the best's; ties are none's."""
    by_draws: float
    """Some system is the best in 95 % of draws, which is what a bootstrap without a test would decide by."""


class Placed(NamedTuple):
    """The front, who is called dominated, and where the choice flips."""

    world: str
    front_coverage: float
    """Of truly non-dominated systems, the share with a chance of being on the front that is not below `OFF`."""
    naive_front: float
    """Of truly non-dominated systems, the share that is on the front of the means."""
    dominated_seen: float | None
    """Of truly dominated systems, the share that is called so; None where there is none."""
    dominated_wrong: float
    """Share of samples in which some claim is false."""
    flip_coverage: float | None
    """Of true points where the choice flips, the share inside the interval; None where there is none."""
    tax_coverage: float | None
    """Of true prices, the share inside the interval, where one is named."""


def sample(world: World, rng: np.random.Generator) -> Sheets:
    """One evaluation of this world."""
    n = world.cases * len(DIMENSIONS)
    dimension = rng.permutation(np.repeat(np.arange(len(DIMENSIONS)), world.cases))
    family = np.repeat(np.arange(n), rng.integers(2, 5, size=n))[:n]
    shared = np.sqrt(BY_FAMILY) * rng.standard_normal(n)[family] + np.sqrt(BY_CASE) * rng.standard_normal(n)
    own = np.sqrt(1 - BY_FAMILY - BY_CASE) * rng.standard_normal((len(world.rates), n))
    right = shared + own < norm.ppf(np.array(world.rates))[:, dimension]
    seen = rng.random(right.shape) >= world.missing
    return Sheets(tuple(f"s{at}" for at in range(len(world.rates))), tuple(_sheets(dimension, family, right, seen)))


def _sheets(dimension: np.ndarray, family: np.ndarray, right: np.ndarray, seen: np.ndarray) -> list[Sheet]:
    made = []
    for at, name in enumerate(DIMENSIONS):
        mine = np.flatnonzero(dimension == at)
        rows = zip(right[:, mine].tolist(), seen[:, mine].tolist(), strict=True)
        values = tuple(tuple(float(r) if s else None for r, s in zip(*row, strict=True)) for row in rows)
        axis = Axis(name=name, unit="rate", better="higher", weight=1.0)
        made.append(Sheet(axis, tuple(map(str, family[mine].tolist())), values))
    return made


def means(sheets: Sheets) -> np.ndarray:
    """By system and dimension, over what was seen."""
    rows = [[[v for v in row if v is not None] for row in sheet.values] for sheet in sheets.sheets]
    return np.array([[sum(row) / len(row) for row in sheet] for sheet in rows]).T


def decisions(world: World, *, repeats: int, seed: int) -> Decided:
    """What is said in `repeats` evaluations."""
    rng = np.random.default_rng([seed, world.cases, *world.name.encode()])
    found = [_decided(world, sample(world, rng)) for _ in range(repeats)]
    return Decided(world.name, *np.mean(found, axis=0).tolist())


def _decided(world: World, sheets: Sheets) -> tuple[bool, bool, bool, bool, bool]:
    seen = means(sheets).mean(axis=1)
    order = [int(at) for at in np.argsort(-seen, kind="stable")]
    chosen = decide(sheets, order, LIMITS).chosen
    naive = np.flatnonzero(seen >= seen.max() - 1e-12)
    best = None if world.best is None else f"s{world.best}"
    return (
        chosen is not None,
        chosen is not None and chosen == best,
        chosen is not None and chosen != best,
        naive.tolist() == [world.best],
        _best_of_draws(sheets) >= 0.95,
    )


def placings(world: World, *, repeats: int, seed: int) -> Placed:
    """What is said of fronts, domination, flips and prices in `repeats` evaluations."""
    rng = np.random.default_rng([seed, world.cases, *world.name.encode()])
    truly_on = front(world.rates)
    kept, naive, named, false, flipped, priced = [], [], [], [], [], []
    for _ in range(repeats):
        sheets = sample(world, rng)
        draws = drawn_anew(sheets, draws=DRAWS, seed=0)
        chances = [place.probability or 0.0 for place in places(sheets, draws)]
        seen = front(means(sheets).tolist())
        kept += [chance >= OFF for chance, on in zip(chances, truly_on, strict=True) if on]
        naive += [one for one, on in zip(seen, truly_on, strict=True) if on]
        claims = dominated(sheets, pairs(sheets, LIMITS), alpha=LIMITS.alpha)
        named += [f"s{at}" in {c.system for c in claims} for at, on in enumerate(truly_on) if not on]
        false.append(any(_false(world, c.system, c.by, c.worse_on) for c in claims))
        flipped += _flips_held(world, sheets, draws)
        priced += _prices_held(world, sheets)
    return Placed(
        world.name, _share(kept) or 0.0, _share(naive) or 0.0, _share(named), _share(false) or 0.0, _share(flipped),
        _share(priced),
    )  # fmt: skip


def _false(world: World, system: str, by: str, worse_on: Sequence[str]) -> bool:
    """A claim is false where the system is not worse on some axis named, or better by the margin on some other."""
    mine, theirs = (world.rates[int(name[1:])] for name in (system, by))
    return any(
        m >= t if name in worse_on else m >= t + LIMITS.margin
        for name, m, t in zip(DIMENSIONS, mine, theirs, strict=True)
    )


def _flips_held(world: World, sheets: Sheets, draws: Draws) -> list[bool]:
    """Whether each true flip of the true leader lies in its interval, seen from that leader."""
    order = sorted(range(len(world.rates)), key=lambda at: -world.scores[at])
    truth, shares = tuple(zip(*world.rates, strict=True)), shares_of(sheets)
    found = {(flip.dimension, flip.side): flip for flip in flips(sheets, draws, order)}
    held = []
    for at, name in enumerate(DIMENSIONS):
        for side in SIDES:
            end = 1.0 if side == "more" else 0.0
            true, flip = overtaken(truth, shares, at, order, end), found[name, side]
            if true is not None and flip.interval is not None:
                held.append(flip.interval.low <= true.at <= flip.interval.high)
    return held


def _prices_held(world: World, sheets: Sheets) -> list[bool]:
    """Whether what s1 loses against s0 in helpfulness for each point of harmlessness lies in its interval."""
    lost = world.rates[0][0] - world.rates[1][0]
    gained = world.rates[1][2] - world.rates[0][2]
    found = tax(sheets, Related(0, 1), LIMITS, draws=DRAWS, seed=0)
    if found is None or gained <= 0:
        return []
    ends = [paid.per_gain_interval for paid in found.paid if paid.axis == "helpful"]
    return [end.low <= lost / gained <= end.high for end in ends if end]


def _best_of_draws(sheets: Sheets) -> float:
    """How sure the bootstrap alone would be of its best system: the highest share of draws."""
    draws, everyone = drawn_anew(sheets, draws=DRAWS, seed=0), range(len(sheets.systems))
    rows = np.array([scores(one, shares_of(sheets), everyone) for one in draws.drawn])
    return float(np.bincount(rows.argmax(axis=1), minlength=len(sheets.systems)).max() / DRAWS)


def _share(held: Sequence[bool]) -> float | None:
    return sum(held) / len(held) if held else None
