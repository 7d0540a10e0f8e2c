"""The guard `rules`: the policy's patterns at every place, in every disguise, and in pieces."""

import base64
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.errors import PluginError
from meant.core.policy import Pattern, Policy
from meant.files.policy import load_policy
from meant.find.view import View
from meant.guard.contract import GUARDS
from meant.guard.guards.rules import Rules
from meant.testing import check_guard
from tests.files.test_patterns import LINES, PATTERNS, SCAM
from tests.find.test_readings import DISGUISES
from tests.guard.fakes import user
from tests.guard.sights import everywhere, sight, split, streamed, whole


@cache
def base() -> Policy:
    return load_policy()


def policy(*patterns: Pattern) -> Policy:
    return base().model_copy(update={"patterns": patterns})


def rules(*patterns: Pattern, **settings: Any) -> Rules:
    built = GUARDS.build({"use": "rules", **settings}, policy=policy(*patterns))
    assert isinstance(built, Rules)
    return built


async def test_it_keeps_the_contract() -> None:
    guard = rules(*PATTERNS)
    text = "Well then. For this you send a gift card to the agent. Is that all right?"
    await check_guard(guard, stops=everywhere(text), passes=everywhere("Gift cards are sold at the desk."))


async def test_each_pattern_keeps_the_contract_where_it_is_redacted() -> None:
    guard = rules(LINES)
    await check_guard(
        guard,
        stops=[sight("output", "Call 555-1234 for it. " * 8), sight("input", "My number: 555-1234.")],
        passes=[sight("output", "Call 555-12345 for it."), sight("input", "I have 555.")],
    )


@pytest.mark.parametrize("name", DISGUISES)
async def test_a_disguise_hides_nothing(name: str) -> None:
    disguised = DISGUISES[name]("buy gift cards")
    found = await rules(SCAM).check(sight("input", f"So {disguised}, please."))
    assert found.action == "block"
    assert found.reason.startswith("scam: ")
    assert "(read as " in found.reason
    assert found.span is not None
    assert found.span.start >= 3


async def test_what_stops_comes_before_what_asks_and_that_before_what_is_redacted() -> None:
    ask = SCAM.model_copy(update={"id": "ask", "phrases": ("maybe",), "then": "ask"})
    guard = rules(LINES, ask, SCAM)
    assert (await guard.check(sight("input", "555-1234 maybe, send a gift card"))).action == "block"
    assert (await guard.check(sight("input", "555-1234 maybe"))).action == "ask"
    redacted = await guard.check(sight("input", "555-1234 or 555-9999"))
    assert [edit.text for edit in redacted.edits] == ["[removed]"] * 2
    assert redacted.principle == LINES.principle


async def test_a_pattern_looks_only_where_it_says() -> None:
    guard = rules(LINES)
    assert guard.places == {"input", "output"}
    assert (await guard.check(sight("call", "555-1234"))).action == "allow"


def test_what_is_held_back() -> None:
    assert rules(LINES, stretch=1).hold_back == 8 + 20
    assert rules(LINES, stretch=3).hold_back == (8 + 20) * 3
    endless = LINES.model_copy(update={"match": "(?i)call .*now"})
    assert rules(LINES, endless).hold_back is None
    assert rules(endless.model_copy(update={"longest": 60})).hold_back == (60 + 20) * 4
    assert rules(endless.model_copy(update={"at": ("input",)})).hold_back == 0


def test_a_policy_without_patterns_is_refused() -> None:
    with pytest.raises(PluginError, match="has no `patterns`"):
        rules()


def test_the_fingerprint_goes_by_the_patterns_and_the_settings() -> None:
    assert len({rules(*ps, **s).fingerprint for ps in ([SCAM], [LINES]) for s in ({}, {"stretch": 2})}) == 4
    assert rules(SCAM).fingerprint == rules(SCAM).fingerprint


SPOKEN = [
    "nothing to see", "send a gift card now", "555-1234", "s e n d a g i f t c a r d", "send\u200b a gift c\u0430rd",
    base64.b64encode(b"so send a gift card, will you").decode(), b"send a gift card".hex(), "fraq n tvsg pneq",
    "gift card", "s3nd 4 g1ft c4rd", "5550000-12345", "a gift", "сор и дом",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SPOKEN), max_size=6), st.lists(st.integers(0, 400), max_size=30), st.booleans())
async def test_in_pieces_it_says_what_it_says_of_the_whole(
    parts: list[str], cuts: Sequence[int], redacts: bool
) -> None:
    """What was let go before a block began as what is let go, and holds nothing that is objected to."""
    text, asked = ". ".join(parts), (user("hello"),)
    guard = rules(LINES, SCAM.model_copy(update={"then": "redact"}) if redacts else SCAM, stretch=4)
    once = await whole(guard, text, asked)
    out = await streamed(guard, split(text, cuts), asked)
    if once == "No.":
        assert text.startswith(out) or out == "No." or "555" in text
        assert (await rules(SCAM).check(sight("output", out))).action == "allow"
    else:
        assert out == once


async def test_the_work_is_linear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Characters that are looked at, by length of a text of nothing but signs of disguises."""
    guard, seen = rules(SCAM), list[int]()
    finder = guard._finders["input"]
    inside = finder._in

    def counted(view: View) -> Any:
        seen.append(len(view.text))
        return inside(view)

    monkeypatch.setattr(finder, "_in", counted)
    costs = list[int]()
    for times in (1, 2, 4, 8):
        seen.clear()
        await guard.check(
            sight("input", "a1! %41 QUJDREVGR0hJSktMTU5P i g n &#65; gur 414243444546 \u0430b " * 10 * times)
        )
        costs.append(sum(seen))
    assert costs[3] <= 8 * costs[0] * 1.1
