"""A text made ready to be asked whether it holds a value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2

from meant.guard.wording.plain import plain, squeezed
from meant.guard.wording.values import Found, values_in

_WORD = re.compile(r"[^\W_]+")
"""With `re`, which takes a twentieth of the time here, and no longer for a text that is made to be slow."""
_SENTENCES: Any = re2.compile(r"[.!?;:]\s|\n")
_ENDINGS = ("ing", "ed", "es", "s", "e")
_SHORTEST_STEM = 3


@dataclass(frozen=True)
class Words:
    """One text, or several as one."""

    text: str

    def holds(self, value: Found) -> bool:
        """Whether it says the value, in whatever way of writing."""
        if self.knows(value):
            return True
        if value.kind == "account":
            return value.key in self._squeezed
        return value.kind == "text" and f" {value.key} " in self._spaced

    def knows(self, value: Found) -> bool:
        """Whether it says the value in so many words: what can be told without a search of the text."""
        if value.kind == "text":
            return False
        return (value.kind, value.key) in self._keys or (value.kind == "link" and value.key in self._hosts)

    @cached_property
    def values(self) -> list[Found]:
        """Every value in it."""
        return values_in(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Its words without their endings."""
        return frozenset(stem(word) for word in words_of(self.text))

    @cached_property
    def sentences(self) -> list[list[str]]:
        """The same sentence by sentence, in order."""
        return [[stem(word) for word in words_of(sentence)] for sentence in _SENTENCES.split(self.text)]

    @cached_property
    def _keys(self) -> frozenset[tuple[str, str]]:
        return frozenset((one.kind, one.key) for one in self.values)

    @cached_property
    def _hosts(self) -> frozenset[str]:
        return frozenset(one.key.partition("/")[0] for one in self.values if one.kind == "link")

    @cached_property
    def _squeezed(self) -> str:
        return squeezed(self.text)

    @cached_property
    def _spaced(self) -> str:
        return f" {spaced(self.text)} "


def spaced(text: str) -> str:
    """Its words, one space between two."""
    return " ".join(words_of(text))


def words_of(text: str) -> Sequence[str]:
    """Its words, in one case."""
    found: list[str] = _WORD.findall(plain(text))
    return found


def stem(word: str) -> str:
    """The word without an ending that English verbs and plurals have."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word
