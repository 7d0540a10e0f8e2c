"""A policy's patterns looked for in a text, in every way in which it can be read.

All RE2 patterns are looked for in one pass, all phrases in another, in each reading of the text. What a hit is worth
does not depend on what else is looked for.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from meant.core.policy import Pattern
from meant.core.span import Span
from meant.find.phrases import Phrases
from meant.find.reading import DEPTH, STEPS, Step, readings
from meant.find.sets import PatternSet
from meant.find.view import View
from meant.find.width import width


class Hit(NamedTuple):
    """A pattern that stands in the text."""

    pattern: Pattern
    span: Span
    """In the original text."""
    read: tuple[str, ...]
    """How the text had to be read; empty: as it is written."""


class Looking(NamedTuple):
    """How far to look."""

    steps: tuple[Step, ...] = STEPS
    depth: int = DEPTH
    whole: bool = True
    """False: what reaches to the end of the text is not known to end there, and is left for later."""
    stretch: int | None = None
    """A disguise that makes more than so many characters of one is not seen through. None: there is no limit."""
    always: tuple[Step, ...] = ()
    """Steps to read also where the text shows no sign of them."""


def longest(pattern: Pattern) -> int | None:
    """Characters that what is looked for has at most, as it is written. None: there is no bound."""
    if pattern.phrases is not None:
        return max(map(len, pattern.phrases))
    bound = width(pattern.match or "")
    return min([known for known in (bound, pattern.longest) if known is not None], default=None)


class Finder:
    """Looks for all of them at once."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._matched = [pattern for pattern in patterns if pattern.match is not None]
        self._phrased = [pattern for pattern in patterns if pattern.phrases is not None]

    def hits(self, text: str, looking: Looking) -> Iterator[Hit]:
        """Each pattern that is found, at each place once; as it is written first."""
        seen: set[tuple[str, int]] = set()
        for view in readings(text, looking.steps, depth=looking.depth, always=looking.always):
            for pattern, span, read in self._in(view):
                origin = view.original(span)
                cut = not looking.whole and len(view.text) == span.end
                if (
                    cut
                    or not set(read) <= set(looking.steps)
                    or (pattern.id, origin.start) in seen
                    or _too_long(pattern, origin, looking.stretch)
                ):
                    continue
                seen.add((pattern.id, origin.start))
                yield Hit(pattern, origin, (*view.names, *read))

    def _in(self, view: View) -> Iterator[tuple[Pattern, Span, tuple[str, ...]]]:
        for which in self._set.present(view.text) if self._matched else ():
            pattern = self._matched[which]
            for span in self._set.spans(which, view.text, longest=pattern.longest):
                yield pattern, span, ()
        for which, span, read in self._phrases.found(view) if self._phrased else ():
            yield self._phrased[which], span, read

    @cached_property
    def _set(self) -> PatternSet:
        return PatternSet([pattern.match or "" for pattern in self._matched])

    @cached_property
    def _phrases(self) -> Phrases:
        return Phrases([(text, at) for at, pattern in enumerate(self._phrased) for text in pattern.phrases or ()])


def _too_long(pattern: Pattern, origin: Span, stretch: int | None) -> bool:
    bound = longest(pattern)
    return stretch is not None and bound is not None and origin.end - origin.start > bound * stretch
