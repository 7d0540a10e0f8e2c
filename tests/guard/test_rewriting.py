"""Edits upon edits: the text is what it would be step by step, and every part knows where it came from."""

from hypothesis import given
from hypothesis import strategies as st

from meant.core.guard import Edit
from meant.core.span import Span
from meant.guard.rewriting import Rewriting


@st.composite
def edits_of(draw: st.DrawFn, length: int) -> tuple[Edit, ...]:
    ends = sorted(draw(st.lists(st.integers(0, length), max_size=6).map(lambda ends: ends[: len(ends) // 2 * 2])))
    return tuple(
        Edit(Span(a, b), draw(st.sampled_from(["", "-", "<new>"]))) for a, b in zip(ends[::2], ends[1::2], strict=True)
    )


def plainly(text: str, edits: tuple[Edit, ...]) -> str:
    for (start, end), new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


@given(st.data(), st.text("abc", max_size=12))
def test_the_text_is_what_it_would_be_step_by_step(data: st.DataObject, came: str) -> None:
    rewriting, text = Rewriting(came), came
    for _ in range(3):
        edits = data.draw(edits_of(len(text)))
        rewriting, text = rewriting.edited(edits), plainly(text, edits)
        assert rewriting.text == text
        assert rewriting.came == came
    spans = [at for edit in rewriting.edits for at in edit.span]
    assert spans == sorted(spans)
    assert plainly(came, rewriting.edits) == text


@given(st.data(), st.text("abcdef", min_size=1, max_size=12))
def test_what_was_kept_is_where_it_was(data: st.DataObject, came: str) -> None:
    rewriting = Rewriting(came).edited(data.draw(edits_of(len(came))))
    edited = {at for (start, end), _ in rewriting.edits for at in range(start, end)}
    for at in set(range(len(came))) - edited:
        here = rewriting.here(at + 1) - 1
        assert rewriting.text[here] == came[at]
        assert rewriting.origin(Span(here, here + 1)) == (at, at + 1)


def test_of_what_was_written_anew_the_origin_is_all_that_it_replaced() -> None:
    rewriting = Rewriting("mail bob@x.org now").edited([Edit(Span(5, 14), "[MAIL]")])
    assert rewriting.text == "mail [MAIL] now"
    assert rewriting.origin(Span(6, 10)) == (5, 14)
    assert rewriting.origin(Span(0, 7)) == (0, 14)
    again = rewriting.edited([Edit(Span(6, 10), "x"), Edit(Span(12, 15), "later")])
    assert again.text == "mail [x] later"
    assert again.edits == (Edit(Span(5, 14), "[x]"), Edit(Span(15, 18), "later"))
    assert again.origin(Span(0, 0)) == (0, 0)
    assert again.origin(Span(14, 14)) == (15, 18)
    assert again.between(0, 14) == "mail [x]"
    assert again.between(14, 18) == " later"
