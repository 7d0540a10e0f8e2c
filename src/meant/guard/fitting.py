"""The thresholds of a cascade, chosen together: as one, its layers keep the promise on over-blocking, at least cost.

Each stage blocks above one threshold, lets pass below another, and hands what lies between to the next, dearer one.
On one half of the families, thresholds are fitted for many prices of a benign text blocked and of a second spent,
stage by stage until none of them moves (each step is the best for that stage, given the others). The other half tells
which of these keep the promise: they are tested from the fewest blocked to the most, and the first that fails ends
it, so that the error is controlled for all of them at once (fixed sequence testing; Angelopoulos and others 2021,
"Learn then Test", with the exact binomial bound). Of those that hold, the cheapest is taken that gives up no more than
`give_up` of the harmful texts that the best of them stops.

Cost is that of a benign text: nearly all traffic is. The promise is about benign texts like these, and no others.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from meant.core.base import content_id
from meant.guard.descent import Descent, Scored, Stage, walked
from meant.stats.rare import rate_at_most

_BLOCKED = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Prices of blocking all benign texts, where letting all harmful ones pass costs 1."""
_SPENT = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3)
"""Prices of asking every stage about all benign texts."""
_RAISED = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5)


class Figures(NamedTuple):
    """What thresholds do on some texts."""

    blocked: int
    """Benign texts blocked..."""
    benign: int
    """... of so many."""
    stopped: int
    """Harmful texts stopped..."""
    harmful: int
    """... of so many."""
    cost: float
    """Of a benign text, on average, in the unit of the costs."""

    @property
    def recall(self) -> float:
        """Share of harmful texts stopped."""
        return self.stopped / self.harmful


class Fit(NamedTuple):
    """The thresholds, and what may be promised of them."""

    stages: tuple[Stage, ...]
    rate: float
    """Of benign texts, at most so many are blocked, with `level` confidence."""
    level: float
    asked: float
    """What was to be promised."""
    chosen_on: Figures
    held_out: Figures
    """On the half that had no say in the thresholds: what to expect."""

    @property
    def kept(self) -> bool:
        """Whether what was asked for can be promised."""
        return self.rate <= self.asked


def fit(
    texts: Sequence[Scored],
    costs: Sequence[float],
    *,
    rate: float,
    level: float = 0.95,
    give_up: float = 0.01,
    fixed: Collection[int] = (),
) -> Fit:
    """The thresholds. `costs` are those of asking each stage once; the stages `fixed`, by number, stay `SAYS`.

    Raises ValueError without texts of both sides.

    Where nothing keeps the promise, the thresholds that block least, with what can be promised of them.
    """
    learning, testing = _halves(texts)
    tried = sorted(set(_fitted(learning, costs, fixed)), key=lambda one: _order(measured(one, learning, costs)))
    held = list[tuple[tuple[Stage, ...], float]]()
    for stages in tried:
        found = measured(stages, testing, costs)
        bound = rate_at_most(found.blocked, found.benign, level=level)
        if bound > rate:
            break
        held.append((stages, bound))
    if not held:
        least = measured(tried[0], testing, costs)
        held = [(tried[0], rate_at_most(least.blocked, least.benign, level=level))]
    known = [(measured(stages, learning, costs), stages, bound) for stages, bound in held]
    best = max(one.recall for one, _, _ in known)
    cheap = [one for one in known if one[0].recall >= best - give_up]
    figures, stages, bound = min(cheap, key=lambda one: (one[0].cost, -one[0].recall))
    return Fit(stages, bound, level, rate, figures, measured(stages, testing, costs))


def measured(stages: Sequence[Stage], texts: Sequence[Scored], costs: Sequence[float]) -> Figures:
    """What the thresholds do."""
    ends = [(text, *walked(stages, text)) for text in texts]
    benign = [(stopped, sum(costs[:asked])) for text, stopped, asked in ends if text.benign]
    harmful = [stopped for text, stopped, _ in ends if not text.benign]
    cost = math.fsum(cost for _, cost in benign) / len(benign)
    return Figures(sum(stopped for stopped, _ in benign), len(benign), sum(harmful), len(harmful), cost)


def _order(found: Figures) -> tuple[int, int, float]:
    """The most cautious first: of those that block equally few, the one that stops the fewest."""
    return found.blocked, found.stopped, found.cost


def _halves(texts: Sequence[Scored]) -> tuple[list[Scored], list[Scored]]:
    """By family, so that near-copies of a text are on one side."""
    halves: tuple[list[Scored], list[Scored]] = ([], [])
    for text in texts:
        halves[int(content_id(["half", text.family])[-1], 16) % 2].append(text)
    if any({text.benign for text in half} != {True, False} for half in halves):
        raise ValueError(f"{len(texts)} texts are too few: each half of their families needs benign and harmful ones")
    return halves


def _fitted(texts: Sequence[Scored], costs: Sequence[float], fixed: Collection[int]) -> Iterator[tuple[Stage, ...]]:
    """Thresholds for every price, and more cautious ones: what just holds on one half need not on the other."""
    descent = Descent(texts, costs, fixed)
    for blocked in _BLOCKED:
        for spent in _SPENT:
            stages = descent.run(blocked, spent)
            yield from (tuple(_raised(stages, texts, share, fixed)) for share in _RAISED)


def _raised(stages: Sequence[Stage], texts: Sequence[Scored], share: float, fixed: Collection[int]) -> Iterator[Stage]:
    """More cautious ones: of the harmful texts that a stage scores high enough to block, it blocks that share less."""
    for at, stage in enumerate(stages):
        if at in fixed:
            yield stage
            continue
        above = sorted(t.scores[at] for t in texts if not t.benign and t.scores[at] > stage.block_above)
        last = above[int(share * len(above)) - 1] if int(share * len(above)) else stage.block_above
        yield stage._replace(block_above=last)
