"""A text on its way through guards that rewrite it: what came, what stands there now, and which part is which.

Its rule: edits are always known as edits of the text that came, however many guards have rewritten one another's
words. So a finding can be shown where it was, and a stream knows how much of what came has gone out.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from meant.core.guard import Edit
from meant.core.span import Span


class _Piece(NamedTuple):
    """A part of the text as it stands, and the part of what came in whose place it stands."""

    text: str
    start: int
    end: int
    kept: bool

    def cut(self, at: int) -> tuple["_Piece", "_Piece"]:
        """In two. Of what was written anew, the first half stands for all that it replaced, the other for nothing."""
        middle = self.start + at if self.kept else self.end
        first = _Piece(self.text[:at], self.start, middle, self.kept)
        return first, _Piece(self.text[at:], middle, self.end, self.kept)


class Rewriting(NamedTuple):
    """What came, and the edits of it: in order, none over another."""

    came: str
    edits: tuple[Edit, ...] = ()

    @property
    def text(self) -> str:
        """As it stands."""
        return "".join(piece.text for piece in self._pieces()) if self.edits else self.came

    def edited(self, edits: Sequence[Edit]) -> "Rewriting":
        """With further edits, which are of `text`."""
        left, done, at = deque(self._pieces()), list[_Piece](), 0
        for (start, end), text in edits:
            done += _taken(left, start - at)
            gone = _taken(left, end - start)
            here = gone[0].start if gone else left[0].start if left else len(self.came)
            done.append(_Piece(text, here, gone[-1].end if gone else here, kept=False))
            at = end
        return Rewriting(self.came, _edits([*done, *left]))

    def origin(self, span: Span) -> Span:
        """The smallest part of what came that a part of `text` stands for."""
        at, found = 0, list[tuple[int, int]]()
        for piece in self._pieces():
            start, end = max(span.start - at, 0), min(span.end - at, len(piece.text))
            at += len(piece.text)
            if start < end or start == end == span.start - (at - len(piece.text)) == span.end - (at - len(piece.text)):
                found.append((piece.start + start, piece.start + end) if piece.kept else (piece.start, piece.end))
        return Span(found[0][0], found[-1][1]) if found else Span(len(self.came), len(self.came))

    def here(self, at: int) -> int:
        """Where a place between characters of what came is now, before what was written anew there or around it."""
        moved = at
        for (start, end), text in self.edits:
            if end > at or start == at:
                return moved - max(at - start, 0)
            moved += len(text) - (end - start)
        return moved

    def there(self, at: int) -> int:
        """Where a place between characters of `text` was; within what was written anew, where that began."""
        if not self.edits:
            return min(at, len(self.came))
        passed = 0
        for piece in self._pieces():
            passed += len(piece.text)
            if at <= passed:
                rest = passed - at
                return piece.end - rest if piece.kept else piece.start if rest else piece.end
        return len(self.came)

    def between(self, start: int, end: int) -> str:
        """What stands for that part of what came. No edit lies over its borders; an insertion at `end` is not in it."""
        if not self.edits:
            return self.came[start:end]
        parts, at = list[str](), start
        for (first, last), text in self.edits:
            if start <= first < end:
                parts += [self.came[at:first], text]
                at = last
        return "".join([*parts, self.came[at:end]])

    def _pieces(self) -> list[_Piece]:
        pieces, at = list[_Piece](), 0
        for (start, end), text in self.edits:
            pieces += [_Piece(self.came[at:start], at, start, kept=True), _Piece(text, start, end, kept=False)]
            at = end
        return [*pieces, _Piece(self.came[at:], at, len(self.came), kept=True)]


def _taken(left: deque[_Piece], length: int) -> list[_Piece]:
    """The pieces that make up so many characters, taken from the left; the last is cut where it has to be."""
    taken = list[_Piece]()
    while length > 0:
        piece = left.popleft()
        if len(piece.text) > length:
            piece, rest = piece.cut(length)
            left.appendleft(rest)
        taken.append(piece)
        length -= len(piece.text)
    return taken


def _edits(pieces: Iterable[_Piece]) -> tuple[Edit, ...]:
    """Those that were written anew; what only adds to the one before it is a part of that."""
    edits = list[Edit]()
    for piece in pieces:
        if piece.kept:
            continue
        if edits and piece.start == piece.end == edits[-1].span.end:
            edits[-1] = Edit(edits[-1].span, edits[-1].text + piece.text)
        else:
            edits.append(Edit(Span(piece.start, piece.end), piece.text))
    return tuple(edits)
