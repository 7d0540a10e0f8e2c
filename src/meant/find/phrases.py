"""Many phrases looked for in one pass (Aho-Corasick): whole words, in any case, with any blanks between the words.

The text is looked at with its blanks made one; only where a phrase stands in it is the way back to the text worked out.
A letter of a script that sets no blanks between words, as Chinese, is a word's border.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import ahocorasick

from meant.core.span import Span
from meant.find.view import Part, View

_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, kana and Chinese characters."""
SHORTEST_JOINED = 8
"""Letters from which a phrase is also looked for without its blanks, where letters stand apart."""


class Phrases:
    """Which of the phrases stand in a text, and where. A phrase is a text and the number that it is known by."""

    def __init__(self, phrases: Sequence[tuple[str, int]]) -> None:
        spaced, joined = dict[str, set[int]](), dict[str, set[int]]()
        for phrase, number in phrases:
            key = " ".join(lowered(phrase).split())
            spaced.setdefault(key, set()).add(number)
            if " " in key and len(key) - key.count(" ") >= SHORTEST_JOINED:
                joined.setdefault(key.replace(" ", ""), set()).add(number)
        self._automaton, self._automaton_joined = _automaton(spaced), _automaton(joined)

    def found(self, view: View) -> Iterator[tuple[int, Span]]:
        """The number of each phrase that stands in the view, and where in the view."""
        text = lowered(view.text)
        tidy = _tidy(text)
        hits = list(_hits(self._automaton, tidy))
        if "letters apart" in view.names:
            hits += _hits(self._automaton_joined, tidy)
        if not hits:
            return
        back = View(text).read(_uneven(text), "blanks") if tidy != text else View(text)
        for number, span in hits:
            yield number, back.original(span)


def lowered(text: str) -> str:
    """Small letters, each in the place of its capital; one that becomes two stays as it is."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _automaton(phrases: dict[str, set[int]]) -> Any:
    automaton = ahocorasick.Automaton()
    for phrase, numbers in phrases.items():
        automaton.add_word(phrase, (len(phrase), sorted(numbers)))
    automaton.make_automaton()
    return automaton if phrases else None


def _hits(automaton: Any, text: str) -> Iterator[tuple[int, Span]]:
    for last, (length, numbers) in automaton.iter(text) if automaton else ():
        span = Span(last - length + 1, last + 1)
        if _border(text, span.start) and _border(text, span.end):
            for number in numbers:
                yield number, span


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
    """What `_tidy` changes."""
    for blank in _BLANKS.finditer(text):
        if blank.group() != " ":
            yield Part(blank.start(), blank.end(), " ")
