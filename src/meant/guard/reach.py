"""How much of a text that goes on is settled, and how much must be shown again, layer by layer.

Each layer sees the words that those before it left, and looks as far around a character as its `hold_back` says, in
those words: a text from which much was cut reaches further in what came than in what is left. What a layer says of the
part that another may still rewrite settles nothing.
"""

from collections.abc import Sequence

from meant.core.guard import Edit
from meant.guard.rewriting import Rewriting


class Reach:
    """Of a text that was shown to no layer yet."""

    def __init__(self, text: str) -> None:
        self._settled = len(text)
        """Characters of the text as it stands."""
        self._shown = list[tuple[Rewriting, int]]()

    def past(self, shown: Rewriting, hold_back: int, edits: Sequence[Edit]) -> None:
        """A layer has been shown this, and has made these edits of it. One that may still grow is not cut in two."""
        self._shown.append((shown, hold_back))
        border = max(self._settled - hold_back, 0)
        if not edits:
            self._settled = border
            return
        border = min([border, *(span.start for span, _ in edits if span.start < border < span.end)])
        done = [edit for edit in edits if edit.span.end <= border and edit.span.start < border]
        self._settled = border + sum(len(text) - (span.end - span.start) for span, text in done)

    def border(self, now: Rewriting) -> int:
        """What of what came lies before this is settled, and so are the words in its place."""
        return now.there(self._settled)

    def back(self, at: int) -> int:
        """From where what came must be shown again, for the layers to say the same of what lies at `at` and after."""
        for shown, hold_back in reversed(self._shown):
            at = shown.there(max(shown.here(at) - hold_back, 0))
        return at
