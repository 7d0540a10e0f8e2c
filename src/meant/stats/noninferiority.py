"""A candidate against a baseline on the same cases, in three states: worse, not worse than a margin, undecided.

Its rule: two one-sided tests at `alpha`, neither of which can be passed by having too little data. "Worse" rejects "as
good or better"; "not worse" rejects "worse by the margin or more". Where both are rejected the loss is real and within
the margin, which is what the margin allows: not worse. Cases of one family count as the family lets them
(`families.cautious`). A side without a verdict is counted against the candidate for the one test and for it in the
other, so that what could not be judged only ever makes undecided.
"""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from meant.core.finding import Interval
from meant.stats.evidence import evidence

State = Literal["worse", "not worse", "undecided"]


class Compared(NamedTuple):
    """What is known of the candidate."""

    state: State
    difference: float | None
    """Candidate minus baseline over the cases with both verdicts; None where there is none."""
    interval: Interval
    """Of the difference, 1 − 2 alpha, the unscored at their worst at either end."""
    p_worse: float
    """One-sided p of "as good as the baseline, or better"."""
    p_margin: float
    """One-sided p of "worse by the margin, or by more"."""
    n: int
    """Cases with both verdicts."""
    unscored: int
    missing: float
    """Cases' worth of verdicts that one side or the other lacks: a case of which one repeat in three lacks one is a
    third."""
    families: int
    more: int | None
    """Of an undecided comparison: about how many more cases would decide it with 80 % power; None: not known."""


def non_inferiority(
    baseline: Sequence[float | Interval | None],
    candidate: Sequence[float | Interval | None],
    clusters: Sequence[str],
    *,
    margin: float,
    alpha: float,
) -> Compared:
    """Compare shares right, case by case: each in [0, 1] (a case's share of repeats), None without a verdict.

    An Interval is a share of repeats of which some have no verdict: if these were wrong, and if they were right.
    `margin`, in (0, 1), is the loss that may not be, and `alpha`, in (0, 0.5), the risk of either wrong word; neither
    has a default. Raises ValueError on other values.
    """
    if not 0 < margin < 1 or not 0 < alpha < 0.5:
        raise ValueError(f"margin must be in (0, 1) and alpha in (0, 0.5): margin={margin}, alpha={alpha}")
    pairs = list(zip(baseline, candidate, strict=True))
    told = [(_seen(b), _seen(c), f) for (b, c), f in zip(pairs, clusters, strict=True)]
    both = [(c - b, f) for b, c, f in told if b is not None and c is not None]
    worst = evidence([_ends(c).low - _ends(b).high for b, c in pairs], clusters)
    best = evidence([_ends(c).high - _ends(b).low for b, c in pairs], clusters)
    seen = evidence([d for d, _ in both], [f for _, f in both])
    lower, upper = {worst, seen}, {best, seen}  # one each where nothing is unscored
    p_worse, p_margin = max(e.p_below(0.0) for e in upper), max(e.p_above(-margin) for e in lower)
    state = state_of(p_worse, p_margin, alpha=alpha)
    if state == "worse" and best.p_above(-margin) <= alpha:
        state = "undecided"  # with the unscored on its side it would be within the margin
    return Compared(
        state=state,
        difference=math.fsum(d for d, _ in both) / len(both) if both else None,
        interval=Interval(min(e.low(alpha) for e in lower), max(e.high(alpha) for e in upper)),
        p_worse=p_worse,
        p_margin=p_margin,
        n=len(both),
        unscored=len(pairs) - len(both),
        missing=math.fsum(max(_missing(b), _missing(c)) for b, c in pairs),
        families=len(set(clusters)),
        more=seen.more(len(both), margin=margin, alpha=alpha) if state == "undecided" else None,
    )


def state_of(p_worse: float, p_margin: float, *, alpha: float) -> State:
    """The state that follows from two p values; `p_worse` may have been adjusted for looking at many rows."""
    if p_margin <= alpha:
        return "not worse"
    return "worse" if p_worse <= alpha else "undecided"


def _ends(share: float | Interval | None) -> Interval:
    if share is None:
        return Interval(0.0, 1.0)
    return share if isinstance(share, Interval) else Interval(share, share)


def _missing(share: float | Interval | None) -> float:
    low, high = _ends(share)
    return high - low


def _seen(share: float | Interval | None) -> float | None:
    """The share right of the repeats that have a verdict; None where none has."""
    there = 1 - _missing(share)
    return _ends(share).low / there if there > _NOTHING else None


_NOTHING = 1e-9
