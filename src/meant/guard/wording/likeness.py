"""How alike texts are by the letters of their words: cosine of TF-IDF over character n-grams within words.

Salton & Buckley 1988 for the weights (log tf, smoothed idf), with Cavnar & Trenkle's n-grams (1994) in the place of
words, so that endings and typos matter less. Words that any English text has are left out, where there are others.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from meant.guard.wording.lists import words
from meant.guard.wording.words import words_of

SIZES = (3, 4, 5)


class Likeness:
    """Texts to compare others with; how rare an n-gram is, is told by the `known` texts."""

    def __init__(self, texts: Sequence[str], *, known: Sequence[str]) -> None:
        held = Counter(gram for one in known for gram in frozenset(_grams(one)))
        self._rarity = {gram: 1 + math.log((1 + len(known)) / (1 + n)) for gram, n in held.items()}
        self._unseen = 1 + math.log(1 + len(known))
        self._vectors = [self._vector(Counter(_grams(text))) for text in texts]

    def to(self, text: str) -> list[float]:
        """Of the text with each of them, 0..1."""
        vector = self._vector(Counter(_grams(text)))
        return [min(1.0, sum(weight * one.get(gram, 0.0) for gram, weight in vector.items())) for one in self._vectors]

    def _vector(self, counts: Mapping[str, int]) -> dict[str, float]:
        weights = {g: (1 + math.log(n)) * self._rarity.get(g, self._unseen) for g, n in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {gram: weight / length for gram, weight in weights.items()}


def _grams(text: str) -> Iterator[str]:
    said = words_of(text)
    for word in [word for word in said if word not in words("common")] or said:
        framed = f" {word} "
        for size in SIZES:
            yield from (framed[at : at + size] for at in range(max(1, len(framed) - size + 1)))
