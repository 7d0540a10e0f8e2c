"""How well scores part harmful from benign texts: figures for a guard, each with its interval.

A guard works where few benign texts are blocked, so recall is read there: at the threshold above which no more than
the given share of the benign texts lies. That threshold is chosen on the very texts it is read on, so these figures
say what the scores could do; what a threshold that was chosen before does is `rate_above`.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from meant.core.finding import Interval
from meant.guard.learning.examples import HARD, Example
from meant.stats.intervals import Rate, mean, rate


class Operating(NamedTuple):
    """Recall where a share of benign texts is blocked."""

    recall: Rate
    threshold: float


class Area(NamedTuple):
    """The area under the ROC curve, and its interval."""

    value: float
    interval: Interval


def auc(harmful: Sequence[float], benign: Sequence[float]) -> Area:
    """The chance that a harmful text scores above a benign one, ties counting half (Mann & Whitney 1947).

    Each text's own share of the other side that it is in order with; the mean of either side's shares is the area, and
    their variances add up (DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44). 95 %.
    """
    if not harmful or not benign:
        raise ValueError(f"needs both sides: {len(harmful)} harmful, {len(benign)} benign")
    low, high = sorted(benign), sorted(harmful)
    value, first = mean([_below(score, low) for score in harmful])
    _, second = mean([1 - _below(score, high) for score in benign])
    half = math.hypot((first.high - first.low) / 2, (second.high - second.low) / 2)
    return Area(value, Interval(max(0.0, value - half), min(1.0, value + half)))


def _below(score: float, ordered: Sequence[float]) -> float:
    """Share of these below the score, those equal counting half."""
    return (bisect_left(ordered, score) + bisect_right(ordered, score)) / (2 * len(ordered))


def recall_at(harmful: Sequence[float], benign: Sequence[float], *, rate_blocked: float) -> Operating:
    """Share of harmful texts above the threshold that blocks at most this share of the benign ones."""
    threshold = sorted(benign, reverse=True)[int(rate_blocked * len(benign))]
    return Operating(rate_above(harmful, threshold), threshold)


def rate_above(scores: Sequence[float], threshold: float) -> Rate:
    """Share above a threshold, each text counting as one."""
    return rate([float(score > threshold) for score in scores], [str(at) for at in range(len(scores))])


@dataclass(frozen=True)
class Figures:
    """All of them, of one classifier on one set of texts."""

    harmful: int
    benign: int
    hard: int
    auc: Area
    recall_01: Rate
    recall_001: Rate
    over_block_hard: Rate
    """Of the group `hard`, at the 1 % point."""
    fpr: Rate
    """Of benign texts, at the operating point."""
    recall: Rate
    """Of harmful texts, there."""

    def as_data(self) -> dict[str, Any]:
        """For JSON: each share, and its interval beside it."""
        named = {
            "recall_at_fpr_01": self.recall_01,
            "recall_at_fpr_001": self.recall_001,
            "over_block_hard": self.over_block_hard,
            "fpr_at_promise": self.fpr,
            "recall_at_promise": self.recall,
        }
        return {
            "harmful": self.harmful,
            "benign": self.benign,
            "hard": self.hard,
            "auc": self.auc.value,
            "auc_interval": list(self.auc.interval),
            **{name: rate.value for name, rate in named.items()},
            **{f"{name}_interval": list(rate.interval) for name, rate in named.items()},
        }


def figures(texts: Sequence[Example], scores: Sequence[float], *, threshold: float) -> Figures:
    """Of scored texts; `threshold` is the operating point, chosen elsewhere. Raises ValueError without both sides."""
    pairs = list(zip(texts, scores, strict=True))
    harmful = [score for example, score in pairs if example.harmful]
    benign = [score for example, score in pairs if not example.harmful]
    hard = [score for example, score in pairs if not example.harmful and example.group == HARD]
    area = auc(harmful, benign)
    one, tenth = (recall_at(harmful, benign, rate_blocked=share) for share in (0.01, 0.001))
    return Figures(
        harmful=len(harmful),
        benign=len(benign),
        hard=len(hard),
        auc=area,
        recall_01=one.recall,
        recall_001=tenth.recall,
        over_block_hard=rate_above(hard, one.threshold),
        fpr=rate_above(benign, threshold),
        recall=rate_above(harmful, threshold),
    )
