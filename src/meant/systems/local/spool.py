"""From the bytes of tokens to text that may be shown: no half characters, and nothing of a stop text."""

import codecs
from collections.abc import Sequence


class Spool:
    """Holds back what may still become a character or a stop text. Joined, the released pieces are the reply."""

    def __init__(self, stops: Sequence[str] = ()) -> None:
        self._stops = tuple(s for s in stops if s)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        self.stopped = False
        """A stop text has come; what is fed from now on is dropped."""

    def feed(self, data: bytes) -> str:
        """The text that is safe to show now, which may be empty."""
        if self.stopped:
            return ""
        self._held += self._decode(data)
        found = [at for at in (self._held.find(stop) for stop in self._stops) if at >= 0]
        self.stopped = bool(found)
        return self._release(min(found) if found else len(self._held) - self._doubtful())

    def rest(self) -> str:
        """What was held back, once no more tokens come. Half a character at the end is no text and is dropped."""
        return "" if self.stopped else self._release(len(self._held))

    def _release(self, upto: int) -> str:
        text, self._held = self._held[:upto], self._held[upto:]
        return text

    def _doubtful(self) -> int:
        """Characters at the end that a stop text could begin with."""
        longest = min(len(self._held), max((len(s) - 1 for s in self._stops), default=0))
        return next((n for n in range(longest, 0, -1) if self._held.endswith(self._heads(n))), 0)

    def _heads(self, n: int) -> tuple[str, ...]:
        return tuple(stop[:n] for stop in self._stops if len(stop) > n)
