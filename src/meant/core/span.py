"""A Span: where in a text something stands."""

from typing import NamedTuple


class Span(NamedTuple):
    """Evidence in a text: characters from `start` up to, not including, `end`."""

    start: int
    end: int
