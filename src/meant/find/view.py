"""A View: a text as it can also be read, each character of which knows where it stands in the original.

Its rule: a view is made of another one by replacing parts of it, so that positions are kept by construction, whatever
is replaced by what. Made and asked in time linear in the parts.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from meant.core.span import Span


class Part(NamedTuple):
    """What is read in the place of a part of a text."""

    start: int
    end: int
    text: str


class View(NamedTuple):
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
        first, last = self._from(span.start), self._from(span.end - 1)
        return self.of.original(Span(min(first.start, last.start), max(first.end, last.end)))

    def read(self, parts: Iterable[Part], name: str) -> "View":
        """The view with the parts replaced; they come in order, none over another. None to replace: this view."""
        made = _Making(self)
        for part in parts:
            made.copy(part.start)
            made.put(part)
        if not made.at:
            return self
        made.copy(len(self.text))
        return View("".join(made.out), (*self.names, name), self, made.begins, made.sources)

    def _from(self, at: int) -> Span:
        """Where in `of` one character comes from."""
        which = bisect_right(self.begins, at) - 1
        span, copied = self.sources[which]
        if not copied:
            return span
        start = span.start + at - self.begins[which]
        return Span(start, start + 1)


class _Making:
    """A view that is being made."""

    def __init__(self, of: View) -> None:
        self._text = of.text
        self.out, self.begins, self.sources = list[str](), list[int](), list[tuple[Span, bool]]()
        self.at = self._length = 0

    def copy(self, end: int) -> None:
        """What stands there up to `end`."""
        if self.at < end:
            self._add(Span(self.at, end), self._text[self.at : end], copied=True)
        self.at = end

    def put(self, part: Part) -> None:
        """Something else in its place."""
        if part.text:
            self._add(Span(part.start, part.end), part.text, copied=False)
        self.at = part.end

    def _add(self, span: Span, text: str, *, copied: bool) -> None:
        self.out.append(text)
        self.begins.append(self._length)
        self.sources.append((span, copied))
        self._length += len(text)
