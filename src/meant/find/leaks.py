"""Whether a text gives a system prompt away: a canary that was put into it, or stretches of its own words.

A prompt is cut into stretches of about twelve words, never over the end of a sentence. A stretch has leaked where at
least a share of its words, and no fewer than `FEWEST`, stand in the same order among half again as many words of the
text. So a word put otherwise, left out or added here and there hides nothing. Marks and case do not count.

Not found: what was translated, or told in other words.
"""

import hashlib
import math
import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from meant.core.span import Span

SHORTEST = 6
"""Words from which a whole sentence of the prompt cannot stand in a reply by chance."""
FEWEST = 7
"""Words that make a leak, where some between them may be others."""
_LENGTH = 12
_PAIRS = 3
"""Neighbouring words of a stretch that must also be neighbours in the text before the rest is compared."""
_SENTENCE = re.compile(r"\n+|(?<=[.!?])\s+")
_WORD = re.compile(r"[^\W_]+")


def canary_of(prompt: str) -> str:
    """A sentence that nobody would write, the same for one prompt."""
    code = hashlib.sha256(prompt.encode()).hexdigest()
    return f"The reference of these instructions is {code[:4]}-{code[4:8]}-{code[8:12]}."


def words_of(text: str) -> str:
    """The words with one blank between them, in small letters."""
    return " ".join(_WORD.findall(text.casefold()))


def canary_in(text: str, canary: str) -> Span | None:
    """Where the canary's code stands, whatever stands between its parts."""
    code = r"[\W_]{0,3}".join(words_of(canary.rsplit(" ", 1)[1]).split())
    found = re.search(rf"(?<![^\W_]){code}(?![^\W_])", text, re.IGNORECASE)
    return Span(*found.span()) if found else None


class _Word(NamedTuple):
    text: str
    span: Span


class _Stretch(NamedTuple):
    words: tuple[str, ...]
    length: int
    """Characters."""


class Overlap:
    """The stretches of a prompt, looked for in texts."""

    def __init__(self, prompt: str, *, share: float, public: Sequence[str] = ()) -> None:
        """What `public` texts say is no leak."""
        self._share = share
        self._stretches = list(_stretches(prompt))
        self._pairs = dict[tuple[str, str], list[int]]()
        for at, stretch in enumerate(self._stretches):
            for pair in pairwise(stretch.words):
                self._pairs.setdefault(pair, []).append(at)
        self._public = self._said(public)

    @property
    def reach(self) -> int:
        """How many characters a leak of the longest stretch can take, where nothing is disguised."""
        return max((stretch.length * 3 // 2 for stretch in self._stretches), default=0)

    def leaks(self, text: str, *, known: Sequence[str] = ()) -> Iterator[Span]:
        """Where stretches stand that stand in none of the `known` texts, which are read only where some do."""
        found = [(at, span) for at, span in self._found(text) if at not in self._public]
        said = self._said(known) if found else frozenset()
        yield from (span for at, span in found if at not in said)

    def _said(self, texts: Sequence[str]) -> frozenset[int]:
        return frozenset(at for text in texts for at, _ in self._found(text))

    def _found(self, text: str) -> Iterator[tuple[int, Span]]:
        """Which stretch, and where. Looked at again at each further pair of it."""
        if self._pairs.keys().isdisjoint(pairwise(_WORD.findall(text.casefold()))):
            return
        words = [_Word(found.group().casefold(), Span(*found.span())) for found in _WORD.finditer(text)]
        seen = [deque[int]() for _ in self._stretches]
        for number, (word, following) in enumerate(pairwise(words)):
            for at in self._pairs.get((word.text, following.text), ()):
                stretch, pairs = self._stretches[at], seen[at]
                pairs.append(number)
                while number + 2 - pairs[0] > len(stretch.words) * 3 // 2:
                    pairs.popleft()
                if len(pairs) >= min(_PAIRS, len(stretch.words) - 1) and self._leaked(stretch, words, number + 2):
                    yield at, Span(words[pairs[0]].span.start, following.span.end)

    def _leaked(self, stretch: _Stretch, words: Sequence[_Word], end: int) -> bool:
        near = [word.text for word in words[max(end - len(stretch.words) * 3 // 2, 0) : end]]
        return in_order(stretch.words, near) >= max(self._share * len(stretch.words), FEWEST)


def in_order(a: Sequence[str], b: Sequence[str]) -> int:
    """How many words stand in both in the same order: the length of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for word in a:
        before = 0
        for i, other in enumerate(b, 1):
            before, row[i] = row[i], before + 1 if word == other else max(row[i], row[i - 1])
    return row[-1]


def _stretches(prompt: str) -> Iterator[_Stretch]:
    for sentence in _SENTENCE.split(prompt):
        words = list(_WORD.finditer(sentence))
        size = math.ceil(len(words) / max(1, round(len(words) / _LENGTH)))
        for start in range(0, len(words), size or 1):
            part = words[start : start + size]
            if len(part) >= FEWEST:
                length = part[-1].end() - part[0].start()
                yield _Stretch(tuple(word.group().casefold() for word in part), length)
