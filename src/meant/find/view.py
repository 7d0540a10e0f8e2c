"""A View: a text as it can also be read, each character of which knows where it stands in the original.

Its rule: a view is made of another one by replacing parts of it, so that positions are kept by construction, whatever
is replaced by what. Made and asked in time linear in the parts.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from meant.core.span import Span


class Part(NamedTuple):
    """What is read in the place of a part of a text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """A reading of a text."""

    text: str
    names: tuple[str, ...] = ()
    """How it was read, the last step last; none: as it is written."""
    of: "View | None" = None
    """What it is a reading of; None: it is the original."""
    begins: Sequence[int] = ()
    """Where each stretch of `text` begins; within one, either everything is copied or all of it was put in."""
    sources: Sequence[tuple[Span, bool]] = ()
    """Where in `of` each stretch comes from, and whether it is copied."""

    def original(self, span: Span) -> Span:
        """Where in the original the characters of a span of this view come from. Raises ValueError for an empty one."""
        if not 0 <= span.start < span.end <= len(self.text):
            raise ValueError(f"no span of a text of {len(self.text)} characters: {span}")
        if self.of is None:
            return span
        first, last = self._source(span.start), self._source(span.end - 1)
        return self.of.original(Span(min(first.start, last.start), max(first.end, last.end)))

    def read(self, parts: Iterable[Part], name: str) -> "View":
        """The view with the parts replaced; they come in order, none over another. None to replace: this view."""
        out, begins, sources = list[str](), list[int](), list[tuple[Span, bool]]()
        at = length = 0
        for part in (*parts, Part(len(self.text), len(self.text), "")):
            kept = self.text[at : part.start]
            for span, text in ((Span(at, part.start), kept), (Span(part.start, part.end), part.text)):
                if text:
                    out.append(text)
                    begins.append(length)
                    sources.append((span, text is kept))
                    length += len(text)
            at = part.end
        if sources in ([], [(Span(0, len(self.text)), True)]):
            return self if self.text == "".join(out) else View("", (*self.names, name), self)
        return View("".join(out), (*self.names, name), self, begins, sources)

    def _source(self, at: int) -> Span:
        """Where in `of` one character comes from."""
        which = bisect_right(self.begins, at) - 1
        span, copied = self.sources[which]
        if not copied:
            return span
        start = span.start + at - self.begins[which]
        return Span(start, start + 1)
