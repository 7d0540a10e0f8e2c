"""A reply's sentences, and which of them claim something."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from meant.core.span import Span
from meant.guard.wording.lists import words
from meant.guard.wording.values import Found, values_in
from meant.guard.wording.words import words_of

_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[^\W_])|\n+")
_NAME = re.compile(r"(?<![\w'])[A-Z](?![\w'-]*\d)[\w'-]+")
_FEWEST = 3
"""Telling words; a sentence of fewer claims something only where it holds a value or a name."""


class Sentence(NamedTuple):
    """One sentence, and where it stands, with the space after it."""

    text: str
    span: Span

    @property
    def values(self) -> list[Found]:
        """Numbers, dates, addresses and the like."""
        return values_in(self.text)

    @property
    def names(self) -> list[str]:
        """Words that begin with a capital though the sentence does not begin with them."""
        first = re.search(r"\w", self.text)
        begins = first.start() if first else 0
        return [found.group() for found in _NAME.finditer(self.text) if found.start() != begins]

    @property
    def telling(self) -> list[str]:
        """Its words but for those that any sentence has."""
        said = (word for word in words_of(self.text) if len(word) > 1 and not word.isdigit())
        return [word for word in said if word not in words("common")]

    @property
    def claims(self) -> bool:
        """Whether it says something of the world; a question and talk about the talk do not."""
        if self.text.rstrip().endswith("?"):
            return False
        return bool(self.values or self.names or len(set(self.telling) - words("talk")) >= _FEWEST)


def sentences_of(text: str) -> Iterator[Sentence]:
    """Every sentence that is not empty, in order; their spans cover the text."""
    starts = [0, *(found.end() for found in _END.finditer(text))]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        if text[start:end].strip():
            yield Sentence(text[start:end].strip(), Span(start, end))
