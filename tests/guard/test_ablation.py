"""What a cascade comes to without a layer: as the cascade itself has it, asked with and without."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.case import Case
from meant.core.guard import Action, Opinion
from meant.core.turn import Turn
from meant.guard.ablation import Alone
from meant.guard.alone import asked_alone, sights_of
from meant.guard.cascade import Cascade
from meant.guard.explaining import Screened, explained
from meant.guard.layer import Layer
from meant.guard.screening import Unresolved
from meant.guard.wanted import wanted_of
from tests.guard.fakes import layer, user
from tests.guard.test_layer import Says

Make = Callable[..., Case]
TURNS = [user("a"), Turn(role="assistant", text="b"), user("c")]
SAYS: Sequence[Action] = ("allow", "block", "ask", "escalate")


def made(told: Sequence[tuple[Action, bool, bool]]) -> tuple[Layer, ...]:
    return tuple(
        layer(Says(Opinion(says)), str(at), only_if_unsure=unsure, mode="shadow" if shadow else "enforce")
        for at, (says, unsure, shadow) in enumerate(told)
    )


async def stops(layers: Sequence[Layer], unresolved: Unresolved) -> bool:
    cascade = Cascade(tuple(layers), unresolved=unresolved)
    return any([(await cascade.screen(sight)).stopped for sight in sights_of(TURNS)])


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(SAYS), st.booleans(), st.booleans()), min_size=1, max_size=5),
    st.sampled_from(["allow", "block", "ask"]),
)
def test_it_comes_to_what_the_cascade_itself_says(
    told: list[tuple[Action, bool, bool]], unresolved: Unresolved
) -> None:
    async def both() -> None:
        layers = made(told)
        alone = Alone(layers, unresolved)
        parts = alone.parts(TURNS, await asked_alone(layers, TURNS))
        assert alone.stops(parts) == await stops(layers, unresolved)
        for at, one in enumerate(layers):
            others = [*layers[:at], *layers[at + 1 :]]
            assert alone.stops(parts, without=one.name) == await stops(others, unresolved)

    asyncio.run(both())


async def test_a_judge_that_is_asked_only_where_others_are_unsure_is_not_counted_where_nobody_is(
    make_case: Make,
) -> None:
    """Alone it would block everything; in the cascade it is never asked, since the layer before it is sure."""
    layers = made([("allow", False, False), ("block", True, False)])
    case = make_case("a")
    found = explained([Screened(case, await asked_alone(layers, case.turns))], Alone(layers, "block"))
    judge = found.layers[1]
    assert (judge.benign.hits, judge.adds_benign, found.benign.hits) == (1, 0, 0)


async def test_a_layer_that_is_never_asked_is_listed(make_case: Make) -> None:
    layers = (Layer(Says(Opinion("block")), "late", frozenset({"output"}), "block", "enforce"),)
    case = make_case("a")
    found = explained([Screened(case, await asked_alone(layers, case.turns))], Alone(layers, "block"))
    assert [(one.layer, one.benign.n) for one in found.layers] == [("late", 0)]
    assert (found.benign.hits, found.benign.n) == (0, 1)


@pytest.mark.parametrize(
    ("expect", "side", "wanted"),
    [
        ("refuse", None, "forbids"),
        ("comply", "dont", "permits"),
        ("abstain", "dont", "permits"),
        ("checks", "do", "permits"),
        ("checks", "dont", "unclear"),
        ("checks", None, "unclear"),
        ("safe_complete", "safe", "unclear"),
    ],
)
def test_only_what_must_be_refused_is_harmful(make_case: Make, expect: str, side: str | None, wanted: str) -> None:
    case = make_case("a", expect=expect, slices={"side": side} if side else {}, checks=({"use": "words", "max": 9},))
    assert wanted_of(case) == wanted
