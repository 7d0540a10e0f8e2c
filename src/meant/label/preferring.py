"""Which of two systems people prefer, by rater, and how much of it is a liking for the reply that was shown first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from meant.core.label import PairLabel
from meant.label.drawing import Batch, chance
from meant.label.sitting import PairItem
from meant.stats.intervals import Rate, rate

_WORTH: Mapping[str, float] = {"first": 1.0, "tie": 0.5, "second": 0.0}


class Preferred(NamedTuple):
    """Shares of the first system; a tie counts half, unsure does not count."""

    overall: Rate
    """Each pair at the mean of its raters, families as clusters."""
    by_rater: Mapping[str, Rate]
    liking_for_a: Rate
    """Of the labels that prefer one, the share that prefers the reply shown as A: a half where place does not count."""
    unsure: int


def preferred(labels: Sequence[PairLabel], families: Mapping[str, str]) -> Preferred:
    """`families` is by case; labels whose `first` is the first system's, as those of one sitting are."""
    told = [label for label in labels if label.preferred != "unsure"]
    raters = sorted({label.rater for label in told})
    chosen = [label for label in told if label.preferred != "tie"]
    return Preferred(
        overall=_share(told, families),
        by_rater={rater: _share([one for one in told if one.rater == rater], families) for rater in raters},
        liking_for_a=rate([one.preferred == one.shown for one in chosen], [families[one.case] for one in chosen]),
        unsure=len(labels) - len(told),
    )


def _share(labels: Sequence[PairLabel], families: Mapping[str, str]) -> Rate:
    worth: defaultdict[tuple[str, str, str], list[float]] = defaultdict(list)
    for label in labels:
        worth[label.case, label.first, label.second].append(_WORTH[label.preferred])
    return rate([sum(each) / len(each) for each in worth.values()], [families[case] for case, _, _ in worth])


def draw_pairs(pairs: Sequence[PairItem], batch: Batch) -> list[PairItem]:
    """The next pairs, at random; `batch` holds them by `key`. What is common to all raters comes first."""
    free = [pair for pair in pairs if key(pair) not in batch.mine]
    common = [p for p in free if key(p) in batch.others and chance(batch.seed, "common", key(p)) < batch.overlap]
    fresh = [p for p in free if key(p) not in batch.others]
    mixed = sorted(common, key=lambda p: chance(batch.seed, "drawn", key(p)))[: round(batch.overlap * batch.most)]
    mixed += sorted(fresh, key=lambda p: chance(batch.seed, "drawn", key(p)))[: batch.most - len(mixed)]
    return sorted(mixed, key=lambda p: chance(batch.seed, "shown", key(p)))


def key(pair: PairItem | PairLabel) -> str:
    """The same for a pair and its labels."""
    first, second = (one if isinstance(one, str) else one.id for one in (pair.first, pair.second))
    return f"{first}/{second}"
