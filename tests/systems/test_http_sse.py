"""Server-sent events: the standard's own rules, and that the network's pieces never matter."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from meant.systems.http.sse import Event, Parser


def parse(*pieces: bytes) -> list[Event]:
    parser = Parser()
    return [event for piece in pieces for event in parser.feed(piece)]


@pytest.mark.parametrize(
    ("text", "events"),
    [
        (b"data: one\n\n", [Event(b"one")]),
        (b"data:one\r\n\r\ndata: two\r\r", [Event(b"one"), Event(b"two")]),
        (b"data: a\ndata: b\n\n", [Event(b"a\nb")]),
        (b": a comment\n\ndata: x\n\n", [Event(b"x")]),
        (b"event: error\ndata: x\n\ndata: y\n\n", [Event(b"x", b"error"), Event(b"y")]),
        (b"event: nothing\n\ndata: y\n\n", [Event(b"y")]),
        (b"data\n\n", [Event(b"")]),
        (b"data:  two spaces\n\n", [Event(b" two spaces")]),
        (b"id: 3\nretry: 10\nother: x\ndata: x\n\n", [Event(b"x")]),
        (b"\xef\xbb\xbfdata: after a mark\n\n", [Event(b"after a mark")]),
        (b"data: never ended\n", []),
        (b"\n\n\n", []),
    ],
)
def test_the_standard(text: bytes, events: list[Event]) -> None:
    assert parse(text) == events


LINE = st.sampled_from(
    [b"data: Gr\xc3\xbc\xc3\x9fe \xf0\x9f\x91\x8b", b"data", b"event: e", b": c", b"", b"", b"x", b"data:  "]
)
END = st.sampled_from([b"\n", b"\r\n", b"\r"])


@given(st.lists(st.tuples(LINE, END)), st.booleans(), st.data())
def test_any_split_gives_the_same_events(lines: list[tuple[bytes, bytes]], mark: bool, data: st.DataObject) -> None:
    text = (b"\xef\xbb\xbf" if mark else b"") + b"".join(line + end for line, end in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert parse(*pieces) == parse(text)
    assert parse(*(text[i : i + 1] for i in range(len(text)))) == parse(text)


@pytest.mark.parametrize(
    "piece",
    [
        b"data: a\n\ndata: b\n\n",
        b"data: a\n\n\ndata: b\n\n",
        b"data: a\ndata: b\n\n",
        b"data: a\n\ndata:b\n\n",
        b"data: \n\ndata: \n\ndata: b",
        b"data: a\n\n: c\n\ndata: b\n\n",
        b"data: a\r\n\ndata: b\n\n",
    ],
)
def test_pieces_of_whole_events_are_read_as_any(piece: bytes) -> None:
    first = b"data: x\n\n"
    assert parse(first, piece, piece) == parse(first + piece + piece)


@given(st.binary(max_size=60), st.integers(0, 60))
@example(b"\r\n\n", 1)
@example(b"data: x\r\n\r\n", 8)
def test_any_bytes_any_split(text: bytes, cut: int) -> None:
    assert parse(text[:cut], text[cut:]) == parse(text)
