"""Whether a text gives a system prompt away: a canary that was put into it, or stretches of its own words.

A prompt is cut into stretches of about twelve words, never over the end of a sentence. A stretch has leaked where at
least a share of its triples of neighbouring words stands among half again as many words of the text: so a word put
otherwise, left out or added here and there hides nothing. Marks and case do not count.

Not found: what was translated, or told in other words.
"""

import hashlib
import math
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meant.core.span import Span

SHORTEST = 6
"""Words from which a sentence of the prompt cannot stand in a reply by chance."""
_WORDS = 12
_SENTENCE = re.compile(r"\n+|(?<=[.!?])\s+")
_WORD = re.compile(r"\w+")
Triple = tuple[str, str, str]


def canary_of(prompt: str) -> str:
    """A sentence that nobody would write, the same for one prompt."""
    code = hashlib.sha256(prompt.encode()).hexdigest()
    return f"The reference of these instructions is {code[:4]}-{code[4:8]}-{code[8:12]}."


def words_of(text: str) -> str:
    """The words with one blank between them, in small letters."""
    return " ".join(_WORD.findall(text.casefold().replace("_", " ")))


def canary_in(text: str, canary: str) -> Span | None:
    """Where the canary's code stands, whatever stands between its parts."""
    code = r"[\W_]{0,3}".join(words_of(canary.rsplit(" ", 1)[1]).split())
    found = re.search(rf"(?<![^\W_]){code}(?![^\W_])", text, re.IGNORECASE)
    return Span(*found.span()) if found else None


class Leak(NamedTuple):
    """A stretch that stands in a text."""

    span: Span
    share: float
    """Of its triples that stand there."""


class _Stretch(NamedTuple):
    triples: frozenset[Triple]
    words: int
    """Of a text, among which it is looked for."""
    reach: int
    """How many characters these are at most, in a text that is spelt as the prompt is."""


class Overlap:
    """The stretches of a prompt, looked for in texts."""

    def __init__(self, prompt: str, *, share: float, public: Sequence[str] = ()) -> None:
        """What `public` texts say is no leak."""
        self._share = share
        self._public = frozenset(triple for text in public for triple, _ in _triples(text))
        self._stretches = list(_stretches(prompt))
        self._places = dict[Triple, list[int]]()
        for at, stretch in enumerate(self._stretches):
            for triple in stretch.triples:
                self._places.setdefault(triple, []).append(at)

    @property
    def reach(self) -> int:
        """How many characters the longest stretch is looked for in, where nothing is disguised."""
        return max((stretch.reach for stretch in self._stretches), default=0)

    def leaks(self, text: str, *, known: Sequence[str] = ()) -> Iterator[Leak]:
        """What stands in the text, and in none of the `known` texts, which are asked only where something does."""
        if next(self._found(text, self._public), None) is not None:
            said = {triple for other in known for triple, _ in _triples(other)}
            yield from self._found(text, self._public | said)

    def _found(self, text: str, known: frozenset[Triple]) -> Iterator[Leak]:
        near = [deque[tuple[int, Triple, Span]]() for _ in self._stretches]
        counts = [Counter[Triple]() for _ in self._stretches]
        for number, (triple, span) in enumerate(_triples(text)):
            for at in self._places.get(triple, ()) if triple not in known else ():
                stretch, window, count = self._stretches[at], near[at], counts[at]
                window.append((number, triple, span))
                count[triple] += 1
                while number - window[0][0] > stretch.words:
                    count[window.popleft()[1]] -= 1
                    count += Counter()
                if len(count) >= math.ceil(self._share * len(stretch.triples)):
                    yield Leak(Span(window[0][2].start, span.end), len(count) / len(stretch.triples))


def _stretches(prompt: str) -> Iterator[_Stretch]:
    for sentence in _SENTENCE.split(prompt):
        triples = list(_triples(sentence))
        pieces = max(1, round((len(triples) + 2) / _WORDS))
        size = math.ceil(len(triples) / pieces) if triples else 0
        for start in range(0, len(triples), size or 1):
            part = triples[start : start + size]
            if len(part) + 2 >= SHORTEST:
                length = part[-1][1].end - part[0][1].start
                yield _Stretch(frozenset(triple for triple, _ in part), len(part) * 3 // 2, length * 3 // 2)


def _triples(text: str) -> Iterator[tuple[Triple, Span]]:
    """Each three words in a row, and where they stand."""
    words = deque[re.Match[str]](maxlen=3)
    for word in _WORD.finditer(text.replace("_", " ")):
        words.append(word)
        if len(words) == 3:
            first, second, third = words
            triple = first.group().casefold(), second.group().casefold(), third.group().casefold()
            yield triple, Span(first.start(), third.end())
