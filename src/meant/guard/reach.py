"""How much of a text that goes on is settled, and how much must be shown again, layer by layer.

Each layer sees the words that those before it left, and looks as far around a character as its `hold_back` says, in
those words: a text from which much was cut reaches further in what came than in what is left. What a layer says of the
part that another may still rewrite settles nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

from meant.core.guard import Edit
from meant.guard.rewriting import Rewriting


class Shown(NamedTuple):
    """What one layer was shown, and what it made of it."""

    words: Rewriting
    hold_back: int
    edits: Sequence[Edit]
    """Of `words`."""

    def settled(self, length: int) -> int:
        """Of so many characters, those settled now that it has spoken. An edit that may grow is not cut in two."""
        border = max(length - self.hold_back, 0)
        if not self.edits:
            return border
        border = min([border, *(span.start for span, _ in self.edits if span.start < border < span.end)])
        done = [edit for edit in self.edits if edit.span.end <= border and edit.span.start < border]
        return border + sum(len(text) - (span.end - span.start) for span, text in done)


class Reach(NamedTuple):
    """Of a text, and of the layers that it was shown to."""

    text: str
    """As it came."""
    shown: Sequence[Shown]

    def border(self, now: Rewriting) -> int:
        """What of what came lies before this is settled, and so are the words in its place."""
        settled = len(self.text)
        for one in self.shown:
            settled = one.settled(settled)
        return now.there(settled)

    def back(self, at: int) -> int:
        """From where what came must be shown again, for the layers to say the same of what lies at `at` and after."""
        for words, hold_back, _ in reversed(self.shown):
            at = words.there(max(words.here(at) - hold_back, 0))
        return at
