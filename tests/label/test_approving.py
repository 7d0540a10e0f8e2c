"""A person approves: in time or not at all, once, and after a restart too."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from meant.core.approval import Answer, Question
from meant.core.errors import StoreError
from meant.core.turn import ToolCall, Turn
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from meant.label.approving import Waiting, unnumbered
from meant.store.approvals import Approvals
from meant.systems.providers.scripted import Scripted
from tests.guard.fakes import Finds, layer, user

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
QUESTION = Question(
    asks="policy",
    place="call",
    because="large",
    call=ToolCall(id="1", tool="pay", arguments={"amount": 900}),
    turns=(Turn(role="user", text="Pay Bob."),),
)


class Clock:
    """Time that passes only while somebody sleeps; then `then` happens."""

    def __init__(self, then: Callable[[float], None] = lambda _: None) -> None:
        self.now, self.then = 0.0, then

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.then(self.now)


def waiting(approvals: Approvals, clock: Clock | None = None) -> Waiting:
    clock = clock or Clock()
    return Waiting(approvals, timeout_s=10, now=lambda: NOON, clock=clock, sleep=clock.sleep)


def answer(approvals: Approvals, *, approved: bool, by: str = "ann") -> Answer:
    (entry,) = [one for one in approvals.entries() if one.answer is None]
    return approvals.answer(Answer(asking=entry.asking.id, approved=approved, by=by, at=NOON, why="known"))


@pytest.mark.parametrize("approved", [True, False])
async def test_the_reply_goes_on_when_somebody_answers(tmp_path: Path, *, approved: bool) -> None:
    path = tmp_path / "s.db"
    with Approvals(path) as approvals, Approvals(path) as theirs:

        def answers(at: float) -> None:
            if at >= 3 and not any(one.answer for one in theirs.entries()):
                answer(theirs, approved=approved)

        clock = Clock(answers)
        assert await waiting(approvals, clock).approve(QUESTION) is approved
        assert clock.now == 3
        (entry,) = approvals.entries()
        assert (entry.at, entry.used, entry.answer and entry.answer.by) == (NOON, NOON, "ann")


async def test_nobody_in_time_is_no_approval_and_a_later_answer_is_found_after_a_restart(tmp_path: Path) -> None:
    with Approvals(tmp_path / "s.db") as approvals:
        clock = Clock()
        assert await waiting(approvals, clock).approve(QUESTION) is None
        assert clock.now == 10
        answer(approvals, approved=True)
    with Approvals(tmp_path / "s.db") as approvals:
        assert await waiting(approvals).approve(QUESTION) is True
        assert len(approvals.entries()) == 1


async def test_a_provider_that_draws_other_ids_asks_the_same(tmp_path: Path) -> None:
    def question(read: str, pay: str) -> Question:
        called = (ToolCall(id=read, tool="read"), ToolCall(id=pay, tool="pay", arguments={"amount": 900}))
        turns = (
            user("Pay Bob."),
            Turn(role="assistant", text="", calls=called[:1]),
            Turn(role="tool", text="900", answers=read),
            Turn(role="assistant", text="", calls=called[1:]),
        )
        return Question(asks="policy", place="call", because="large", call=called[1], turns=turns)

    with Approvals(tmp_path / "s.db") as approvals:
        assert await waiting(approvals).approve(question("call_x1", "call_y1")) is None
        answer(approvals, approved=True)
        assert await waiting(approvals).approve(question("call_x2", "call_y2")) is True


async def test_a_yes_is_good_for_one_time(tmp_path: Path) -> None:
    with Approvals(tmp_path / "s.db") as approvals:
        assert await waiting(approvals).approve(QUESTION) is None
        answer(approvals, approved=True)
        assert await waiting(approvals).approve(QUESTION) is True
        assert await waiting(approvals).approve(QUESTION) is None
        assert [one.asking.time for one in approvals.entries()] == [0, 1]
        answer(approvals, approved=False)
        assert await waiting(approvals).approve(QUESTION) is False


async def test_two_that_ask_the_same_at_once_need_two_answers(tmp_path: Path) -> None:
    """Both wait on one asking; one goes by its answer, and the other's is asked anew."""
    with Approvals(tmp_path / "s.db") as approvals:
        asking = approvals.ask(unnumbered(QUESTION), at=NOON)

        def other(_: float) -> None:
            if approvals.said(asking.id) is None:
                answer(approvals, approved=True)
                assert approvals.use(asking.id, at=NOON)

        assert await waiting(approvals, Clock(other)).approve(QUESTION) is None
        assert [one.answer is None for one in approvals.entries()] == [False, True]


async def test_a_guarded_system_goes_on_after_a_restart_where_a_person_has_answered(tmp_path: Path) -> None:
    async def reply() -> str:
        with Approvals(tmp_path / "s.db") as approvals:
            asks = layer(Finds("refund", "ask"), at=frozenset({"input"}))
            cascade = Cascade((asks,), "block", approver=waiting(approvals))
            said = await Guarded(Scripted(otherwise="Done."), cascade, "Not yet.").reply([user("a refund, please")])
            return said.turn.text

    assert await reply() == "Not yet."
    with Approvals(tmp_path / "s.db") as approvals:
        answer(approvals, approved=True)
    assert [await reply(), await reply()] == ["Done.", "Not yet."]


def test_an_answer_stands_for_good(tmp_path: Path) -> None:
    with Approvals(tmp_path / "s.db") as approvals:
        asking = approvals.ask(unnumbered(QUESTION), at=NOON)
        first = answer(approvals, approved=False)
        again = approvals.answer(Answer(asking=asking.id, approved=True, by="bob", at=NOON))
        assert again == first == approvals.said(asking.id)
        with pytest.raises(Exception, match="append-only"):
            approvals._db.rows("UPDATE answer SET record = ''")


def test_another_question_is_another_asking(tmp_path: Path) -> None:
    with Approvals(tmp_path / "s.db") as approvals:
        other = QUESTION.model_copy(update={"because": "odd"})
        assert approvals.ask(QUESTION, at=NOON) != approvals.ask(Question(**other.model_dump()), at=NOON)


@pytest.mark.parametrize("freed", [True, False])
async def test_a_store_that_others_hold_is_asked_again_and_nobody_stands_still_for_it(
    tmp_path: Path, *, freed: bool
) -> None:
    path = tmp_path / "s.db"
    with Approvals(path, waits=False) as approvals, Approvals(path) as theirs:
        others = sqlite3.connect(path, isolation_level=None)
        others.execute("BEGIN IMMEDIATE")

        def free(at: float) -> None:
            if at == 2 and freed:
                others.execute("COMMIT")
            if at == 4 and freed:
                answer(theirs, approved=True)

        asked = waiting(approvals, Clock(free)).approve(QUESTION)
        if freed:
            assert await asked is True
        else:
            with pytest.raises(StoreError, match="locked"):
                await asked
        others.close()
