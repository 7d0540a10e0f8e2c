"""Grounding: what a reply claims stands in its sources, or the owner's word is done."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.guard import Sight
from meant.core.turn import ToolCall, Turn
from meant.guard.contract import GUARDS, Guard
from meant.guard.grounding.sentences import sentences_of
from meant.guard.injection.marking import marked
from meant.testing import check_guard

SOURCE = (
    "Invoice 4711 of Nordwind Energy. Amount due: 98.70 EUR, payable by 2026-12-01. The meter reading was 1,204 kWh."
)
RIGHT = "The Nordwind Energy invoice is for 98.70 EUR. It is payable by 2026-12-01."
WRONG = "The Nordwind Energy invoice is for 98.70 EUR. It was signed by Olga Petrov on a rainy afternoon."


def grounding(**fields: Any) -> Guard:
    return GUARDS.build({"use": "grounding", "then": "block", **fields})


def seen(
    reply: str, source: str | None = SOURCE, *, asked: str = "What is on the invoice?", tool: str = "read"
) -> Sight:
    turns = [Turn(role="user", text=asked)]
    if source is not None:
        call = ToolCall(id="1", tool=tool, arguments={})
        turns += [Turn(role="assistant", text="", calls=(call,)), Turn(role="tool", text=source, answers="1")]
    return Sight("output", reply, (*turns, Turn(role="assistant", text=reply)))


@pytest.mark.parametrize("then", ["block", "ask", "rewrite"])
async def test_it_keeps_the_contract(then: str) -> None:
    await check_guard(grounding(then=then), stops=[seen(WRONG)], passes=[seen(RIGHT), seen("Hello! How can I help?")])


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("The amount due is 99.70 EUR.", "number"),
        ("It is payable by 2026-12-11.", "date"),
        ("The invoice of Nordwind was sent to Petrov.", "name"),
        ("Pay it to DE89370400440532013000, says the invoice.", "account"),
        ("Write to billing@nordwind.example about the invoice.", "address"),
    ],
)
async def test_a_value_that_no_source_has_is_found(reply: str, kind: str) -> None:
    opinion = await grounding(support=0).check(seen(reply))
    assert opinion.action == "block"
    assert opinion.reason == f"1 sentence that no source supports; in no source: {kind}"


@pytest.mark.parametrize(
    "reply",
    [
        RIGHT,
        "The amount due is 98.7 EUR.",
        "The meter read 1204 kWh.",
        "Amount: €98.70",
        "I'm sorry, I could not find anything else. Is there something more you need?",
        "Nordwind's invoices are payable by 2026-12-01.",
        "",
    ],
)
async def test_what_sources_say_in_other_words_or_ways_of_writing_passes(reply: str) -> None:
    assert (await grounding().check(seen(reply))).action == "allow"


async def test_a_sentence_of_other_words_is_unsupported_by_share() -> None:
    reply = "Customers usually complain bitterly about rising heating prices."
    found = await grounding().check(seen(reply))
    assert (found.action, found.reason) == ("block", "1 sentence that no source supports")
    assert found.score == 1
    assert (await grounding(support=0).check(seen(reply))).action == "allow"


async def test_unsupported_sentences_are_taken_out() -> None:
    opinion = await grounding(then="rewrite").check(seen(WRONG))
    ((span, text),) = opinion.edits
    assert WRONG[: span.start] + text + WRONG[span.end :] == "The Nordwind Energy invoice is for 98.70 EUR. "
    alone = await grounding(then="rewrite").check(seen("It was signed by Olga Petrov. He lives in Oslo with Ana."))
    assert alone.action == "block"


async def test_without_sources_there_is_nothing_to_hold_a_reply_to() -> None:
    assert (await grounding().check(seen(WRONG, None))).action == "allow"
    assert (await grounding(tools=["search"]).check(seen(WRONG))).action == "allow"
    assert (await grounding(tools=["read"]).check(seen(WRONG))).action == "block"
    pasted = f"Sum this up: {SOURCE}"
    assert (await grounding().check(seen(WRONG, None, asked=pasted))).action == "allow"
    assert (await grounding(given=True).check(seen(WRONG, None, asked=pasted))).action == "block"
    assert (await grounding(given=True).check(seen(RIGHT, None, asked=pasted))).action == "allow"


async def test_marked_sources_are_read_as_they_were() -> None:
    for manner in ("delimit", "datamark", "encode"):
        assert (await grounding().check(seen(RIGHT, marked(SOURCE, manner)))).action == "allow"


@settings(deadline=None)
@given(st.text(max_size=300))
async def test_sentences_cover_a_text_in_order_and_any_text_has_an_opinion(text: str) -> None:
    spans = [one.span for one in sentences_of(text)]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    left = set(range(len(text))) - {at for span in spans for at in range(*span)}
    assert not "".join(text[at] for at in left).strip()
    assert (await grounding(then="rewrite").check(seen(text))).action in ("allow", "block", "rewrite")
