"""Many phrases looked for in one pass (Aho-Corasick): whole words, in any case, with any blanks between the words.

The text is looked at with its blanks made one; only where a phrase stands in it is the way back to the text worked out.
A letter of a script that sets no blanks between words, as Chinese, is a word's border.
"""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ahocorasick

from meant.core.span import Span
from meant.find.view import Part, View

_BLANKS = re.compile(r"[ \t\n\r\f\v]{2,}")
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, kana and Chinese characters."""
LONG = 8
"""Letters from which a phrase is also looked for in rot13, and without its blanks where letters stand apart: a shorter
one may be a word there by chance."""


class Phrases:
    """Which of the phrases stand in a text, and where. A phrase is a text and the number that it is known by."""

    def __init__(self, phrases: Sequence[tuple[str, int]]) -> None:
        spaced, joined, turned = dict[str, set[int]](), dict[str, set[int]](), dict[str, set[int]]()
        for phrase, number in phrases:
            key = " ".join(lowered(phrase).split())
            spaced.setdefault(key, set()).add(number)
            if len(key) - key.count(" ") >= LONG:
                turned.setdefault(codecs.encode(key, "rot13"), set()).add(number)
                joined.setdefault(key.replace(" ", ""), set()).add(number)
        self._spaced, self._joined = _automaton({(): spaced, ("rot13",): turned}), _automaton({(): joined})

    def found(self, view: View) -> Iterator[tuple[int, Span, tuple[str, ...]]]:
        """The number of each phrase that stands in the view, where in the view, and how it had to be read there."""
        text = lowered(view.text)
        tidy = _tidy(text)
        hits = list(_hits(self._spaced, tidy))
        if "letters apart" in view.names:
            hits += _hits(self._joined, tidy)
        if not hits:
            return
        back = View(text).read(_uneven(text), "blanks")
        for number, span, read in hits:
            yield number, back.original(span), read


def lowered(text: str) -> str:
    """Small letters, each in the place of its capital; one that becomes two stays as it is."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _automaton(read: Mapping[tuple[str, ...], Mapping[str, set[int]]]) -> Any:
    """Of phrases by how they are read, each with its length."""
    automaton, known = ahocorasick.Automaton(), dict[str, list[tuple[int, tuple[str, ...]]]]()
    for how, phrases in read.items():
        for phrase, numbers in phrases.items():
            known.setdefault(phrase, []).extend((number, how) for number in sorted(numbers))
    for phrase, meant in known.items():
        automaton.add_word(phrase, (len(phrase), meant))
    automaton.make_automaton()
    return automaton if known else None


def _hits(automaton: Any, text: str) -> Iterator[tuple[int, Span, tuple[str, ...]]]:
    for last, (length, meant) in automaton.iter(text) if automaton else ():
        span = Span(last - length + 1, last + 1)
        if _border(text, span.start) and _border(text, span.end):
            for number, how in meant:
                yield number, span, how


def _border(text: str, at: int) -> bool:
    """Whether a word may begin or end here."""
    before, after = text[at - 1 : at] if at else "", text[at : at + 1]
    return not (before.isalnum() and after.isalnum()) or bool(_UNSPACED.match(before) or _UNSPACED.match(after))


def _tidy(text: str) -> str:
    """The text with each run of blanks as one."""
    for blank in "\t\n\r\f\v":
        if blank in text:
            text = text.replace(blank, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _uneven(text: str) -> Iterator[Part]:
    """What `_tidy` makes shorter."""
    return (Part(*blanks.span(), " ") for blanks in _BLANKS.finditer(text))
