"""A text as plain word tokens, each with its place: what two spellings of one answer have in common.

Its rule: case, accents, apostrophes, a possessive 's, thousands separators and all punctuation between words are
gone, so "Pyrénées" is "pyrenees", "Qur'an" is "quran", "1,969" is "1969", and Berners-Lee is two words.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_APOSTROPHES = "'’‘ʼʻ`´"
_TOKEN = re.compile(rf"\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+\.\d+|[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*")
_DROPPED = str.maketrans(dict.fromkeys(_APOSTROPHES + ","))


class Token(NamedTuple):
    """One word, folded, and where it stands in the text."""

    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words of the text in order."""
    return [Token(_folded(t.group()), t.start(), t.end()) for t in _TOKEN.finditer(text)]


def words_of(text: str) -> list[str]:
    """The folded words alone."""
    return [_folded(word) for word in _TOKEN.findall(text)]


def _folded(word: str) -> str:
    if not word.isascii():
        word = word.replace("’", "'")
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return word.lower().removesuffix("'s").translate(_DROPPED)


def places(wanted: Sequence[str], among: Sequence[Token]) -> Iterator[int]:
    """Where `wanted` begins among the tokens, as indices; `wanted` must not be empty."""
    first, size = wanted[0], len(wanted)
    for i, token in enumerate(among):
        if token.text == first and [t.text for t in among[i : i + size]] == list(wanted):
            yield i
