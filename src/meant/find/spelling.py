"""Words spelt so that a program passes over them: leetspeak, letters apart, rot13, backwards.

Leetspeak is read in words that hold a letter, and in a single sign after such a word: `s3nd 4`, not `455`. Letters
apart are runs of at least three single ones, as `k i l l` or `k-i-l-l`; a gap that is wider than the run's first one,
or the first with a blank, ends a word.
"""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from string import ascii_letters
from typing import Any

from meant.core.span import Span
from meant.find.view import Part, View

LONGEST_WORD = 20
"""Leetspeak of a longer one is left as it is: an end must be in sight."""
LEET = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s"}
ONE = "1!|"
"""What stands for an `i` or an `l`."""
_EDGE = re.compile(r"[A-Za-z][0-9@$!|]|[0-9@$!|][A-Za-z]")
_LEFT, _RIGHT = (re.compile(rf"[A-Za-z0-9@$!|]{{0,{LONGEST_WORD}}}{end}") for end in ("$", ""))
_LONE = re.compile(r" [0-9@$](?![A-Za-z0-9@$!|])")
_APART = re.compile(r"(?<![^\W_])[^\W_](?:[ .*·,/|+~_-]{1,3}[^\W_](?![^\W_])){2,}")
_LETTER = re.compile(r"[^\W_]")
_ROT13 = str.maketrans({c: codecs.encode(c, "rot13") for c in ascii_letters})


def leet(view: View) -> Iterator[View]:
    """The view with digits and signs as the letters that they stand for; two, where a `1` may be an i or an l."""
    words = list(_mixed(view.text))
    as_i = view.read(_letters(view.text, words, LEET | dict.fromkeys(ONE, "i")), "leetspeak")
    if as_i is not view:
        yield as_i
        if any(one in view.text[span.start : span.end] for span in words for one in ONE):
            yield view.read(_letters(view.text, words, LEET | dict.fromkeys(ONE, "l")), "leetspeak")


def _mixed(text: str) -> Iterator[Span]:
    """Words of letters and what stands for letters."""
    done = 0
    for edge in _EDGE.finditer(text):
        if edge.start() < done:
            continue
        start = edge.start()
        while start > done and start > edge.start() - LONGEST_WORD and _in_word(text[start - 1]):
            start -= 1
        end = edge.end()
        while end < len(text) and end <= start + LONGEST_WORD and _in_word(text[end]):
            end += 1
        word = text[start:end].strip("!|")
        start += len(text[start:end]) - len(text[start:end].lstrip("!|"))
        done = end
        if 2 < len(word) <= LONGEST_WORD:
            yield Span(start, start + len(word))
            if _LONE.match(text, end):
                yield Span(end + 1, end + 2)


def _in_word(c: str) -> bool:
    return (c.isascii() and c.isalnum()) or c in "@$!|"


def _letters(text: str, words: list[Span], table: Mapping[str, str]) -> Iterator[Part]:
    for start, end in words:
        yield from (Part(i, i + 1, table[text[i]]) for i in range(start, end) if text[i] in table)


def apart(view: View) -> Iterator[View]:
    """The view with letters that stand apart put together."""
    read = view.read(_gaps(view.text), "letters apart")
    if read is not view:
        yield read


def _gaps(text: str) -> Iterator[Part]:
    for run in _APART.finditer(text):
        letters = [found.start() for found in _LETTER.finditer(text, run.start(), run.end())]
        usual = text[letters[0] + 1 : letters[1]]
        for at, following in pairwise(letters):
            gap = text[at + 1 : following]
            wide = len(gap) > len(usual) or (" " in gap and " " not in usual)
            yield Part(at + 1, following, " " if wide else "")


def rot13(view: View) -> Iterator[View]:
    """The view with each Latin letter as the one 13 further on."""
    whole = Span(0, len(view.text))
    yield View(view.text.translate(_ROT13), (*view.names, "rot13"), view, [0], [(whole, True)])


def backwards(view: View) -> Iterator[View]:
    """The view from its end."""
    size = len(view.text)
    yield View(view.text[::-1], (*view.names, "backwards"), view, range(size), _Turned(size))


class _Turned(Sequence[tuple[Span, bool]]):
    """Where each character of a text that was turned round comes from."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, at: Any) -> Any:
        return Span(self._size - 1 - at, self._size - at), False
