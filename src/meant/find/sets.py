"""Many RE2 patterns looked for in one pass, in time linear in the text."""

from collections.abc import Iterator, Sequence
from typing import Any

import re2

from meant.core.span import Span

MEMORY = 64 * 2**20
"""Bytes that a set's automaton may take; RE2 begins again with an empty one when it is full."""


class PatternSet:
    """Which of the patterns stand in a text, and where. Raises re2.error where one is none."""

    def __init__(self, patterns: Sequence[str]) -> None:
        options = re2.Options()
        options.log_errors = False
        self._each = [re2.compile(pattern, options) for pattern in patterns]
        self._nothing = [len(patterns)]
        """What is found where no pattern is: the empty one."""
        options.max_mem = MEMORY
        self._set = re2.Set.SearchSet(options)
        for pattern in (*patterns, ""):
            self._set.Add(pattern)
        self._set.Compile()

    def present(self, text: str) -> list[int]:
        """Which of them are found, by their place in the list.

        RE2 says "none" where its memory does not do. The empty pattern is found everywhere, so that this is noticed,
        and each pattern is then looked for alone.
        """
        found = self._set.Match(text.encode())
        if found == self._nothing:
            return []
        if not found or self._nothing[0] not in found:
            return [at for at, pattern in enumerate(self._each) if pattern.search(text)]
        return sorted(at for at in found if at < self._nothing[0])

    def spans(self, which: int, text: str, *, longest: int | None = None) -> Iterator[Span]:
        """Where one of them stands: from left to right, none over another, none empty, none longer than `longest`."""
        pattern: Any = self._each[which]
        for found in pattern.finditer(text):
            start, end = found.span()
            if longest is not None and end - start > longest:
                yield from self._short(pattern, text, Span(start, end), longest)
            elif start < end:
                yield Span(start, end)

    @staticmethod
    def _short(pattern: Any, text: str, within: Span, longest: int) -> Iterator[Span]:
        """The shorter matches where the pattern would rather have a long one: RE2 is shown windows of the text."""
        at = within.start
        while at < within.end:
            found = pattern.search(text[at : min(at + 2 * longest, within.end)])
            if not found:
                at += longest
                continue
            start = at + found.start()
            inner = pattern.search(text[start : min(start + longest, within.end)])
            if inner and inner.end() > inner.start():
                yield Span(start + inner.start(), start + inner.end())
            at = start + max(1, inner.end() if inner else 0)
