"""Stage one: a weight for every hashed n-gram. Well below a tenth of a millisecond a prompt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from meant.guard.learning.hashing import grams, words_of
from meant.guard.learning.logistic import Plane, fit_plane
from meant.guard.learning.rolling import PLACES
from meant.guard.learning.vocabulary import Vocabulary

STRENGTH = 10.0


@dataclass(frozen=True)
class Ngrams:
    """What it takes to score a text."""

    rarity: Any
    """(places): ln of how rare an n-gram is among the training texts (Spärck Jones 1972), float32."""
    weights: Any
    """(places), float32: the weight times the rarity."""
    rest: float

    def margin(self, text: str) -> float:
        """How far on the harmful side; 0 is on the fence. The text's size, the root of its squares, is taken out."""
        weight, square = self._vocabulary.sums(words_of(text))
        return weight / math.sqrt(square) + self.rest if square else self.rest

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.weights, self.rarity * self.rarity)


class Counted(NamedTuple):
    """Training texts as rows of rarities, made once for several fits."""

    rows: Any
    """(texts, places), sparse, each over its size."""
    rarity: Any


def count(texts: Sequence[str]) -> Counted:
    """The texts' n-grams, weighed by how rare they are among these texts."""
    import numpy as np
    from scipy.sparse import csr_matrix, diags_array

    found = [grams(words_of(text)) for text in texts]
    ends = np.cumsum([0, *(len(one) for one in found)])
    columns = np.concatenate(found)
    rows = csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(texts), PLACES))
    rows.sum_duplicates()
    seen = np.bincount(rows.indices, minlength=PLACES)
    rarity = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)
    size = np.sqrt(np.add.reduceat(rarity.take(columns).astype(float) ** 2, ends[:-1]))
    rows.data *= rarity.take(rows.indices)
    return Counted((diags_array(1 / np.maximum(size, 1e-9)) @ rows).tocsr().astype(np.float32), rarity)


def fit_rows(rows: Any, harmful: Any, weight: Any) -> Plane:
    """The plane for rows of `Counted`. Only places that these rows have are fitted; all others weigh nothing."""
    import numpy as np

    used = np.unique(rows.indices)
    plane = fit_plane(rows[:, used], harmful, weight, strength=STRENGTH)
    weights = np.zeros(PLACES, dtype=np.float32)
    weights[used] = plane.weights
    return Plane(weights, plane.rest)


def served(plane: Plane, rarity: Any) -> Ngrams:
    """A fitted plane as it is used, rounded to what its file holds."""
    rounded = [array.astype("float16").astype("float32") for array in (rarity, plane.weights * rarity)]
    return Ngrams(rounded[0], rounded[1], plane.rest)
