"""A layer: whatever its guard does, there is one decision, and a failure is what the owner wrote."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from meant.core.guard import ALLOW, Edit, GuardDecision, Mode, OnError, Opinion, Place, Screened, Sight
from meant.core.span import Span
from meant.core.turn import Turn
from meant.engine.settled import settled
from meant.guard.cascade import Cascade
from meant.guard.layer import Layer
from meant.testing import check_guard

SIGHT = Sight("input", "hello", (Turn(role="user", text="hello"),))


@dataclass(frozen=True)
class Says:
    """A guard that says what it is told, or raises it."""

    said: Any
    places: frozenset[Place] = frozenset({"input", "output"})
    fingerprint: str = "1"
    hold_back: int | None = 0
    never: bool = False

    async def check(self, sight: Sight) -> Opinion:
        if self.never:
            await asyncio.Event().wait()
        if isinstance(self.said, BaseException):
            raise self.said
        if callable(self.said):
            return self.said(sight)  # type: ignore[no-any-return]
        return self.said  # type: ignore[no-any-return]


class Panic(BaseException):
    """As a library that is written in Rust raises it."""


def gone(sight: Sight) -> Opinion:
    """As a guard does whose own connection was closed under it."""
    raise asyncio.CancelledError


def layer(guard: Says, *, on_error: OnError = "block", mode: Mode = "enforce") -> Layer:
    return Layer(guard, name="g", at=guard.places, on_error=on_error, mode=mode, timeout_s=0.01)


async def test_a_decision_says_what_the_guard_said() -> None:
    opinion = Opinion("block", "rude", score=0.9, span=Span(0, 5), principle="kind")
    said, decision = await layer(Says(opinion)).decide(SIGHT)
    assert said is opinion
    assert decision.model_dump(exclude={"took_s"}, exclude_defaults=True) == {
        "guard": "g", "place": "input", "action": "block", "mode": "enforce", "reason": "rude", "score": 0.9,
        "span": (0, 5), "principle": "kind",
    }  # fmt: skip
    assert decision.took_s > 0


@pytest.mark.parametrize("on_error", ["block", "allow"])
@pytest.mark.parametrize(
    ("guard", "words"),
    [
        (Says(RuntimeError("broke")), "RuntimeError: broke"),
        (Says("fine"), "gave str, which is no opinion"),
        (Says(None), "gave NoneType"),
        (Says(ALLOW, never=True), "no opinion within 0.01 s"),
        (Says(Opinion("block", span=Span(3, 9))), "gave a span outside the text"),
        (Says(Opinion("rewrite", edits=(Edit(Span(2, 4), ""), Edit(Span(3, 5), "")))), "gave edits that lie over one"),
        (Says(Opinion("rewrite", edits=(Edit(Span(2, 9), ""),))), "another, or outside the text"),
        (Says(Opinion("rewrite", edits=("hello",))), "AttributeError"),  # type: ignore[arg-type]
        (Says(Opinion("deny")), "gave an opinion whose action is amiss"),  # type: ignore[arg-type]
        (Says(Opinion("block", principle="Be Kind!")), "gave an opinion whose principle is amiss"),
        (Says(Panic("index out of bounds")), "Panic: index out of bounds"),
        (Says(SystemExit(1)), "SystemExit: 1"),
        (Says(gone), "what it waited for was cancelled"),
    ],
)
async def test_a_guard_that_breaks_is_what_the_owner_wrote(guard: Says, words: str, on_error: OnError) -> None:
    said, decision = await layer(guard, on_error=on_error).decide(SIGHT)
    assert (said.action, decision.action) == (on_error, on_error)
    assert words in str(decision.error)
    assert decision.stops is (on_error == "block")


async def test_a_guard_in_shadow_that_panics_changes_nothing() -> None:
    screened = await Cascade((layer(Says(Panic()), mode="shadow"),), "block").screen(SIGHT)
    (decision,) = await settled([screened])
    assert screened.stopped is None
    assert decision.error == "Panic: "


async def test_who_is_cancelled_is_not_a_guard_that_failed() -> None:
    waiting = asyncio.create_task(
        Layer(Says(ALLOW, never=True), "g", frozenset({"input"}), "allow", "enforce").decide(SIGHT)
    )
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_what_stops() -> None:
    def decision(**fields: Any) -> GuardDecision:
        return GuardDecision.model_validate({"guard": "g", "place": "input", "mode": "enforce", **fields})

    block = decision(action="block")
    assert block.stops
    assert not decision(action="block", mode="shadow").stops
    assert [decision(action="ask", approved=said).stops for said in (True, False, None)] == [False, True, True]
    assert not any(decision(action=action).stops for action in ("allow", "rewrite", "escalate"))
    assert Screened("hello", (decision(action="allow"), block)).stopped is block
    assert Screened("hello", ()).stopped is None


def test_edits_belong_to_rewriting_alone() -> None:
    with pytest.raises(ValueError, match="'allow' with 1 edits"):
        Opinion("allow", edits=(Edit(Span(0, 1), "x"),))
    with pytest.raises(ValueError, match="'rewrite' with 0 edits"):
        Opinion("rewrite")


def seen(place: Place, text: str) -> Sight:
    return Sight(place, text, ())


def finds(sight: Sight) -> Opinion:
    at = sight.text.find("bad")
    return ALLOW if at < 0 else Opinion("block", "bad", span=Span(at, at + 3))


async def test_the_contract_sees_what_is_let_go_too_early() -> None:
    stops = [seen("input", "bad"), seen("output", "so bad!")]
    passes = [seen("input", "good"), seen("output", "so good!")]
    await check_guard(Says(finds, hold_back=2), stops=stops, passes=passes)
    await check_guard(Says(finds, hold_back=None), stops=stops, passes=passes)
    with pytest.raises(AssertionError, match="4 characters were let go before 'bad'"):
        await check_guard(Says(finds, hold_back=1), stops=stops, passes=passes)


@pytest.mark.parametrize(
    ("says", "stops", "words"),
    [
        (finds, [seen("input", "bad")], "nothing that it stops at: output"),
        (finds, [seen("input", "good"), seen("output", "bad")], "'good' at input is allowed"),
        (Opinion("block", "all"), [seen("input", "bad"), seen("output", "bad")], "'fine' at input: block, all"),
        (Opinion("block", "far", span=Span(0, 9)), [seen("input", "bad"), seen("output", "bad")], "outside the text"),
    ],
)
async def test_the_contract_is_seen_to_fail(says: Any, stops: list[Sight], words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        await check_guard(Says(says, hold_back=2), stops=stops, passes=[seen("input", "fine"), seen("output", "fine")])
