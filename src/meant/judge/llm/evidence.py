"""Where the words that a judge quotes stand in the reply."""

import re

from meant.core.span import Span


def span_of(quoted: str, reply: str) -> Span | None:
    """The first place of `quoted` in `reply`, however its words are spaced; None where it does not stand there."""
    words = quoted.split()
    if not words:
        return None
    found = re.search(r"\s+".join(map(re.escape, words)), reply)
    return Span(*found.span()) if found else None
