"""Where figures waver: between cases, between replies to one case, between verdicts on one reply.

A flaky system answers alike cases unlike; a flaky judge judges one reply unlike. Only replies asked again and replies
judged again tell the two apart. Nested random effects, by the method of moments (Searle, Casella & McCulloch 1992,
3.6), for any numbers of repeats; intervals by drawing cases anew.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from meant.core.finding import Interval
from meant.stats.resampling import middle_of, resamples


class Components(NamedTuple):
    """Variances of single verdicts. None where nothing was repeated that would tell."""

    cases: float | None
    replies: float | None
    verdicts: float | None

    def standard_error(self, cases: int, replies: int, verdicts: int) -> float:
        """Of the mean over so many cases, each answered `replies` times and each answer judged `verdicts` times."""
        parts = (self.cases, self.replies, self.verdicts)
        numbers = (cases, cases * replies, cases * replies * verdicts)
        return math.sqrt(sum((part or 0.0) / number for part, number in zip(parts, numbers, strict=True)))


class Split(NamedTuple):
    """Estimates, and an interval for each."""

    estimate: Components
    cases: Interval | None
    replies: Interval | None
    verdicts: Interval | None


class _Sums(NamedTuple):
    """What one case gives to the estimates."""

    middle: float
    """Mean of its replies' means."""
    verdicts: float
    """Squares of verdicts about their reply's mean, summed, and their degrees of freedom."""
    verdicts_df: int
    replies: float
    """Squares of replies' means about the case's, summed, and their degrees of freedom."""
    replies_df: int
    per_reply: float
    """Mean over its replies of 1 / verdicts."""
    per_case: float
    """1 / replies."""


def split_variance(cases: Sequence[Sequence[Sequence[float]]], *, draws: int = 1000, seed: int = 0) -> Split:
    """Components from verdicts as numbers, `cases[case][reply][verdict]`; whatever has no verdict is left out.

    The intervals are 95 %, for 20 cases or more. Raises ValueError without two cases.
    """
    sums = [_sums([r for r in replies if r]) for replies in cases if any(replies)]
    if len(sums) < 2:
        raise ValueError(f"needs two cases with a verdict, not {len(sums)}")
    drawn = [_components(again) for again in resamples(sums, draws=draws, seed=seed)]
    return Split(_components(sums), *(_interval(column) for column in zip(*drawn, strict=True)))


def _sums(replies: Sequence[Sequence[float]]) -> _Sums:
    means = [math.fsum(r) / len(r) for r in replies]
    middle = math.fsum(means) / len(means)
    return _Sums(
        middle=middle,
        verdicts=math.fsum((v - mean) ** 2 for r, mean in zip(replies, means, strict=True) for v in r),
        verdicts_df=sum(len(r) - 1 for r in replies),
        replies=math.fsum((mean - middle) ** 2 for mean in means),
        replies_df=len(replies) - 1,
        per_reply=math.fsum(1 / len(r) for r in replies) / len(replies),
        per_case=1 / len(replies),
    )


def _components(sums: Sequence[_Sums]) -> Components:
    """Each variance is what is seen on its level, less what the levels below put there; never below 0."""
    m = len(sums)
    verdicts = _pooled([s.verdicts for s in sums], [s.verdicts_df for s in sums])
    replies = _pooled([s.replies for s in sums], [s.replies_df for s in sums])
    middle = math.fsum(s.middle for s in sums) / m
    between = math.fsum((s.middle - middle) ** 2 for s in sums) / (m - 1)
    if replies is None:
        return Components(None, None, verdicts)
    df = sum(s.replies_df for s in sums)
    noise = (verdicts or 0.0) * math.fsum(s.per_reply * s.replies_df for s in sums) / df
    below = replies * math.fsum(s.per_case for s in sums) / m
    return Components(max(0.0, between - below), max(0.0, replies - noise), verdicts)


def _pooled(squares: Sequence[float], df: Sequence[int]) -> float | None:
    return math.fsum(squares) / sum(df) if sum(df) else None


def _interval(column: Sequence[float | None]) -> Interval | None:
    """None where hardly any draw could tell."""
    told = [value for value in column if value is not None]
    return middle_of(told) if len(told) > len(column) / 2 else None
