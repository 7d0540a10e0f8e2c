"""Bytes to text: characters whole, stop texts never shown, and the pieces join to the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.systems.local.spool import Spool


def fed(data: bytes, stops: tuple[str, ...], cuts: int) -> tuple[list[str], Spool]:
    spool = Spool(stops)
    pieces = [spool.feed(data[at : at + cuts]) for at in range(0, len(data), cuts)]
    return [*pieces, spool.rest()], spool


@given(st.text(), st.integers(1, 5))
def test_without_stops_the_pieces_join_to_the_text(text: str, cuts: int) -> None:
    pieces, _ = fed(text.encode(), (), cuts)
    assert "".join(pieces) == text


@given(st.text("ab€"), st.lists(st.text("ab€", min_size=1, max_size=4), min_size=1, max_size=3), st.integers(1, 3))
def test_the_text_up_to_a_stop_that_came_first(text: str, stops: list[str], cuts: int) -> None:
    pieces, spool = fed(text.encode(), tuple(stops), cuts)
    shown = "".join(pieces)
    assert text.startswith(shown)
    assert not any(stop in shown for stop in stops)
    assert spool.stopped == any(stop in text for stop in stops)
    if not spool.stopped:
        assert shown == text
    else:
        assert any(text[len(shown) :].startswith(stop) for stop in stops)


def test_nothing_of_a_stop_is_shown_before_it_is_complete() -> None:
    spool = Spool(("\n\nQ:",))
    assert [spool.feed(b) for b in (b"Yes.", b"\n", b"\n", b"Q")] == ["Yes.", "", "", ""]
    assert spool.feed(b": next") == ""
    assert spool.stopped
    assert spool.rest() == ""
    assert spool.feed(b"more") == ""


def test_what_only_looked_like_a_stop_is_shown_after_all() -> None:
    spool = Spool(("END",))
    assert spool.feed(b"the E") == "the "
    assert spool.feed(b"N") == ""
    assert spool.feed(b"GINE") == "ENGIN"
    assert spool.rest() == "E"


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_half_a_character_is_never_shown(cut: int) -> None:
    emoji = "🙂".encode()
    spool = Spool()
    assert spool.feed(b"a" + emoji[:cut]) == "a"
    assert spool.feed(emoji[cut:]) == "🙂"
    spool = Spool()
    assert spool.feed(b"a" + emoji[:cut]) + spool.rest() == "a"
