"""What words come to under one set of weights, kept for when they come again: a text is made of old ones, most of it.

No n-gram of characters reaches over a blank, so those of a word are the same in every text, and so is that of two
words side by side: each comes to two numbers, and a text to their sums. A text teaches little: one that is made of
nothing but new words, whoever sends it, takes hardly longer than if none were kept. Where there is no room for more,
all of it is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from meant.guard.learning.hashing import grams
from meant.guard.learning.rolling import PAIR, WORD, hashed, in_word, placed, side_by_side


class Sums(NamedTuple):
    """Over n-grams."""

    weight: float
    square: float
    """Of the rarities."""


@dataclass(slots=True)
class _Known:
    """What words, and two side by side, come to."""

    words: dict[bytes, Sums] = field(default_factory=dict)
    hashes: dict[bytes, int] = field(default_factory=dict)
    pairs: dict[tuple[bytes, bytes], Sums] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.words) + len(self.pairs)


@dataclass(slots=True)
class Vocabulary:
    """Of one fit. Threads may share it: at worst they learn a word twice."""

    weights: Any
    """(places), float32."""
    squares: Any
    """(places), float32: of the rarities."""
    longest: int = 100
    """Words of a text from which nothing is asked: so many are hashed at once in less time."""
    taught: int = 48
    """Bytes of new words that a text teaches at most, two words that are new side by side counted as one byte each."""
    room: int = 1 << 15
    """Words and pairs of words; all of it takes some 10 MB."""
    _known: _Known = field(default_factory=_Known)

    def sums(self, words: Sequence[bytes]) -> Sums:
        """What a text of these words comes to."""
        if len(words) <= self.longest:
            known = self._known
            try:
                return _recalled(words, known)
            except KeyError:
                if self._learn(words, known):
                    return _recalled(words, known)
        return self._of(grams(words))

    def _of(self, places: Any) -> Sums:
        return Sums(*(float(array.take(places).sum(dtype=float)) for array in (self.weights, self.squares)))

    def _learn(self, words: Sequence[bytes], known: _Known) -> bool:
        """Whether all of it is known now."""
        if len(known) >= self.room:
            self._known = _Known()
            return False
        left = self.taught
        for word in words:
            if word not in known.words:
                left -= len(word)
                if left < 0:
                    return False
                own = known.hashes[word] = hashed(word)
                known.words[word] = self._of(placed([*in_word(b" %b " % word), own + WORD]))
        for pair in pairwise(words):
            if pair not in known.pairs:
                left -= 2
                if left < 0:
                    return False
                first, second = pair
                raw = side_by_side(known.hashes[first], len(first), known.hashes[second])
                known.pairs[pair] = self._of(placed([raw + PAIR]))
        return True


def _recalled(words: Sequence[bytes], known: _Known) -> Sums:
    """Raises KeyError where something is not known."""
    of_words, of_pairs = known.words, known.pairs
    weight = square = 0.0
    for word in dict.fromkeys(words):
        more, size = of_words[word]
        weight += more
        square += size
    for pair in dict.fromkeys(pairwise(words)):
        more, size = of_pairs[pair]
        weight += more
        square += size
    return Sums(weight, square)
