"""Which items people should label next, and how many labels would halve the interval of a corrected rate."""

import heapq
from collections.abc import Sequence

from meant.stats.correction import Stratum, corrected_rate


def next_labels(parts: Sequence[Stratum], count: int) -> list[int]:
    """How many of the next `count` labels to draw at random from each kind of verdict.

    Each label goes where it takes most off the variance, which ends at Neyman's allocation (1934, JRSS 97): in
    proportion to items times standard deviation. Shares are guessed as (positive + ½) / (labelled + 1). Fewer than
    `count` where the items run out.
    """
    given = [0] * len(parts)
    queue = [(-_gain(part, 0), at) for at, part in enumerate(parts) if part.labelled < part.items]
    heapq.heapify(queue)
    for _ in range(count):
        if not queue:
            break
        _, at = heapq.heappop(queue)
        given[at] += 1
        if parts[at].labelled + given[at] < parts[at].items:
            heapq.heappush(queue, (-_gain(parts[at], given[at]), at))
    return given


def _gain(part: Stratum, more: int) -> float:
    """How much the variance of the whole falls with one label on top of `more`, up to a factor common to all kinds."""
    share, labels = (part.positive + 0.5) / (part.labelled + 1), part.labelled + more
    return part.items**2 * share * (1 - share) * (1 / max(labels, 0.5) - 1 / (labels + 1))


def labels_to_halve(parts: Sequence[Stratum]) -> int:
    """How many more labels, drawn as `next_labels` says, would about halve the interval if shares stay as seen.

    Needs a label of each kind. The share on these very items is meant; labelling all of them leaves no interval.
    """
    now = _width(parts, 0)
    enough, left = 0, sum(s.items - s.labelled for s in parts)
    while left - enough > 0:
        middle = (enough + left) // 2
        enough, left = (enough, middle) if _width(parts, middle) <= now / 2 else (middle + 1, left)
    return left


def _width(parts: Sequence[Stratum], more: int) -> float:
    """The width that is to be expected after so many more labels."""
    given = next_labels(parts, more)
    grown = [
        Stratum(s.items, s.labelled + m, s.positive + m * s.positive / max(1, s.labelled))
        for s, m in zip(parts, given, strict=True)
    ]
    low, high = corrected_rate(grown, drawn="by stratum").interval
    return high - low
