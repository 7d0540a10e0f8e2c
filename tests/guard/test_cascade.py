"""The cascade: who is asked, in what words, and what comes of it."""

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from meant.core.approval import Question
from meant.core.guard import ALLOW, GuardDecision, Opinion, Screened, Sight
from meant.core.span import Span
from meant.core.turn import ToolCall, Turn
from meant.engine.settled import settled
from meant.guard.cascade import Cascade
from meant.guard.contract import Instructs
from meant.guard.layer import Layer
from meant.systems.tools.screened import sight_of
from tests.guard.fakes import Finds, layer, user
from tests.guard.test_layer import Says

UNSURE = Says(Opinion("escalate", "hm", score=0.5))
NO, YES = Says(Opinion("block", "no")), Says(ALLOW)


def sight(text: str) -> Sight:
    return Sight("input", text, (Turn(role="system", text="Be kind."), user(text)))


async def screened(
    *layers: Layer,
    text: str = "some text",
    unresolved: Literal["allow", "block", "ask"] = "block",
    shown: Sight | None = None,
    **fields: Any,
) -> Screened:
    return await Cascade(layers, unresolved, **fields).screen(shown or sight(text))


def told(one: Screened) -> list[tuple[str, str]]:
    return [(decision.guard, decision.action) for decision in one.decisions]


async def test_the_first_that_blocks_ends_it() -> None:
    one = await screened(layer(YES, "a"), layer(NO, "b"), layer(NO, "c"))
    assert told(one) == [("a", "allow"), ("b", "block")]
    assert one.stopped
    assert one.stopped.guard == "b"


async def test_later_layers_see_the_rewritten_words_and_findings_are_told_where_they_came() -> None:
    mail, word = Finds("[a-z]+@[a-z]+", "rewrite", "<mail>"), Finds("> word")
    one = await screened(layer(mail, "mail"), layer(word, "word"), text="a bob@home word")
    assert one.text == "a <mail> word"
    assert word.shown[0].text == "a <mail> word"
    assert word.shown[0].turns[-1].text == "a <mail> word"
    assert word.shown[0].turns[0].text == "Be kind."
    assert one.decisions[1].span == Span(2, 15)


async def test_a_layer_elsewhere_is_not_asked() -> None:
    assert told(await screened(layer(NO, at=frozenset({"output"})))) == []


@pytest.mark.parametrize(("unresolved", "stops"), [("allow", False), ("block", True), ("ask", True)])
async def test_what_nobody_could_tell_is_for_the_owner_to_say(
    unresolved: Literal["allow", "block", "ask"], *, stops: bool
) -> None:
    one = await screened(layer(UNSURE, "a"), layer(YES, "b"), unresolved=unresolved)
    assert told(one) == [("a", "escalate"), ("b", "allow"), ("unresolved", unresolved)]
    assert one.decisions[-1].reason == "could not tell: a"
    assert (one.stopped is not None) == stops


@pytest.mark.parametrize(
    ("last", "actions"),
    [
        (YES, ["escalate", "allow"]),
        (NO, ["escalate", "block"]),
        (UNSURE, ["escalate", "escalate", "block"]),
        (Says(RuntimeError("broke")), ["escalate", "block"]),
    ],
)
async def test_a_layer_for_the_unsure_settles_it(last: Says, actions: list[str]) -> None:
    one = await screened(layer(UNSURE, "a"), layer(last, "b", only_if_unsure=True))
    assert [action for _, action in told(one)] == actions


async def test_a_layer_for_the_unsure_is_not_asked_where_all_are_sure() -> None:
    assert told(await screened(layer(YES, "a"), layer(NO, "b", only_if_unsure=True))) == [("a", "allow")]


