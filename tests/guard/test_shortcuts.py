"""What goes the short way comes to what the long way comes to."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from meant.core.approval import Question
from meant.core.guard import GuardDecision, Opinion, Place, Sight
from meant.core.request import Request
from meant.core.span import Span
from meant.core.system import Reply, Timing, Usage
from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from tests.guard.fakes import Finds, Says, layer, user
from tests.guard.test_stream import FINDS, TEXTS

CALL = ToolCall(id="1", tool="send", arguments={"key": "ab"})
GUARD = layer(Finds("a"))
SCORES = st.one_of(st.none(), st.floats(), st.sampled_from([True, 3, "0.5", "high", [], float]))


class Odd(str):
    """A text, and of another class."""

    __slots__ = ()


@settings(deadline=None)
@given(
    st.builds(
        Opinion,
        st.sampled_from(["allow", "block", "ask", "escalate", "deny", Odd("allow"), None]),
        st.sampled_from(["", "why", None, Odd("")]),
        SCORES,
        st.sampled_from([None, Span(0, 1), (0, 1), "a"]),
        principle=st.sampled_from([None, "kind", "Be Kind!", ""]),
    ),
    st.builds(Sight, st.sampled_from(get_args(Place)), st.just("abc"), st.just(()), st.sampled_from([None, CALL])),
    st.sampled_from([None, "broke"]),
)
@example(Opinion("allow", score=0.5), Sight("input", "", ()), None)
@example(Opinion("allow", score="0.5"), Sight("input", "", ()), None)  # type: ignore[arg-type]
@example(Opinion("allow", score=3), Sight("output", "", ()), None)
def test_what_is_recorded_is_what_was_said_whoever_said_it(opinion: Opinion, sight: Sight, error: str | None) -> None:
    def plainly() -> GuardDecision:
        return GuardDecision(
            guard="g",
            place=sight.place,
            action=opinion.action,
            mode="enforce",
            call=sight.call.id if sight.call else None,
            reason=opinion.reason,
            score=opinion.score,
            span=opinion.span,
            principle=opinion.principle,
            error=error,
            took_s=0.25,
        )

    assert told(lambda: GUARD.record(sight, opinion, error=error, took_s=0.25)) == told(plainly)


def told(made: Callable[[], GuardDecision]) -> object:
    try:
        decision = made()
    except ValidationError as wrong:
        return [(one["loc"], one["type"]) for one in wrong.errors()]
    return repr(decision), decision.model_fields_set, decision.model_dump_json()


DECISION = GuardDecision(guard="g", place="input", action="ask", mode="enforce", reason="why", span=Span(0, 1))
REPLY = Reply(turn=Turn(role="assistant", text="a", calls=(CALL,)), usage=Usage(input_tokens=1))


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (DECISION, {}),
        (DECISION, {"took_s": 0.5, "error": None}),
        (REPLY, {"guards": (DECISION,), "timing": Timing(total_s=1)}),
        (REPLY.turn, {"calls": ()}),
        (Turn(role="user", text="a").saying("b"), {"text": "c"}),
    ],
)
def test_a_value_but_for_some_fields_is_a_copy_with_these(value: Any, fields: dict[str, Any]) -> None:
    made, copied = value.but(**fields), value.model_copy(update=fields)
    assert made == copied
    assert made is not value
    assert made.model_fields_set == copied.model_fields_set
    assert made.model_dump_json() == copied.model_dump_json()
    with pytest.raises(TypeError, match=r"has no colour: it has "):
        value.but(colour="red")


def test_it_keeps_what_the_value_came_with_and_nothing_that_was_worked_out_from_the_old_content() -> None:
    turn = Turn(role="user", text="a").saying("b")
    assert turn.but(text="c").came == "a"
    question = Question(asks="g", place="input", because="odd", turns=())
    assert (
        question.id != question.but(because="rude").id == Question(asks="g", place="input", because="rude", turns=()).id
    )


@settings(deadline=None, max_examples=300)
@given(TEXTS, st.lists(FINDS, max_size=3), st.booleans(), st.booleans())
async def test_a_reply_as_one_is_the_reply_in_pieces(
    text: str,
    finds: list[Finds],
    shadow: bool,
    calls: bool,
) -> None:
    layers = [layer(one, str(i), timeout_s=0.001) for i, one in enumerate(finds)]
    if shadow and layers:
        layers[0] = replace(layers[0], mode="shadow", timeout_s=60)
    system = Guarded(Says((text,), (CALL,) if calls else ()), Cascade(tuple(layers), "block"), "No.")
    request = Request(
        turns=(user("hello ab"),), tools=(Tool(name="send", says="Sends.", parameters={"type": "object"}),)
    )
    *_, last = [delta async for delta in system.converse(request)]
    assert last.reply is not None
    assert untimed(await system.answer(request)) == untimed(last.reply)


def untimed(reply: Reply) -> Reply:
    return reply.but(timing=None, guards=tuple(one.but(took_s=0.0) for one in reply.guards))
