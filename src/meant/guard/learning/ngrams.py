"""Stage one: a weight for every hashed n-gram. A fifth of a millisecond a prompt."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from meant.guard.learning.hashing import grams
from meant.guard.learning.logistic import Plane, fit_plane
from meant.guard.learning.rolling import PLACES

STRENGTH = 10.0


class Ngrams(NamedTuple):
    """What it takes to score a text."""

    rarity: Any
    """(places): ln of how rare an n-gram is among the training texts (Spärck Jones 1972), float32."""
    weights: Any
    """(places), float32: the weight times the rarity."""
    rest: float

    def margin(self, text: str) -> float:
        """How far on the harmful side; 0 is on the fence. Length of the text is taken out."""
        places, values = grams(text)
        rare = values * self.rarity.take(places)
        size = math.sqrt(rare.dot(rare))
        return float(values.dot(self.weights.take(places))) / size + self.rest if size else self.rest


class Counted(NamedTuple):
    """Training texts as rows of rarities, made once for several fits."""

    rows: Any
    """(texts, places), sparse, each of length 1."""
    rarity: Any


def count(texts: Sequence[str]) -> Counted:
    """The texts' n-grams, weighed by how rare they are among these texts."""
    import numpy as np
    from scipy.sparse import csr_matrix, diags_array

    found = [grams(text) for text in texts]
    ends = np.cumsum([0, *(len(one.places) for one in found)])
    data = np.concatenate([one.values for one in found])
    columns = np.concatenate([one.places for one in found])
    seen = np.bincount(columns, minlength=PLACES)
    rarity = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)
    rows = csr_matrix((data * rarity[columns], columns, ends), shape=(len(texts), PLACES))
    size = np.sqrt(rows.multiply(rows).sum(axis=1).A1)
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
