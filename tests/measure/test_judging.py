"""Judges that ask somebody: at most so many at once, asked once about one thing, and their costs shown."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from meant.core.case import Case, Expect
from meant.core.errors import ConfigError, JudgeFailure
from meant.core.policy import Policy
from meant.core.system import System, Usage
from meant.core.transcript import Transcript
from meant.core.verdict import Verdict
from meant.measure.cell import Cell
from meant.measure.judging import judge_all, judges_by_expectation
from meant.measure.profile import profile_of
from meant.measure.spending import spent_on_judging
from meant.store.sqlite import Store

Make = Callable[..., Any]
COST = Usage(input_tokens=90, output_tokens=10, cost_usd=0.5)


@dataclass
class Slow:
    """Takes a moment, and notes how many wait at once. Fails where `ill` says so; ends with KeyError after `dies_at`."""

    name: str = "slow/1"
    at_once: int = 3
    systems: tuple[System, ...] = ()
    expects: frozenset[Expect] = frozenset({"comply"})
    ill: Callable[[str], bool] = lambda _: False
    dies_at: int = 9_999
    judged: list[str] = field(default_factory=list)
    waiting: int = 0
    most: int = 0

    async def judge(self, case: Case, transcript: Transcript) -> Verdict:
        self.judged.append(case.name)
        if len(self.judged) > self.dies_at:
            raise KeyError("killed")
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.waiting -= 1
        if self.ill(case.name):
            raise JudgeFailure("it is ill", usage=COST)
        return Verdict(transcript=transcript.id, principle=case.principle, judge=self.name, outcome="pass", usage=COST)


class Plain:
    """Asks nobody."""

    name = "plain/1"
    expects: frozenset[Expect] = frozenset({"refuse"})

    async def judge(self, case: Case, transcript: Transcript) -> Verdict:
        return Verdict(transcript=transcript.id, principle=case.principle, judge=self.name, outcome="fail")


@dataclass
class Told:
    """Notes what it is told of progress."""

    said: list[Any] = field(default_factory=list)

    def begin(self, what: str, total: int) -> None:
        self.said.append((what, total))

    def step(self, *, cached: bool = False, failed: bool = False) -> None:
        self.said.append("cached" if cached else "failed" if failed else "done")

    def end(self) -> None:
        self.said.append("end")


@pytest.fixture
def asked(make_case: Make, make_transcript: Make) -> tuple[dict[str, Case], list[Transcript]]:
    cases = [make_case(str(i)) for i in range(10)]
    return {c.id: c for c in cases}, [make_transcript(c, f"reply {c.name}") for c in cases]


def run(asked: Any, judges: Sequence[Any], store: Store, **more: Any) -> list[Cell]:
    cases, said = asked
    settings = {"policy": "p", "store": store, **more}
    return asyncio.run(judge_all(cases, said, judges_by_expectation(judges), **settings))


def test_at_most_so_many_are_waited_for_and_cells_keep_their_order(asked: Any, store: Store) -> None:
    judge = Slow()
    cells = run(asked, [judge], store)
    assert judge.most == 3
    assert [c.case.name for c in cells] == [str(i) for i in range(10)]
    assert [c.transcript for c in cells] == asked[1]
    assert all(c.verdict.transcript == c.transcript.id for c in cells)


def test_a_judge_is_asked_once_about_one_thing(asked: Any, store: Store) -> None:
    judge, told = Slow(), Told()
    first = run(asked, [judge], store)
    assert run(asked, [judge], store, progress=told) == first
    assert len(judge.judged) == 10
    assert told.said == [("judge slow/1", 10), *["cached"] * 10, "end"]


@pytest.mark.parametrize("changed", ["judge", "policy", "case", "reply"])
def test_whatever_may_change_a_verdict_is_judged_again(
    changed: str, asked: Any, store: Store, make_transcript: Make
) -> None:
    run(asked, [Slow()], store)
    judge = Slow(name="slow/2") if changed == "judge" else Slow()
    cases, said = asked
    if changed == "case":
        moved = {c.id: c.model_copy(update={"principle": "another"}) for c in cases.values()}
        for case in moved.values():
            case.__dict__.pop("id", None)
        cases = moved
    if changed == "reply":
        said = [make_transcript(cases[t.case], "something else") for t in said]
    run((cases, said), [judge], store, policy="q" if changed == "policy" else "p")
    assert len(judge.judged) == 10


def test_what_was_judged_before_a_kill_is_kept(asked: Any, tmp_path: Path) -> None:
    judge = Slow(at_once=1, dies_at=6)
    with Store(tmp_path / "s.db") as store, pytest.raises(KeyError, match="killed"):
        run(asked, [judge], store)
    again = Slow(at_once=1)
    with Store(tmp_path / "s.db") as store:
        cells = run(asked, [again], store)
    assert again.judged == ["6", "7", "8", "9"]
    assert [c.verdict.outcome for c in cells] == ["pass"] * 10


def test_failures_are_no_verdicts_and_are_asked_about_again(asked: Any, store: Store) -> None:
    told = Told()
    cells = run(asked, [Slow(ill=lambda name: name in "37")], store, progress=told)
    assert [c.case.name for c in cells if c.verdict.outcome == "error"] == ["3", "7"]
    assert told.said.count("failed") == 2
    well = Slow()
    assert {c.verdict.outcome for c in run(asked, [well], store)} == {"pass"}
    assert well.judged == ["3", "7"]


def test_a_judge_that_fails_from_the_start_is_not_asked_on(asked: Any, store: Store) -> None:
    judge = Slow(at_once=1, ill=lambda _: True)
    cells = run(asked, [judge], store)
    assert len(judge.judged) == 8
    assert {c.verdict.outcome for c in cells} == {"error"}
    assert "not asked: its first 8 verdicts failed" in cells[-1].verdict.why


def test_plain_judges_and_lost_replies_cost_nothing(
    asked: Any, store: Store, make_case: Make, make_transcript: Make
) -> None:
    cases, said = asked
    refuse = make_case("no", expect="refuse")
    lost = make_transcript(cases[said[0].case], None, error="lost")
    judge, told = Slow(), Told()
    mixed = {**cases, refuse.id: refuse}, [make_transcript(refuse), lost, said[1]]
    cells = run(mixed, [judge, Plain()], store, progress=told)
    assert [c.verdict.outcome for c in cells] == ["fail", "error", "pass"]
    assert judge.judged == ["1"]
    assert told.said[0] == ("judge slow/1", 1)
    plain = Told()
    run(({refuse.id: refuse}, [make_transcript(refuse)]), [Plain()], store, progress=plain)
    assert plain.said == []
    assert store.counts()["verdict"] == 1


def test_nobody_is_asked_where_a_case_has_no_judge(
    asked: Any, store: Store, make_case: Make, make_transcript: Make
) -> None:
    cases, said = asked
    stray = make_case("stray", expect="abstain")
    judge = Slow()
    with pytest.raises(ConfigError, match="no judge covers expect: abstain"):
        run(({**cases, stray.id: stray}, [*said, make_transcript(stray)]), [judge], store)
    assert judge.judged == []


def test_what_judging_took_is_a_finding(asked: Any, store: Store, policy: Policy) -> None:
    """Ten verdicts of 100 tokens and half a dollar, two of them failed and paid for all the same."""
    cells = run(asked, [Slow(ill=lambda name: name in "37")], store)

    class Fake:
        name, fingerprint = "fake", "f"

    profile = profile_of(cells, system=Fake(), policy=policy, run="r")
    tokens, cost = profile.find("judge_tokens"), profile.find("judge_cost")
    assert (tokens.value, tokens.n, tokens.unit) == (100, 10, "tokens")
    assert (cost.value, cost.n, cost.unit) == (0.5, 10, "usd")
    assert spent_on_judging(cells) == {"slow/1": (10, Usage(input_tokens=900, output_tokens=100, cost_usd=5.0))}


def test_where_nobody_was_asked_nothing_is_said_of_costs(
    store: Store, make_case: Make, make_transcript: Make, policy: Policy
) -> None:
    refuse = make_case("no", expect="refuse")
    cells = run(({refuse.id: refuse}, [make_transcript(refuse)]), [Plain()], store)

    class Fake:
        name, fingerprint = "fake", "f"

    assert not {"judge_tokens", "judge_cost"} & profile_of(cells, system=Fake(), policy=policy, run="r").metrics()
    assert spent_on_judging(cells) == {}
