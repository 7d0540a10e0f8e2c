"""Where the n-grams of words lie, kept for when the words come again: a text is made of old ones, most of it.

No n-gram of characters reaches over a blank, so those of a word are the same in every text, and so are those of two
words side by side. A text teaches little: one that is made of nothing but new words, whoever sends it, takes hardly
longer than if none were kept. Where there is no room for more, all of it is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from meant.guard.learning.rolling import KINDS, hashed, in_word, placed, side_by_side

ALONE, BOTH = KINDS


@dataclass(slots=True)
class _Known:
    """Places are int32, one after another."""

    words: dict[bytes, bytes] = field(default_factory=dict)
    """The places of a word's n-grams of characters, with the blanks around it, and of the word alone."""
    hashes: dict[bytes, int] = field(default_factory=dict)
    """And its hash."""
    pairs: dict[tuple[bytes, bytes], bytes] = field(default_factory=dict)
    """The place of two words side by side."""

    def __len__(self) -> int:
        return len(self.words) + len(self.pairs)

    def learn(self, word: bytes) -> None:
        """A word."""
        own = self.hashes[word] = hashed(word)
        self.words[word] = placed([*in_word(b" %b " % word), own + ALONE])

    def pair(self, first: bytes, second: bytes) -> None:
        """Two known words."""
        raw = side_by_side(self.hashes[first], len(first), self.hashes[second])
        self.pairs[first, second] = placed([raw + BOTH])


@dataclass(slots=True)
class Vocabulary:
    """What is known by now. Threads may share it: at worst they learn a word twice."""

    longest: int = 100
    """Words of a text from which it is not asked: so many are hashed at once in less time."""
    taught: int = 48
    """Bytes of new words that a text teaches at most, two words that are new side by side counted as one byte each."""
    room: int = 1 << 15
    """Words and pairs of words; all of it takes some 10 MB."""
    _known: _Known = field(default_factory=_Known)

    def recall(self, words: Sequence[bytes]) -> bytes | None:
        """The places of all n-grams of a text, in no order; None: too many are new, or the text is too long."""
        if len(words) > self.longest:
            return None
        known = self._known
        try:
            return _places(words, known)
        except KeyError:
            return _places(words, known) if self._learn(words, known) else None

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
                known.learn(word)
        for pair in pairwise(words):
            if pair not in known.pairs:
                left -= 2
                if left < 0:
                    return False
                known.pair(*pair)
        return True


def _places(words: Sequence[bytes], known: _Known) -> bytes:
    """Raises KeyError where something is not known."""
    of_words, of_pairs = known.words, known.pairs
    return b"".join([*[of_words[word] for word in words], *[of_pairs[pair] for pair in pairwise(words)]])