async def test_once_settled_it_is_settled_until_another_is_unsure() -> None:
    yes, no = layer(YES, "b", only_if_unsure=True), layer(NO, "c", only_if_unsure=True)
    one = await screened(layer(UNSURE, "a"), yes, no)
    assert told(one) == [("a", "escalate"), ("b", "allow")]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """One number: what the time is. The event loop has its own."""
    now = [100.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    return now


async def test_the_budget_is_for_all_together_and_who_is_late_could_not_tell(clock: list[float]) -> None:
    async def hangs(_: Sight) -> Opinion:
        clock[0] += 1
        await asyncio.Event().wait()
        return ALLOW

    slow = Calls(hangs)
    one = await screened(layer(YES, "a"), layer(slow, "b", timeout_s=9), layer(YES, "c"), budget_s=0.01)
    assert told(one) == [("a", "allow"), ("b", "escalate"), ("c", "escalate"), ("unresolved", "block")]
    assert one.decisions[1].reason == "the time for all layers together was spent"


class TestShadow:
    async def test_it_changes_nothing_and_is_told_apart_from_a_pass(self) -> None:
        rewrites = layer(Finds("text", "rewrite"), "s1", mode="shadow")
        one = await screened(layer(NO, "s2", mode="shadow"), rewrites, layer(YES, "a"))
        assert one.text == "some text"
        assert one.stopped is None
        assert [(d.guard, d.mode, d.action) for d in await settled([one])] == [
            ("s2", "shadow", "block"), ("s1", "shadow", "rewrite"), ("a", "enforce", "allow"),
        ]  # fmt: skip

    async def test_nobody_waits_for_a_slow_one_and_the_record_says_so(self) -> None:
        one = await screened(layer(Says(ALLOW, never=True), "slow", mode="shadow", timeout_s=60), layer(YES, "a"))
        assert one.decisions[1].action == "allow"
        slow, _ = await settled([one], within_s=0)
        assert (slow.mode, slow.error) == ("shadow", "no opinion by the time that the reply was complete")
        assert slow.action != "allow"
        await asyncio.sleep(0)
        assert all(task.cancelled() for task in one.later.values() if isinstance(task, asyncio.Task))

    async def test_it_is_not_left_behind_when_the_caller_goes(self) -> None:
        cascade = Cascade(
            (layer(Says(ALLOW, never=True), "s", mode="shadow"), layer(Says(ALLOW, never=True), "b", timeout_s=60)),
            "block",
        )
        asked = asyncio.create_task(cascade.screen(sight("x")))
        for _ in range(3):
            await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1


class TestBeside:
    """Two that are asked at the same time."""

    async def test_they_are_under_way_together(self) -> None:
        met = asyncio.Barrier(2)

        async def meets(_: Sight) -> Opinion:
            await met.wait()
            return ALLOW

        one = await screened(layer(Calls(meets), "a"), layer(Calls(meets), "b", beside_previous=True))
        assert told(one) == [("a", "allow"), ("b", "allow")]

    async def test_one_that_blocks_stops_the_others(self) -> None:
        slow = layer(Says(ALLOW, never=True), "slow", timeout_s=60)
        one = await screened(slow, layer(NO, "b", beside_previous=True), layer(NO, "c"))
        assert told(one) == [("b", "block")]

    async def test_who_saw_words_that_were_rewritten_is_asked_again(self) -> None:
        late = Finds("SECRET")
        one = await screened(
            layer(Finds("text", "rewrite", "-"), "a"), layer(late, "b", beside_previous=True), text="a text"
        )
        assert [seen.text for seen in late.shown] == ["a text", "a -"]
        assert told(one) == [("a", "rewrite"), ("b", "allow")]


@dataclass(frozen=True)
class Calls(Says):
    """A guard that is a coroutine function."""

    async def check(self, sight: Sight) -> Opinion:
        opinion: Opinion = await self.said(sight)
        return opinion


class Person:
    def __init__(self, said: Any) -> None:
        self.said, self.asked = said, list[Question]()

    async def approve(self, question: Question) -> Any:
        self.asked.append(question)
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


class TestAsking:
    @pytest.mark.parametrize(
        ("said", "approved", "error"),
        [
            *[(True, True, None), (False, False, None), (None, None, None)],
            ("yes", None, "a person's answer was 'yes'"),
            (RuntimeError("gone"), None, "asking a person failed: RuntimeError: gone"),
        ],
    )
    async def test_only_a_yes_lets_it_pass(self, said: Any, *, approved: bool | None, error: str | None) -> None:
        person = Person(said)
        one = await screened(layer(Says(Opinion("ask", "odd")), "a"), layer(YES, "b"), approver=person)
        decision = one.decisions[0]
        assert (decision.approved, decision.error) == (approved, error)
        assert (one.stopped is None) == (approved is True)
        assert len(one.decisions) == 1 + (approved is True)
        (question,) = person.asked
        assert (question.asks, question.place, question.because, question.text) == ("a", "input", "odd", "some text")
        assert question.turns[-1].text == "some text"

    async def test_without_anybody_to_ask_it_is_no_approval(self) -> None:
        one = await screened(layer(Says(Opinion("ask"))))
        assert one.stopped
        assert one.stopped.approved is None

    async def test_the_time_that_a_person_takes_is_none_of_the_budget(self, clock: list[float]) -> None:
        class Slow(Person):
            async def approve(self, question: Question) -> Any:
                clock[0] += 60
                return self.said

        asks = layer(Says(Opinion("ask")), "a")
        one = await screened(asks, layer(YES, "b"), approver=Slow(said=True), budget_s=5)
        assert told(one) == [("a", "ask"), ("b", "allow")]

    async def test_what_nobody_could_tell_may_be_for_a_person(self) -> None:
        one = await screened(layer(UNSURE, "a"), unresolved="ask", approver=Person(True))
        assert (one.decisions[-1].guard, one.decisions[-1].approved, one.stopped) == ("unresolved", True, None)


class TestCalls:
    CALL = ToolCall(id="1", tool="send", arguments={"to": "bob", "key": "SECRET"})

    async def shown(self, guard: Finds) -> Screened:
        turn = Turn(role="assistant", text="", calls=(self.CALL,))
        return await screened(layer(guard), layer(NO, "after"), shown=sight_of(self.CALL, [user("Send."), turn]))

    async def test_later_layers_see_the_rewritten_call(self) -> None:
        looks = Finds("nothing")
        turn = Turn(role="assistant", text="", calls=(self.CALL,))
        shown = sight_of(self.CALL, [user("Send."), turn])
        one = await screened(layer(Finds("SECRET", "rewrite", "-")), layer(looks, "b"), shown=shown)
        assert one.text == '{"to":"bob","key":"-"}'
        assert looks.shown[0].call == self.CALL.model_copy(update={"arguments": {"to": "bob", "key": "-"}})
        assert {decision.call for decision in one.decisions} == {"1"}

    async def test_edits_that_leave_no_arguments_are_a_guard_that_broke(self) -> None:
        one = await self.shown(Finds("SECRET", "rewrite", '"'))
        assert one.decisions[0].error == "its edits leave no JSON object of arguments"
        assert told(one) == [("g", "block")]


def test_whatever_changes_what_passes_changes_the_fingerprint() -> None:
    base = Cascade((layer(NO, "a"), layer(YES, "b")), "block")
    others = [
        Cascade(base.layers[::-1], "block"),
        Cascade(base.layers[:1], "block"),
        Cascade(base.layers, "allow"),
        Cascade(base.layers, "block", budget_s=1),
        *[
            Cascade((layer(NO, "a"), layer(YES, "b", **changed)), "block")
            for changed in (
                *({"on_error": "allow"}, {"mode": "shadow"}, {"timeout_s": 3}, {"at": frozenset({"output"})}),
                *({"only_if_unsure": True}, {"beside_previous": True}),
            )
        ],
    ]
    prints = [base.fingerprint, *(one.fingerprint for one in others)]
    assert len(set(prints)) == len(prints)
    assert Cascade(base.layers, "block").fingerprint == base.fingerprint


def test_how_much_is_held_back() -> None:
    def held(*layers: Layer) -> int | None:
        return Cascade(layers, "block").hold_back

    five, whole = Finds("a", longest=5), Finds("a", longest=None)
    assert held() == 0
    assert held(layer(five), layer(five)) == 10
    assert held(layer(five), layer(whole)) is None
    assert held(layer(five), layer(whole, mode="shadow"), layer(whole, at=frozenset({"input"}))) == 5
    assert held(layer(five), layer(whole, only_if_unsure=True)) == 5


@dataclass(frozen=True)
class Tells(Says):
    """A guard that needs the model to be told something."""

    instruction: str = "Beware."


def test_what_guards_need_the_model_to_be_told() -> None:
    assert isinstance(Tells(ALLOW), Instructs)
    assert Cascade((layer(Tells(ALLOW), "a"), layer(Tells(ALLOW, instruction="Mind."), "b")), "block").instruction == (
        "Beware.\n\nMind."
    )
    assert Cascade((layer(YES),), "block").instruction is None
    assert Cascade((layer(Tells(ALLOW), mode="shadow"),), "block").instruction is None


def test_a_decision_of_a_layer_in_shadow_never_stops() -> None:
    assert not GuardDecision(guard="a", place="input", action="block", mode="shadow").stops
