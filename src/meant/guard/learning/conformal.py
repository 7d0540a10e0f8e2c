"""The operating point: a threshold chosen so that few benign texts are blocked, and what may be promised of it.

Risk control on benign scores that the fit did not see (Bates and others 2021, "Distribution-free, risk-controlling
prediction sets", with the exact binomial bound; the rate blocked falls as the threshold rises, so thresholds are
tried from the top and the last one whose bound holds is taken). Of new benign texts that are exchangeable with those,
at most `rate` are blocked, with `level` confidence. Texts of another kind are not covered by that. For their sake the
threshold is no lower than where each group, never seen by the fit, has its own rate blocked: caution, and no promise.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from meant.stats.rare import cases_to_rule_out, rate_after_none, rate_at_most

LEAST_IN_GROUP = 30
"""Benign texts; a smaller group's quantile says too little to raise the threshold for all."""


class Promise(NamedTuple):
    """Where to block from, and what that is worth."""

    threshold: float
    """Scores above are blocked."""
    rate: float
    """Of benign texts, at most so many are blocked..."""
    level: float
    """... with this confidence, one-sided."""
    asked: float
    """What was to be promised."""
    benign: int
    """Benign texts it was chosen on."""
    blocked: int
    """Of those, blocked."""

    @property
    def kept(self) -> bool:
        """Whether what was asked for can be promised."""
        return self.rate <= self.asked

    def words(self) -> str:
        """For people."""
        sure = f"with {self.level:.0%} confidence"
        if self.kept:
            return (
                f"at most {self.asked:.2%} of benign texts like the {self.benign} it was chosen on are blocked, {sure} "
                f"({self.blocked} of them are)"
            )
        needed = cases_to_rule_out(self.asked, level=self.level)
        return (
            f"{self.benign} benign texts are too few to promise that at most {self.asked:.2%} are blocked: that takes "
            f"{needed}, none of them blocked. It blocks from above all of these, and at most {self.rate:.1%} can be "
            f"promised, {sure}"
        )


def operating_point(
    benign: Mapping[str, Sequence[float]], *, rate: float, level: float = 0.95, cautious: bool = True
) -> Promise:
    """The lowest threshold that keeps the promise, for benign scores by group. Raises ValueError without any.

    Where none does, that above all scores. `cautious`: no group of some size has more than `rate` of its own above it.
    """
    scores = sorted((score for group in benign.values() for score in group), reverse=True)
    if not scores:
        raise ValueError("an operating point needs benign scores")
    threshold = scores[allowed(len(scores), rate=rate, level=level)]
    if cautious:
        threshold = max([threshold, *(_own(group, rate) for group in benign.values())])
    blocked = sum(score > threshold for score in scores)
    bound = rate_at_most(blocked, len(scores), level=level) if blocked else rate_after_none(len(scores), level=level)
    return Promise(threshold, bound, level, rate, len(scores), blocked)


def allowed(n: int, *, rate: float, level: float) -> int:
    """Of n benign texts, how many may be blocked so that the bound on the rate still holds; 0 where none may."""

    def too_many(k: int) -> bool:
        return rate_at_most(k, n, level=level) > rate

    return bisect_left(range(1, n), x=True, key=too_many)


def _own(scores: Sequence[float], rate: float) -> float:
    """Above which the group has no more than its rate."""
    if len(scores) < LEAST_IN_GROUP:
        return float("-inf")
    return sorted(scores, reverse=True)[int(rate * len(scores))]
