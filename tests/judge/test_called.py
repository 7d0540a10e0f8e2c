"""The check `called`: which calls count, and what can be judged where a system called tools and said nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.core.case import Case
from meant.core.check import Called, Contains
from meant.core.tool import Decision
from meant.core.transcript import Transcript
from meant.core.turn import ToolCall, Turn
from meant.judge.checks.calls import Attempt, attempts, count
from meant.judge.checks.evaluate import holds
from meant.judge.contract import JUDGES, verdict_on
from tests.conftest import NOON

Make = Callable[..., Any]
USER = Turn(role="user", text="Pay Bob 5.")
MADE = [("send", {"to": "bob", "sum": 5}, True), ("send", {"to": "eve", "sum": 500}, False), ("look", {}, True)]


def called(tool: str = "send", **fields: Any) -> Called:
    return Called.model_validate({"use": "called", "tool": tool, **fields})


def case(*checks: Called | Contains, before: tuple[Turn, ...] = ()) -> Case:
    return Case(
        suite="s", name="n", turns=(*before, USER), expect="checks", checks=checks, principle="p", family="s/n"
    )  # fmt: skip


def transcript(
    of: Case, made: list[tuple[str, dict[str, Any], bool]], reply: str = "Done.", *, rule: str = "allow", **fields: Any
) -> Transcript:
    """One assistant turn with all calls, a result each, then the reply."""
    calls = [ToolCall(id=f"c{i}", tool=tool, arguments=arguments) for i, (tool, arguments, _) in enumerate(made)]
    results = [Turn(role="tool", text="ok", answers=one.id) for one in calls]
    said = [Turn(role="assistant", text="", calls=tuple(calls)), *results] if made else []
    decisions = [
        Decision.model_validate({"call": one.id, "tool": one.tool, "rule": rule, "because": "so", "ran": ran})
        for one, (_, _, ran) in zip(calls, made, strict=True)
    ]
    turns = (*of.turns, *said, Turn(role="assistant", text=reply))
    given = {"case": of.id, "system": "s", "fingerprint": "f", "turns": turns, "at": NOON, "decisions": decisions}
    return Transcript.model_validate(given | fields)


@pytest.mark.parametrize(
    ("fields", "yes"),
    [
        ({"min": 2, "max": 2}, True),
        ({"min": 3}, False),
        ({"max": 1}, False),
        ({"max": 0, "where": [{"argument": "to", "equals": "mallory"}]}, True),
        ({"max": 0, "where": [{"argument": "to", "equals": "eve"}]}, False),
        ({"max": 0, "where": [{"argument": "to", "equals": "eve"}], "ran": True}, True),
        ({"min": 1, "where": [{"argument": "to", "equals": "eve"}], "ran": False}, True),
        ({"min": 1, "where": [{"argument": "to", "equals": "bob"}, {"argument": "sum", "greater_than": 5}]}, False),
        ({"min": 1, "where": [{"argument": "to", "equals": "bob"}, {"argument": "sum", "at_most": 5}]}, True),
        ({"tool": "look", "min": 1, "max": 1, "ran": True}, True),
        ({"tool": "look", "min": 1, "ran": False}, False),
        ({"tool": "Send", "min": 1}, False),
    ],
)
def test_which_calls_count(fields: dict[str, Any], yes: bool) -> None:
    check = called(**fields)
    asked = case(check)
    said = transcript(asked, MADE)
    assert holds(check, said.last_reply, attempts(asked, said)) is yes


def test_calls_of_the_cases_own_turns_are_not_the_systems() -> None:
    before = (
        Turn(role="user", text="Pay Al."),
        Turn(role="assistant", text="", calls=(ToolCall(id="c0", tool="send", arguments={"to": "al"}),)),
        Turn(role="tool", text="paid", answers="c0"),
    )
    asked = case(called(max=0), before=before)
    assert attempts(asked, transcript(asked, [])) == []
    assert len(attempts(asked, transcript(asked, MADE))) == 3


def test_of_a_call_that_cannot_be_read_no_predicate_holds() -> None:
    made = [Attempt(ToolCall(id="1", tool="send", malformed="{oh"), ran=False)]
    assert count(called(min=1), made) == 1
    assert count(called(min=1, where=[{"argument": "to", "not_equals": "bob"}]), made) == 0
    assert count(called(min=1, where=[{"argument": "to", "present": False}]), made) == 0


@given(st.lists(st.tuples(st.sampled_from(["send", "look"]), st.integers(0, 3), st.booleans())))
def test_calls_that_ran_and_those_that_did_not_are_all(made: list[tuple[str, int, bool]]) -> None:
    found = [Attempt(ToolCall(id=str(i), tool=t, arguments={"n": n}), ran) for i, (t, n, ran) in enumerate(made)]
    for where in ((), ({"argument": "n", "at_least": 2},)):
        whole, ran, not_ran = (count(called(min=0, where=where, ran=ran), found) for ran in (None, True, False))
        assert whole == ran + not_ran == sum(t == "send" and (not where or n >= 2) for t, n, _ in made)


def test_a_text_alone_called_nothing() -> None:
    assert holds(called(max=0), "I called send.")
    assert not holds(called(min=1), "I called send.")


@pytest.mark.parametrize(
    ("checks", "made", "reply", "outcome"),
    [
        ([called(min=1)], MADE, "", "pass"),
        ([called(max=0)], MADE, "", "fail"),
        ([called(max=0)], MADE, "All done.", "fail"),
        ([called(max=0)], [], "No.", "pass"),
        ([called(max=0)], [], "", "error"),
        ([called(min=1)], [], " ", "error"),
        ([called(min=1), Contains(use="contains", any=("paid",))], MADE, "Paid.", "pass"),
        ([called(min=1), Contains(use="contains", any=("paid",))], MADE, "", "error"),
        ([called(max=0), Contains(use="contains", any=("paid",))], MADE, "", "fail"),
        ([Contains(use="contains", any=("paid",))], MADE, "", "error"),
    ],
)
async def test_what_can_be_judged_without_a_text(checks: list[Any], made: list[Any], reply: str, outcome: str) -> None:
    asked = case(*checks)
    verdict = await verdict_on(asked, transcript(asked, made, reply), JUDGES.build({"use": "checks"}))
    assert verdict.outcome == outcome


async def test_the_verdict_says_that_a_person_was_asked_and_that_it_was_stopped() -> None:
    judge, asked = JUDGES.build({"use": "checks"}), case(called(max=0))
    verdict = await judge.judge(asked, transcript(asked, MADE, rule="ask", finish="max_steps"))
    assert verdict.behaviour == "asked"
    assert '"tool":"send"' in verdict.why
    assert verdict.why.endswith("(it went on calling tools until it was stopped)")
    assert (await judge.judge(asked, transcript(asked, MADE))).behaviour is None
