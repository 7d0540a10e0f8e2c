"""Which replies a rater labels next: those that shrink the intervals most, drawn so that they speak for the others.

Its rule: how many come from each kind of verdict follows from what was labelled so far (`stats/labels.py`); which ones
is chance alone, the same for all raters of one seed. A share of the replies is common to all raters, so that
their agreement can be told; the others go to whoever comes first. The order in which a batch is shown tells nothing
of the kinds.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from meant.core.label import Frame
from meant.stats.correction import Stratum
from meant.stats.labels import next_labels


class Figure(NamedTuple):
    """What is labelled for: a frame, and what people have found in it so far."""

    frame: Frame
    truths: Mapping[str, bool]
    """By transcript, whether people call it a hit."""

    @property
    def parts(self) -> list[Stratum]:
        """The frame's kinds, in its order, as far as they are labelled."""
        return [_part(ids, self.truths) for ids in self.frame.kinds.values()]


class Drawn(NamedTuple):
    """A reply to label, and the frame that it was drawn from."""

    transcript: str
    frame: Frame


class Batch(NamedTuple):
    """For whom, and how."""

    mine: Collection[str]
    """Transcripts that this rater has labelled, `unsure` included."""
    others: Collection[str]
    """Those on which another rater has decided."""
    most: int
    """How many replies."""
    overlap: float
    """Which share of all replies is common to the raters, 0..1."""
    seed: int


def draw(figures: Sequence[Figure], batch: Batch) -> list[Drawn]:
    """The next replies, at most `most`: common ones that others have decided on, then fresh ones for each figure.

    Figures take turns, the one with the fewest labels first. The order is one of chance.
    """
    drawn = list(_common(figures, batch))[: round(batch.overlap * batch.most)]
    counts = [len(figure.truths) for figure in figures]
    taken = {*batch.mine, *batch.others, *(one.transcript for one in drawn)}
    while missing := batch.most - len(drawn):
        before = len(drawn)
        for at, quota in enumerate(_quotas(figures, counts, taken, missing)):
            fresh = _fresh(figures[at], quota, taken, batch.seed)
            drawn += [Drawn(id_, figures[at].frame) for id_ in fresh]
            taken.update(fresh)
            counts[at] += len(fresh)
        if len(drawn) == before:
            break
    return sorted(drawn, key=lambda one: chance(batch.seed, "shown", one.transcript))


def _quotas(figures: Sequence[Figure], counts: Sequence[int], taken: Collection[str], missing: int) -> list[int]:
    """How many each figure gets, so that the numbers of labels come out as even as they can."""
    open_ = [sum(id_ not in taken for ids in figure.frame.kinds.values() for id_ in ids) for figure in figures]
    quotas = [0] * len(figures)
    for _ in range(missing):
        left = [at for at, quota in enumerate(quotas) if quota < open_[at]]
        if not left:
            break
        quotas[min(left, key=lambda at: (counts[at] + quotas[at], at))] += 1
    return quotas


def _common(figures: Sequence[Figure], batch: Batch) -> Iterator[Drawn]:
    """What others have decided on, this rater has not seen, and everybody is to label."""
    open_ = [
        Drawn(id_, figure.frame)
        for figure in figures
        for ids in figure.frame.kinds.values()
        for id_ in ids
        if id_ in batch.others and id_ not in batch.mine and chance(batch.seed, "common", id_) < batch.overlap
    ]
    once = {one.transcript: one for one in open_}
    yield from sorted(once.values(), key=lambda one: chance(batch.seed, "drawn", one.transcript))


def _fresh(figure: Figure, quota: int, taken: Collection[str], seed: int) -> list[str]:
    """So many of what nobody has decided on: one of each kind without a label, then as `next_labels` allots."""
    free = [
        sorted((id_ for id_ in ids if id_ not in taken), key=lambda id_: chance(seed, "drawn", id_))
        for ids in figure.frame.kinds.values()
    ]
    parts = [part if ids else _closed(part) for part, ids in zip(figure.parts, free, strict=True)]
    without = sorted(
        (at for at, part in enumerate(parts) if not part.labelled and free[at]), key=lambda i: -len(free[i])
    )
    first = [int(at in without[:quota]) for at in range(len(parts))]
    given = next_labels([_grown(part, n) for part, n in zip(parts, first, strict=True)], quota - sum(first))
    return [id_ for ids, one, more in zip(free, first, given, strict=True) for id_ in ids[: one + more]]


def _part(ids: Sequence[str], truths: Mapping[str, bool]) -> Stratum:
    said = [truths[id_] for id_ in ids if id_ in truths]
    return Stratum(len(ids), len(said), sum(said))


def _grown(part: Stratum, more: int) -> Stratum:
    """With labels that are coming and may be either."""
    return Stratum(part.items, part.labelled + more, part.positive + more / 2)


def _closed(part: Stratum) -> Stratum:
    """A kind of which nothing is left to draw."""
    return part._replace(items=part.labelled)


def chance(seed: int, what: str, id_: str) -> float:
    """A number in [0, 1) that is fixed by the three, and tells nothing of the reply."""
    digest = hashlib.sha256(f"{seed}/{what}/{id_}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
