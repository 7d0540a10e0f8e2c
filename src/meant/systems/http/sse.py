"""Server-sent events out of bytes that arrive in any pieces.

Source: WHATWG HTML Living Standard, 9.2.6 ("Interpreting an event stream"). Not implemented, since nothing here
reconnects: `id` and `retry`. Works on bytes, so a piece may end inside a UTF-8 sequence; decoding is the reader's.
"""

from typing import NamedTuple

BOM = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event."""

    data: bytes
    """The `data` lines, joined by newlines."""
    name: bytes = b""
    """The `event` field; empty where it was not given."""


class Parser:
    """Feed it bytes; it gives the events they complete. What is incomplete at the end was never an event."""

    def __init__(self) -> None:
        self._rest = b""
        self._after_cr = False
        self._started = False
        self._data: list[bytes] = []
        self._name = b""

    def feed(self, piece: bytes) -> list[Event]:
        """The events that end in this piece, in order."""
        if self._idle and (whole := _whole_events(piece)):
            return whole
        if not piece or not self._begun(piece):
            return []
        events: list[Event] = []
        for line in self._lines():
            if line:
                self._field(line)
            elif event := self._event():
                events.append(event)
        return events

    @property
    def _idle(self) -> bool:
        """Whether nothing is left of an event that has begun."""
        return self._started and not (self._rest or self._data or self._name or self._after_cr)

    def _begun(self, piece: bytes) -> bool:
        """Take the piece in. False while what came may still become a byte-order mark, which is then dropped."""
        self._rest += piece
        if not self._started:
            if self._rest != BOM and BOM.startswith(self._rest):
                return False
            self._rest = self._rest.removeprefix(BOM)
            self._started = True
        return True

    def _lines(self) -> list[bytes]:
        """Complete lines without their ends. CR, LF and CRLF end a line; a CRLF may be split over two pieces."""
        text = self._rest
        if self._after_cr and text.startswith(b"\n"):
            text = text[1:]
        self._after_cr = text.endswith(b"\r")
        lines = text.splitlines(keepends=True)
        self._rest = lines.pop() if lines and not lines[-1].endswith((b"\r", b"\n")) else b""
        return [line.rstrip(b"\r\n") for line in lines]

    def _field(self, line: bytes) -> None:
        """A comment starts with a colon, so its field has no name and is ignored like any unknown one."""
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._name = value

    def _event(self) -> Event | None:
        event = Event(b"\n".join(self._data), self._name) if self._data else None
        self._data, self._name = [], b""
        return event


def _whole_events(piece: bytes) -> list[Event]:
    """What nearly every piece is: whole events of one line of data each. None where it is anything else."""
    if b"\r" in piece or not (piece.startswith(b"data: ") and piece.endswith(b"\n\n")):
        return []
    texts = piece[6:-2].split(b"\n\ndata: ")
    return [Event(text) for text in texts] if piece.count(b"\n") == 2 * len(texts) else []
