"""How far a sentence is supported by sources, by its words.

Its rule: every value and every name of the sentence must be in the sources; of its other words a share. A value weighs
as much as three words. It reads no sense: a sentence that denies what a source says has the same words.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from meant.guard.grounding.sentences import Sentence
from meant.guard.wording.words import Words, stem

_WEIGHT = 3
_SHORTEST_ROOT = 5
"""Characters that two words must begin with alike to count as one: `invoice` and `invoicing`."""


class Support(NamedTuple):
    """What sources have of a sentence."""

    share: float
    """0..1, of the sentence's weight."""
    missing: tuple[str, ...]
    """What is in no source: kinds of values, and `name`."""


@dataclass(frozen=True)
class Sources:
    """All that an answer may rest on."""

    words: Words

    def support(self, sentence: Sentence) -> Support:
        """How far they support it."""
        values = [(str(value.kind), self.words.holds(value)) for value in sentence.values]
        names = [("name", self._has(name.casefold())) for name in sentence.names]
        plain = [self._has(word) for word in sentence.telling]
        held = _WEIGHT * sum(has for _, has in [*values, *names]) + sum(plain)
        whole = _WEIGHT * (len(values) + len(names)) + len(plain)
        missing = tuple(kind for kind, has in [*values, *names] if not has)
        return Support(held / whole if whole else 1.0, missing)

    def _has(self, word: str) -> bool:
        bare = stem(word.removesuffix("'s").removesuffix("’s"))
        return bare in self.words.stems or (len(bare) >= _SHORTEST_ROOT and bare[:_SHORTEST_ROOT] in self._roots)

    @cached_property
    def _roots(self) -> frozenset[str]:
        return frozenset(one[:_SHORTEST_ROOT] for one in self.words.stems if len(one) >= _SHORTEST_ROOT)
