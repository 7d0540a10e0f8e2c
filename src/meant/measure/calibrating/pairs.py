"""Pairs of replies to one case of which people say which is better: what judges that compare are measured on.

A pair is two replies with different labels, or one that people compared as a pair. Its rule: which of the two stands
first is settled by a hash and not by which is better, so that a judge cannot gain by always naming one place.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product, zip_longest
from typing import NamedTuple

from meant.core.base import content_id
from meant.core.case import Case
from meant.core.label import PairLabel
from meant.core.labelled import LabelledReply
from meant.core.transcript import Transcript
from meant.measure.calibrating.rated import Side


class Pair(NamedTuple):
    """Two replies to one case."""

    case: Case
    better: Transcript
    worse: Transcript

    @property
    def order(self) -> tuple[Transcript, Transcript]:
        """Which is handed over as the first, and which as the second."""
        swapped = int(content_id(sorted((self.better.id, self.worse.id))), 16) % 2
        one, other = sorted((self.better, self.worse), key=lambda t: t.id)
        return (other, one) if swapped else (one, other)

    @property
    def family(self) -> str:
        """Its cluster."""
        return f"{self.case.suite}/{self.case.family}"


def labelled_pairs(items: Iterable[tuple[LabelledReply, Side]]) -> list[list[Pair]]:
    """Of each case with both labels: every reply that people pass beside every one that they fail."""
    groups: defaultdict[str, dict[Side, list[LabelledReply]]] = defaultdict(lambda: {"pass": [], "fail": []})
    for item, label in items:
        groups[item.case.id][label].append(item)
    found = ([_pair(*two) for two in product(sides["pass"], sides["fail"])] for sides in groups.values())
    return [pairs for pairs in found if pairs]


def compared_pairs(
    labels: Iterable[PairLabel], cases: Mapping[str, Case], said: Mapping[str, Transcript]
) -> list[list[Pair]]:
    """Of each case, the pairs that more raters decide one way than the other; ties and unsure have no vote."""
    votes: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for label in labels:
        chosen = {"first": label.first, "second": label.second}.get(label.preferred)
        one, other = sorted((label.first, label.second))
        if chosen is not None and label.case in cases and one in said and other in said:
            votes[label.case, one, other][chosen] += 1
    groups: defaultdict[str, list[Pair]] = defaultdict(list)
    for (case, one, other), count in votes.items():
        if count[one] != count[other]:
            better, worse = (one, other) if count[one] > count[other] else (other, one)
            groups[case].append(Pair(cases[case], said[better], said[worse]))
    return list(groups.values())


def at_most(groups: Sequence[Sequence[Pair]], most: int) -> list[Pair]:
    """So many pairs at most, each two replies once: one of every case, then a second of every case, and so on."""
    once: dict[tuple[str, ...], Pair] = {}
    for pair in _in_turn(groups):
        once.setdefault(tuple(sorted((pair.better.id, pair.worse.id))), pair)
    return list(once.values())[:most]


def _in_turn(groups: Sequence[Sequence[Pair]]) -> Iterator[Pair]:
    for row in zip_longest(*groups):
        yield from (pair for pair in row if pair is not None)


def _pair(better: LabelledReply, worse: LabelledReply) -> Pair:
    return Pair(better.case, better.transcript, worse.transcript)
