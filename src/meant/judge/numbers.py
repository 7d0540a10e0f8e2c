"""Numbers as people write them in English: digits with thousands separators and decimals, and words below a million.

Its rule: a digit that is part of a word (H2O, B14) is no number, and a comma separates thousands only before
exactly three digits, so "8,22" is two numbers. A decimal comma is not read.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Python's own `re`, on purpose: look-behind, and every repeat is followed by a class that it cannot match: linear.
_DIGITS = re.compile(
    r"(?<![\w.])(?P<sign>(?<![\w)\]])[-−])?(?P<size>\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
)
_WORD = re.compile(r"[a-z]+")
_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SIMPLE = {word: n for n, word in enumerate(_UNITS)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_SCALE = {"hundred": 100, "thousand": 1000}
_GLUE = re.compile(r"[\s-]+|\s+and\s+")


class Number(NamedTuple):
    """A number and where it stands."""

    value: float
    start: int
    end: int


def numbers(text: str) -> list[Number]:
    """All numbers of the text, digits and words, in the order of the text."""
    return sorted((*written_in_digits(text), *written_in_words(text)), key=lambda n: n.start)


def last_number(text: str) -> float | None:
    """The last one in digits or, where there are no digits, the last one in words."""
    found = list(written_in_digits(text)) or list(written_in_words(text))
    return found[-1].value if found else None


def written_in_digits(text: str) -> Iterator[Number]:
    """Numbers such as 7, -3, 12.50 and 2,500."""
    for found in _DIGITS.finditer(text):
        size = float(found["size"].replace(",", ""))
        yield Number(-size if found["sign"] else size, found.start(), found.end())


def written_in_words(text: str) -> Iterator[Number]:
    """Numbers such as seven, forty-five, and one hundred and eighty."""
    held: list[re.Match[str]] = []
    lower = text.lower()
    for word in _WORD.finditer(lower):
        if word.group() not in _SIMPLE and word.group() not in _SCALE:
            continue
        if held and not _continues(lower, held[-1], word):
            yield _spelled(held)
            held = []
        held.append(word)
    if held:
        yield _spelled(held)


def _continues(text: str, before: re.Match[str], word: re.Match[str]) -> bool:
    """Whether two number words belong to one number: "forty five" and "one hundred and six", not "five six"."""
    if not _GLUE.fullmatch(text, before.end(), word.start()):
        return False
    if before.group() in _SCALE or word.group() in _SCALE:
        return True
    return _SIMPLE[before.group()] >= 20 and 0 < _SIMPLE[word.group()] < 10


def _spelled(words: list[re.Match[str]]) -> Number:
    total, part = 0, 0
    for word in (w.group() for w in words):
        if word in _SIMPLE:
            part += _SIMPLE[word]
        elif word == "hundred":
            part = max(part, 1) * 100
        else:
            total, part = total + max(part, 1) * 1000, 0
    return Number(total + part, words[0].start(), words[-1].end())
