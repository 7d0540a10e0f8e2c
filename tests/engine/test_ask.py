"""The engine: bounded, cached, budgeted, resumable; a failure is data and never a score."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from meant.core.case import Case
from meant.core.errors import ConfigError, SystemFailure
from meant.core.system import Loglik, Reply, Usage
from meant.core.tool import Decision, Simulated
from meant.core.turn import ToolCall, Turn
from meant.engine.ask import HOPELESS, Asking, ask_all
from meant.engine.budget import Budget, Spending
from meant.store.sqlite import Store

Make = Callable[..., Any]


@dataclass
class Counting:
    """Answers each prompt with its number; fails where told to; counts who is inside at once."""

    name: str = "counting"
    fingerprint: str = "c1"
    fails: frozenset[int] = frozenset()
    usage: Usage = field(default_factory=Usage)
    asked: list[str] = field(default_factory=list)
    stop_after: int | None = None
    error: Exception = field(default_factory=lambda: SystemFailure("boom", kind="server"))
    inside: int = 0
    most_inside: int = 0

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        try:
            await asyncio.sleep(0)
            self.asked.append(turns[-1].text)
            if self.stop_after is not None and len(self.asked) > self.stop_after:
                raise asyncio.CancelledError
            if len(self.asked) - 1 in self.fails:
                raise self.error
            return Reply(turn=Turn(role="assistant", text=f"{len(self.asked)}/{seed}"), usage=self.usage)
        finally:
            self.inside -= 1

    async def aclose(self) -> None: ...


@dataclass
class Watched:
    """Counts what it is told."""

    begun: list[tuple[str, int]] = field(default_factory=list)
    steps: list[tuple[bool, bool]] = field(default_factory=list)
    ended: int = 0

    def begin(self, what: str, total: int) -> None:
        self.begun.append((what, total))

    def step(self, *, cached: bool = False, failed: bool = False) -> None:
        self.steps.append((cached, failed))

    def end(self) -> None:
        self.ended += 1


@pytest.fixture
def cases(make_case: Make) -> list[Case]:
    return [make_case(str(i)) for i in range(30)]


async def test_one_transcript_a_case_in_order_and_bounded(store: Store, cases: list[Case]) -> None:
    system, watched = Counting(), Watched()
    transcripts = await ask_all(system, cases, store=store, asking=Asking(at_once=4), progress=watched)
    assert [t.case for t in transcripts] == [c.id for c in cases]
    assert system.most_inside == 4
    assert watched.begun == [("counting", 30)]
    assert watched.steps == [(False, False)] * 30
    assert watched.ended == 1


async def test_asking_again_asks_nothing_and_says_the_same(store: Store, cases: list[Case]) -> None:
    first = await ask_all(Counting(), cases, store=store, asking=Asking())
    again, watched = Counting(), Watched()
    second = await ask_all(again, cases, store=store, asking=Asking(), progress=watched)
    assert again.asked == []
    assert second == first
    assert watched.steps == [(True, False)] * 30


@pytest.mark.parametrize("change", [{"seed": 1}, {"fresh": True}])
async def test_another_seed_or_fresh_asks_again(store: Store, cases: list[Case], change: dict[str, Any]) -> None:
    await ask_all(Counting(), cases, store=store, asking=Asking())
    again = Counting()
    await ask_all(again, cases, store=store, asking=Asking(**change))
    assert len(again.asked) == 30


async def test_another_fingerprint_asks_again(store: Store, cases: list[Case]) -> None:
    await ask_all(Counting(), cases, store=store, asking=Asking())
    again = Counting(fingerprint="c2")
    await ask_all(again, cases, store=store, asking=Asking())
    assert len(again.asked) == 30


async def test_repeats_never_share_a_reply(store: Store, cases: list[Case]) -> None:
    system = Counting()
    transcripts = await ask_all(system, cases[:5], store=store, asking=Asking(repeats=3))
    assert len(system.asked) == 15
    assert len({t.last_reply for t in transcripts}) == 15
    assert [t.repeat for t in transcripts] == [0, 1, 2] * 5
    more = Counting()
    await ask_all(more, cases[:5], store=store, asking=Asking(repeats=4))
    assert len(more.asked) == 5


async def test_a_stopped_run_goes_on_where_it_stopped(store: Store, cases: list[Case]) -> None:
    stopped = Counting(stop_after=12)
    with pytest.raises(asyncio.CancelledError):
        await ask_all(stopped, cases, store=store, asking=Asking(at_once=1))
    rest = Counting()
    transcripts = await ask_all(rest, cases, store=store, asking=Asking(at_once=1))
    assert len(rest.asked) == 18
    assert not set(stopped.asked[:12]) & set(rest.asked)
    assert all(t.error is None for t in transcripts)


async def test_a_failure_is_data_and_is_asked_again(store: Store, cases: list[Case]) -> None:
    first = await ask_all(Counting(fails=frozenset({3})), cases, store=store, asking=Asking(at_once=1))
    assert [t.error for t in first if t.error] == ["boom"]
    assert first[3].last_reply == ""
    again = Counting()
    second = await ask_all(again, cases, store=store, asking=Asking(at_once=1))
    assert again.asked == [cases[3].prompt]
    assert all(t.error is None for t in second)


async def test_whatever_a_strangers_system_raises_is_contained(store: Store, cases: list[Case]) -> None:
    system = Counting(fails=frozenset({1}), error=ZeroDivisionError("oops"))
    transcripts = await ask_all(system, cases, store=store, asking=Asking(at_once=1))
    assert transcripts[1].error == "ZeroDivisionError: oops"


async def test_what_the_user_must_mend_stops_the_run_at_once(store: Store, cases: list[Case]) -> None:
    system = Counting(fails=frozenset({2}), error=ConfigError("no model"))
    with pytest.raises(ConfigError, match="no model"):
        await ask_all(system, cases, store=store, asking=Asking(at_once=2))
    assert len(system.asked) < 8
    assert store.counts()["transcript"] >= 2


async def test_a_system_that_never_answers_is_given_up(store: Store, cases: list[Case]) -> None:
    dead = Counting(fails=frozenset(range(30)))
    transcripts = await ask_all(dead, cases, store=store, asking=Asking(at_once=1))
    assert len(dead.asked) == HOPELESS
    assert transcripts[-1].error == f"not asked: the first {HOPELESS} requests failed"


@pytest.mark.parametrize(
    ("budget", "usage", "asked"),
    [
        (Budget(requests=7), Usage(), 7),
        (Budget(tokens=50), Usage(input_tokens=6, output_tokens=4), 5),
        (Budget(usd=0.03), Usage(cost_usd=0.01), 3),
    ],
)
async def test_a_budget_is_kept_and_the_rest_said_to_be_unasked(
    store: Store, cases: list[Case], budget: Budget, usage: Usage, asked: int
) -> None:
    system = Counting(usage=usage)
    transcripts = await ask_all(system, cases, store=store, asking=Asking(at_once=1, budget=budget))
    assert len(system.asked) == asked
    assert sum(t.error is None for t in transcripts) == asked
    assert transcripts[-1].error
    assert transcripts[-1].error.startswith("not asked: budget of ")
    more = Counting()
    await ask_all(more, cases, store=store, asking=Asking(at_once=1))
    assert len(more.asked) == 30 - asked


def test_time_is_a_budget_too() -> None:
    now = [0.0]
    spending = Spending(Budget(seconds=5), clock=lambda: now[0])
    assert spending.spent() is None
    now[0] = 5.0
    assert spending.spent() == "budget of 5 seconds spent"


async def test_a_reply_is_stored_before_the_next_is_waited_for(store: Store, cases: list[Case]) -> None:
    """What a kill can lose is at most what was in flight."""
    seen: list[int] = []

    @dataclass
    class Slow(Counting):
        async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
            await asyncio.sleep(0.002)
            seen.append(store.counts()["transcript"])
            return Reply(turn=Turn(role="assistant", text="x"))

    await ask_all(Slow(), cases, store=store, asking=Asking(at_once=1))
    assert seen == list(range(30))


async def test_two_cases_that_ask_the_same_share_a_reply_in_the_next_run_only(store: Store, make_case: Make) -> None:
    one, two = make_case("one", prompt="same"), make_case("two", prompt="same")
    await ask_all(Counting(), [one], store=store, asking=Asking())
    system = Counting()
    (transcript,) = await ask_all(system, [two], store=store, asking=Asking())
    assert system.asked == []
    assert transcript.case == two.id


CLOCK = Simulated.model_validate({"name": "clock", "says": "Tells the time.", "results": [{"returns": "Noon."}]})
STEPS = (
    Turn(role="assistant", text="", calls=(ToolCall(id="1", tool="clock"),)),
    Turn(role="tool", text="Noon.", answers="1"),
)
DECISION = Decision(call="1", tool="clock", rule="allow", because="so", ran=True)


@dataclass
class Acting(Counting):
    """Calls its tool once before it answers."""

    async def act(self, turns: Sequence[Turn], *, tools: Sequence[Simulated], seed: int | None = None) -> Reply:
        reply = await self.reply(turns, seed=seed)
        return reply.model_copy(update={"steps": STEPS, "decisions": (DECISION,)})


async def test_steps_and_decisions_are_kept_and_served_again(store: Store, make_case: Make) -> None:
    case = make_case("one", tools=(CLOCK,))
    (made,) = await ask_all(Acting(), [case], store=store, asking=Asking())
    assert made.turns[1:3] == STEPS
    assert made.decisions == (DECISION,)
    again = Acting()
    assert await ask_all(again, [case], store=store, asking=Asking()) == [made]
    assert again.asked == []
    other = case.model_copy(update={"tools": (CLOCK.model_copy(update={"says": "Tells no time."}),)})
    await ask_all(again, [other], store=store, asking=Asking())
    assert len(again.asked) == 1


async def test_each_request_to_the_model_counts_against_the_budget(store: Store, make_case: Make) -> None:
    cases = [make_case(str(i), tools=(CLOCK,)) for i in range(5)]
    asking = Asking(at_once=1, budget=Budget(requests=4))
    transcripts = await ask_all(Acting(), cases, store=store, asking=asking)
    assert [t.error is None for t in transcripts] == [True, True, False, False, False]


async def test_what_a_system_cannot_do_does_not_give_it_up(store: Store, make_case: Make) -> None:
    cases = [make_case(f"tool {i}", tools=(CLOCK,)) for i in range(HOPELESS + 1)] + [make_case("plain")]
    transcripts = await ask_all(Counting(), cases, store=store, asking=Asking(at_once=1))
    assert {t.error for t in transcripts[:-1]} == {"counting cannot be given tools"}
    assert transcripts[-1].error is None


@dataclass
class Scoring(Counting):
    """Gives as many nats a continuation as it is long, negative; remembers what it was asked after."""

    after: list[list[str]] = field(default_factory=list)

    async def loglik(self, turns: Sequence[Turn], continuations: Sequence[str]) -> list[Loglik]:
        self.after.append([turn.text for turn in turns])
        return [Loglik(tokens=(-1.0,) * len(one)) for one in continuations]


OPTIONS: dict[str, Any] = {"expect": "choice", "choices": ["yes", "maybe"], "answer": {"accept": ["yes"]}}


async def test_the_choices_of_a_case_are_scored_after_its_turns(store: Store, make_case: Make) -> None:
    system = Scoring()
    cases = [make_case("plain"), make_case("asked", prompt="Is it? (A) yes (B) maybe", **OPTIONS)]
    plain, asked = await ask_all(system, cases, store=store, asking=Asking())
    assert (plain.choice_nats, asked.choice_nats) == (None, (-3.0, -5.0))
    assert system.after == [["Is it? (A) yes (B) maybe"]]


async def test_or_after_the_stem_in_the_place_of_the_last_turn(store: Store, make_case: Make) -> None:
    system = Scoring()
    turns = [
        Turn(role="user", text="Hi"),
        Turn(role="assistant", text="Hello"),
        Turn(role="user", text="Is it? (A) yes"),
    ]
    (asked,) = await ask_all(
        system, [make_case("s", turns=turns, stem="Is it?", **OPTIONS)], store=store, asking=Asking()
    )
    assert system.after == [["Hi", "Hello", "Is it?"]]
    assert asked.turns[:3] == tuple(turns)


async def test_another_stem_is_asked_anew(store: Store, make_case: Make) -> None:
    for stem in ("Is it?", "Is it so?", "Is it?"):
        system = Scoring()
        await ask_all(system, [make_case("s", stem=stem, **OPTIONS)], store=store, asking=Asking())
    assert system.after == []


async def test_a_system_without_likelihoods_has_none(store: Store, make_case: Make) -> None:
    (asked,) = await ask_all(Counting(), [make_case("s", **OPTIONS)], store=store, asking=Asking())
    assert (asked.choice_nats, asked.error) == (None, None)
