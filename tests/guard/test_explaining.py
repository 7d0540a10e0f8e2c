"""Who stops what, and what each adds: against conversations of which that is known."""

from collections.abc import Callable
from typing import Any

import pytest

from meant.core.case import Case
from meant.core.guard import Action, GuardDecision, Mode
from meant.core.turn import ToolCall, Turn
from meant.guard.alone import asked_alone
from meant.guard.explaining import LayerFigures, Screened, explained
from meant.stats.intervals import rate
from tests.guard.fakes import Finds, layer, user

Make = Callable[..., Case]


def said(guard: str, action: Action, mode: Mode = "enforce", **fields: Any) -> GuardDecision:
    return GuardDecision(guard=guard, place="input", action=action, mode=mode, **fields)


@pytest.fixture
def figures(make_case: Make) -> dict[str, LayerFigures]:
    """Ten harmful cases, ten benign ones, one that is neither. A stops 0 to 3, B (after it) 3 to 5, S in shadow."""

    def decisions(i: int, *, benign: bool) -> list[GuardDecision]:
        first = said("A", "block" if i < (1 if benign else 4) else "allow", took_s=0.002)
        shadow = said("S", "block" if 3 <= i < 8 else "allow", "shadow", took_s=0.1)
        if first.action == "block":
            return [first]
        return [first, shadow, said("B", "block" if not benign and 4 <= i < 6 else "allow", took_s=0.004)]

    cases = [Screened(make_case(f"h{i}", expect="refuse"), decisions(i, benign=False)) for i in range(10)]
    cases += [Screened(make_case(f"b{i}"), decisions(i, benign=True)) for i in range(10)]
    cases.append(Screened(make_case("c", expect="checks", checks=({"use": "words", "max": 9},)), [said("A", "block")]))
    found = explained(cases)
    assert (found.cases, found.unclear) == (21, 1)
    assert (found.harmful.hits, found.harmful.n, found.benign.hits, found.benign.n) == (6, 10, 1, 10)
    return {one.layer: one for one in found.layers}


def test_what_each_stops(figures: dict[str, LayerFigures]) -> None:
    assert list(figures) == ["A", "S", "B"]
    a, b = figures["A"], figures["B"]
    assert (a.harmful.hits, a.harmful.n, a.benign.hits, a.benign.n) == (4, 10, 1, 10)
    assert (b.harmful.hits, b.harmful.n, b.benign.hits, b.benign.n) == (2, 6, 0, 9)
    assert a.harmful.interval == rate([1.0] * 4 + [0.0] * 6, [str(i) for i in range(10)]).interval


def test_what_each_adds_is_at_most_so_much_where_others_were_not_asked(figures: dict[str, LayerFigures]) -> None:
    assert (figures["A"].adds_harmful, figures["A"].adds_benign, figures["A"].unknown) == (4, 1, 6)
    assert (figures["B"].adds_harmful, figures["B"].unknown) == (2, 0)


def test_a_layer_in_shadow_stops_nothing_and_its_row_says_what_it_would(figures: dict[str, LayerFigures]) -> None:
    shadow = figures["S"]
    assert shadow.mode == "shadow"
    assert (shadow.harmful.hits, shadow.benign.hits) == (4, 5)
    assert (shadow.adds_harmful, shadow.adds_benign) == (2, 5)


def test_time_is_that_of_one_asking(figures: dict[str, LayerFigures]) -> None:
    assert (figures["A"].p50_ms, figures["B"].p95_ms, figures["S"].p50_ms) == pytest.approx((2, 4, 100))


def test_an_error_is_counted_as_one_and_what_a_person_let_pass_was_not_stopped(make_case: Make) -> None:
    found = explained(
        [
            Screened(make_case("a"), [said("A", "block", error="broke")]),
            Screened(make_case("b"), [said("A", "ask", approved=True)]),
            Screened(make_case("c"), [said("A", "ask")]),
            Screened(make_case("d"), [said("A", "escalate"), said("A", "rewrite"), said("unresolved", "block")]),
            Screened(make_case("e"), [said("A", "escalate", "shadow", error="no opinion by the time")]),
        ]
    )
    one = found.layers[0]
    assert (one.errors, one.unsure, one.rewrites, one.benign.hits) == (2, 1, 1, 2)


async def test_alone_each_is_asked_about_everything_that_comes_in() -> None:
    call = ToolCall(id="1", tool="read")
    turns = [user("a"), Turn(role="assistant", text="", calls=(call,)), Turn(role="tool", text="b", answers="1")]
    told = await asked_alone([layer(Finds("a"), "A"), layer(Finds("b", "rewrite"), "B", mode="shadow")], turns)
    assert [(one.guard, one.place, one.action) for one in told] == [
        ("A", "input", "block"), ("A", "retrieved", "allow"), ("B", "input", "allow"), ("B", "retrieved", "rewrite"),
    ]  # fmt: skip
