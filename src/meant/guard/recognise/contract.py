"""What a recogniser is: a shape, what makes a text of that shape genuine, and words that must stand before it.

Its rule: what is said of a value depends on the value, `BEFORE` characters before it and two after it. To add one: a
line in the table of its file. A shape is read by RE2 and by `re` alike: no look-around, and no unbounded
repeat but of one set of characters at the end.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from meant.core.span import Span
from meant.find.sets import PatternSet

BEFORE = 40
"""How far before a value the words that give it its sense may stand, in characters."""
AFTER = 2
K_co = TypeVar("K_co", bound=str, covariant=True)
_WORD_END = re.compile(r"[ -]")
_NEXT = re.compile(r"[^\W_]+[\W_]*")


def anything(_: str) -> bool:
    """For a shape that says it all."""
    return True


class Recogniser(NamedTuple, Generic[K_co]):
    """One kind of value."""

    kind: K_co
    shape: str
    longest: int
    """Characters of a match, at most; of one that is `opening`, those after which it is recognised."""
    genuine: Callable[[str], bool] = anything
    """Of a text that matches the whole shape."""
    context: str = ""
    """A pattern of words, of which one must stand before the value; "": none needs to."""
    goes_on: bool = False
    """The shape may take in words after the value: what ends at a word's end is tried, the longest first."""
    opening: bool = False
    """Its beginning gives it away: it is recognised also where it goes on beyond the text, as far as it goes."""


class Value(NamedTuple, Generic[K_co]):
    """A value that stands in a text."""

    span: Span
    kind: K_co


class Recognisers(Generic[K_co]):
    """Several at once; where two recognise something in one place, the one named first is right."""

    def __init__(self, recognisers: Sequence[Recogniser[K_co]]) -> None:
        self._recognisers = tuple(recognisers)
        self._shapes = [re.compile(one.shape) for one in recognisers]
        self._contexts = [re.compile(rf"(?:^|[^\w])(?:{one.context})", re.IGNORECASE) for one in recognisers]

    @property
    def reach(self) -> int:
        """How far around a character one must see to know whether it belongs to a value."""
        return max(BEFORE, *(one.longest + AFTER for one in self._recognisers))

    def found(self, text: str, *, whole: bool = True) -> list[Value[K_co]]:
        """The values, in order, none over another. Of a text that is not whole, not what its end may change."""
        taken, values = bytearray(len(text)), list[Value[K_co]]()
        for which in self._set.present(text.encode("utf-8", "replace").decode()):
            for span in self._spans(which, text):
                recogniser = self._recognisers[which]
                settled = whole or recogniser.opening or span.end + AFTER <= len(text)
                if settled and not any(taken[span.start : span.end]):
                    taken[span.start : span.end] = b"\1" * (span.end - span.start)
                    values.append(Value(span, recogniser.kind))
        return sorted(values)

    def _spans(self, which: int, text: str) -> Iterator[Span]:
        """Where a shape stands alone and is genuine. Where it is not, it may begin again at its next word."""
        at = 0
        while found := self._shapes[which].search(text, at):
            span = self._genuine(which, text, Span(*found.span()))
            if span is not None and self._in_context(which, text, span):
                yield span
                at = span.end
            else:
                word = _NEXT.match(text, found.start(), found.end())
                at = word.end() if word else found.start() + 1

    def _genuine(self, which: int, text: str, span: Span) -> Span | None:
        recogniser = self._recognisers[which]
        ends = [span.end]
        if recogniser.goes_on:
            ends = [found.start() for found in _WORD_END.finditer(text, span.start + 1, span.end)] + ends
        tried = (Span(span.start, end) for end in reversed(ends))
        return next((s for s in tried if stands_alone(text, s) and recogniser.genuine(text[s.start : s.end])), None)

    def _in_context(self, which: int, text: str, span: Span) -> bool:
        if not self._recognisers[which].context:
            return True
        return bool(self._contexts[which].search(text, max(span.start - BEFORE, 0), span.start))

    @cached_property
    def _set(self) -> PatternSet:
        return PatternSet([one.shape for one in self._recognisers])


def stands_alone(text: str, span: Span) -> bool:
    """Whether it is no part of a longer word or number."""
    before, after = text[max(span.start - 2, 0) : span.start], text[span.end : span.end + 2]
    if before[-1:].isalnum() or after[:1].isalnum():
        return False
    joins_before = before[-1:] in tuple("-./_") and before[:1].isdigit() and text[span.start].isdigit()
    joins_after = after[:1] in tuple("-./_") and after[1:].isdigit() and text[span.end - 1].isdigit()
    return not (joins_before or joins_after)
