"""Who is fitted without whom, and how much each text weighs."""

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from meant.guard.learning.examples import Example

FOLDS = 4


def folds(examples: Sequence[Example], *, always: Sequence[Example] = ()) -> tuple[list[int], bool]:
    """The fold of each example, and whether folds are made of whole groups. `always` is learned from in every fold.

    Groups go to the fold that is emptiest so far, the largest first. Where there is a single group, or a fold would
    leave only one side to learn from, texts are cut by their hash, which says less: how well what was learned carries
    over to another group is then not seen.
    """
    sizes = Counter(example.group for example in examples)
    places: dict[str, int] = {}
    filled = [0] * min(FOLDS, len(sizes))
    for group, size in sizes.most_common():
        places[group] = filled.index(min(filled))
        filled[places[group]] += size
    found = [places[example.group] for example in examples]
    if all(_both_sides(examples, found, fold, always) for fold in range(len(filled))):
        return found, True
    return [zlib.crc32(example.text.encode()) % FOLDS for example in examples], False


def _both_sides(examples: Sequence[Example], places: Sequence[int], fold: int, always: Sequence[Example]) -> bool:
    """Whether what is outside of the fold holds harmful and benign texts."""
    outside = (example for example, place in zip(examples, places, strict=True) if place != fold)
    return len({example.harmful for example in (*outside, *always)}) == 2


def balanced(examples: Sequence[Example]) -> Any:
    """Weights, of mean 1: the sides weigh the same, and in a side each group as the root of its size.

    Between weighing texts alike, where the largest group is learned by heart, and groups alike, where the smallest is.
    """
    import numpy as np

    sizes = Counter((example.group, example.harmful) for example in examples)
    weight = np.array([sizes[example.group, example.harmful] ** -0.5 for example in examples])
    harmful = np.array([example.harmful for example in examples])
    for side in (harmful, ~harmful):
        weight[side] *= len(examples) / 2 / weight[side].sum()
    return weight
