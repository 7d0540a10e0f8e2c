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
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meant.core.base import content_id
from meant.stats.rare import rate_at_most

_BLOCKED = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Prices of blocking all benign texts, where letting all harmful ones pass costs 1."""
_SPENT = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3)
"""Prices of asking every stage about all benign texts."""
_RAISED = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5)
_SWEEPS = 4


class Scored(NamedTuple):
    """One text, and what each stage says of it."""

    family: str
    benign: bool
    scores: tuple[float, ...]
    """One a stage, in order; higher is worse. Of a stage that only says yes or no: 1 where it blocks."""
    blocked: bool = False
    """By a layer that has no threshold and is asked about everything."""


class Stage(NamedTuple):
    """What one stage does with its score."""

    escalate_from: float
    """From here on the next stage is asked; infinite where it never is."""
    block_above: float
    """Above, it blocks; infinite where it never does."""


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
    texts: Sequence[Scored], costs: Sequence[float], *, rate: float, level: float = 0.95, give_up: float = 0.01
) -> Fit:
    """The thresholds. `costs` are those of asking each stage once. Raises ValueError without texts of both sides.

    Where nothing keeps the promise, the thresholds that block least, with what can be promised of them.
    """
    learning, testing = _halves(texts)
    tried = sorted(set(_fitted(learning, costs)), key=lambda one: _order(measured(one, learning, costs)))
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
    ends = [(text, *_walked(stages, text)) for text in texts]
    benign = [(stopped, sum(costs[:asked])) for text, stopped, asked in ends if text.benign]
    harmful = [stopped for text, stopped, _ in ends if not text.benign]
    cost = math.fsum(cost for _, cost in benign) / len(benign)
    return Figures(sum(stopped for stopped, _ in benign), len(benign), sum(harmful), len(harmful), cost)


def _walked(stages: Sequence[Stage], text: Scored) -> tuple[bool, int]:
    """Whether it is stopped, and how many stages were asked."""
    if text.blocked:
        return True, 0
    for asked, (stage, score) in enumerate(zip(stages, text.scores, strict=True), 1):
        if score > stage.block_above:
            return True, asked
        if score < stage.escalate_from:
            return False, asked
    return False, len(stages)


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


def _fitted(texts: Sequence[Scored], costs: Sequence[float]) -> Iterator[tuple[Stage, ...]]:
    """Thresholds for every price, and more cautious ones: what just holds on one half need not on the other."""
    descent = _Descent(texts, costs)
    for blocked in _BLOCKED:
        for spent in _SPENT:
            stages = descent.run(blocked, spent)
            yield from (tuple(_raised(stages, texts, share)) for share in _RAISED)


def _raised(stages: Sequence[Stage], texts: Sequence[Scored], share: float) -> Iterator[Stage]:
    """More cautious ones: of the harmful texts that a stage scores high enough to block, it blocks that share less."""
    for at, stage in enumerate(stages):
        above = sorted(t.scores[at] for t in texts if not t.benign and t.scores[at] > stage.block_above)
        last = above[int(share * len(above)) - 1] if int(share * len(above)) else stage.block_above
        yield stage._replace(block_above=last)


class _Descent:
    """Thresholds that no single stage can better."""

    def __init__(self, texts: Sequence[Scored], costs: Sequence[float]) -> None:
        self._texts = [text for text in texts if not text.blocked]
        self._costs, self._last = costs, len(costs) - 1
        self._benign = sum(text.benign for text in texts)
        self._harmful = len(texts) - self._benign
        self._by_score = [sorted(self._texts, key=lambda text, at=at: text.scores[at]) for at in range(len(costs))]  # type: ignore[misc]

    def run(self, blocked: float, spent: float) -> tuple[Stage, ...]:
        """For these prices, from asking everybody about everything."""
        self._block = blocked / self._benign
        self._spend = spent / sum(self._costs) / self._benign
        stages = [Stage(-math.inf, math.inf) for _ in self._costs]
        for _ in range(_SWEEPS):
            before = list(stages)
            for at in range(self._last, -1, -1):
                stages[at] = self._best(at, stages)
            if stages == before:
                break
        return tuple(stages)

    def _best(self, at: int, stages: Sequence[Stage]) -> Stage:
        """The best two borders of one stage, in one pass over the texts that reach it, by their scores."""
        reached = [text for text in self._by_score[at] if self._reaches(text, at, stages)]
        if not reached:
            return stages[at]
        scores = [text.scores[at] for text in reached]
        passed, asked, blocked = 0.0, 0.0, math.fsum(self._block for text in reached if text.benign)
        open_at, open_cost = 0, 0.0
        best, borders = math.inf, (0, 0)
        for end in range(len(reached) + 1):
            if end in (0, len(reached)) or scores[end - 1] != scores[end]:
                if end == 0 or passed - asked < open_cost:
                    open_at, open_cost = end, passed - asked
                start = end if at == self._last else open_at
                cost = (passed if at == self._last else open_cost + asked) + blocked
                if cost < best - 1e-12:
                    best, borders = cost, (start, end)
            if end < len(reached):
                text = reached[end]
                passed += 0.0 if text.benign else 1 / self._harmful
                asked += self._value(text, at + 1, stages)
                blocked -= self._block if text.benign else 0.0
        return self._stage(scores, *borders)

    def _stage(self, scores: Sequence[float], start: int, end: int) -> Stage:
        """Scores before `start` pass, from `end` on they are blocked."""
        block_above = math.inf if end == len(scores) else scores[end - 1] if end else -math.inf
        return Stage(scores[start] if start < end else math.inf, block_above)

    def _reaches(self, text: Scored, at: int, stages: Sequence[Stage]) -> bool:
        return all(
            stage.escalate_from <= score <= stage.block_above
            for stage, score in zip(stages[:at], text.scores[:at], strict=True)
        )

    def _value(self, text: Scored, at: int, stages: Sequence[Stage]) -> float:
        """What comes of asking the stages from here on."""
        if at > self._last:
            return 0.0
        stopped, asked = _walked(stages[at:], Scored(text.family, text.benign, text.scores[at:]))
        if not text.benign:
            return 0.0 if stopped else 1 / self._harmful
        return self._spend * sum(self._costs[at : at + asked]) + (self._block if stopped else 0.0)
