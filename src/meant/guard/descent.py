"""Stages with two thresholds each, and those thresholds that no single stage can better at given prices.

A stage blocks above one, lets pass below the other, and hands what lies between to the next. Which prices, and what may
be promised of what comes of them: `fitting.py`.
"""

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

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


SAYS = Stage(math.inf, 0.0)
"""A stage that only says yes or no, and has the last word."""


def walked(stages: Sequence[Stage], text: Scored) -> tuple[bool, int]:
    """Whether it is stopped, and how many stages were asked."""
    if text.blocked:
        return True, 0
    for asked, (stage, score) in enumerate(zip(stages, text.scores, strict=True), 1):
        if score > stage.block_above:
            return True, asked
        if score < stage.escalate_from:
            return False, asked
    return False, len(stages)


class Descent:
    """Thresholds that no single stage can better."""

    def __init__(self, texts: Sequence[Scored], costs: Sequence[float], fixed: Collection[int]) -> None:
        self._texts = [text for text in texts if not text.blocked]
        self._costs, self._last, self._fixed = costs, len(costs) - 1, fixed
        self._benign = sum(text.benign for text in texts)
        self._harmful = len(texts) - self._benign
        self._by_score = [sorted(self._texts, key=lambda text, at=at: text.scores[at]) for at in range(len(costs))]  # type: ignore[misc]

    def run(self, blocked: float, spent: float) -> tuple[Stage, ...]:
        """For these prices, from asking everybody about everything."""
        self._block = blocked / self._benign
        self._spend = spent / sum(self._costs) / self._benign
        stages = [SAYS if at in self._fixed else Stage(-math.inf, math.inf) for at in range(self._last + 1)]
        for _ in range(_SWEEPS):
            before = list(stages)
            for at in (at for at in range(self._last, -1, -1) if at not in self._fixed):
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
        stopped, asked = walked(stages[at:], Scored(text.family, text.benign, text.scores[at:]))
        if not text.benign:
            return 0.0 if stopped else 1 / self._harmful
        return self._spend * sum(self._costs[at : at + asked]) + (self._block if stopped else 0.0)
