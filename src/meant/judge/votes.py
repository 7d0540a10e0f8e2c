"""Several opinions made one: the majority, or "unsure"."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from meant.core.verdict import Outcome


class Tally(NamedTuple):
    """What the votes came to."""

    outcome: Outcome
    share: float
    """Of the votes that went to the most frequent outcome, 0..1."""


def tally(votes: Sequence[Outcome], *, needed: float = 0.5) -> Tally:
    """The outcome of more than half of the votes and at least a share `needed` of them; else "unsure".

    A vote of "unsure" is a vote. Raises ValueError without any.
    """
    if not votes:
        raise ValueError("no votes")
    (outcome, n), *_ = Counter(votes).most_common(1)
    share = n / len(votes)
    return Tally(outcome if share > 1 / 2 and share >= needed else "unsure", share)
