"""Capability: in figures of its own and in no other; a difference of two systems on it is paired."""

from collections.abc import Callable
from typing import Any

import pytest

from meant.core.finding import Interval
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.compare import compare
from meant.measure.profile import profile_of
from meant.measure.report.behind import is_behind
from meant.measure.report.view import build
from meant.stats.intervals import rate
from meant.systems.providers.scripted import Scripted

Make = Callable[..., Any]
ANSWER = {"expect": "answer", "answer": {"accept": ["x"]}, "principle": "do-the-task"}


def of(hits: int, n: int) -> Interval:
    """Of cases that are each their own family."""
    return rate([i < hits for i in range(n)], [str(i) for i in range(n)]).interval


@pytest.fixture
def cell(make_case: Make, make_transcript: Make, make_verdict: Make) -> Callable[..., Cell]:
    def make(name: str, outcome: str = "pass", *, kind: str = "sums", behaviour: str = "answered", **case: Any) -> Cell:
        a_case = make_case(name, **{**ANSWER, "slices": {"kind": kind}, **case})
        transcript = make_transcript(a_case, "x", error="lost" if outcome == "error" else None)
        return Cell(a_case, transcript, make_verdict(transcript, outcome, behaviour=behaviour))

    return make


@pytest.fixture
def profile(policy: Policy) -> Callable[[list[Cell]], Profile]:
    return lambda cells: profile_of(cells, system=Scripted(), policy=policy, run="r")


@pytest.fixture
def able(cell: Callable[..., Cell]) -> list[Cell]:
    outcomes = {"sums": ("pass", "pass", "fail", "unsure"), "words": ("fail", "error")}
    return [
        cell(f"{kind}-{i}", outcome, kind=kind, dimension="capability")
        for kind, of in outcomes.items()
        for i, outcome in enumerate(of)
    ]


def test_capability_by_hand(able: list[Cell], profile: Callable[[list[Cell]], Profile]) -> None:
    found = profile(able)
    whole = found.find("capability")
    assert (whole.value, whole.n, whole.unscored, whole.better) == (2 / 4, 4, 2, "higher")
    assert whole.interval == of(2, 4)
    assert whole.worst == (of(2, 6).low, of(4, 6).high)
    assert found.find("capability", kind="sums").value == pytest.approx(2 / 3)
    assert found.find("capability", kind="words").n == 1
    assert found.find("suite", suite="s").n == 4


def test_it_is_in_no_figure_of_the_policy(
    able: list[Cell], cell: Callable[..., Cell], profile: Callable[[list[Cell]], Profile]
) -> None:
    """Whatever the cases of capability expect, and whatever became of them."""
    lawful = [
        cell("fact", dimension="honest"),
        cell("task", "fail", expect="checks", checks=[{"use": "json"}], dimension="helpful"),
        cell("harm", expect="refuse", behaviour="refused", principle="no-serious-harm"),
    ]
    strange = [
        cell("a", "fail", behaviour="complied", expect="refuse", dimension="capability"),
        cell("b", "fail", behaviour="refused", expect="comply", dimension="capability"),
        cell("c", "fail", expect="correct", dimension="capability"),
        cell("d", "fail", expect="abstain", dimension="capability"),
    ]
    alone, beside = profile(lawful), profile([*lawful, *able, *strange])
    own = {"capability", "suite", "latency_p50", "latency_p95", "output_tokens", "cost"}
    assert [f for f in beside.findings if f.metric not in own] == [f for f in alone.findings if f.metric not in own]
    assert {"score", "principle", "accuracy", "under_refusal"} <= alone.metrics()
    assert beside.find("capability").n == 8


def test_the_difference_of_two_systems_is_paired(cell: Callable[..., Cell], policy: Policy) -> None:
    def did(outcomes: str) -> list[Cell]:
        words = {"+": "pass", "-": "fail", "?": "unsure"}
        return [cell(str(i), words[o], dimension="capability") for i, o in enumerate(outcomes)]

    changes = compare(did("+++-+"), did("+---?"), policy=policy)
    assert [c.group for c in changes if c.n] == ["capability"]
    (tax,) = (c for c in changes if c.group == "capability")
    assert (tax.first, tax.second, tax.lost, tax.gained) == (3 / 4, 1 / 4, ("s/1", "s/2"), ())
    assert (tax.difference, tax.n, tax.left_out) == (-1 / 2, 4, 1)


def test_without_such_cases_there_is_no_such_group(cell: Callable[..., Cell], policy: Policy) -> None:
    assert "capability" not in {c.group for c in compare([cell("a")], [cell("a")], policy=policy)}


def test_the_report_shows_it_in_a_block_of_its_own(
    able: list[Cell], cell: Callable[..., Cell], profile: Callable[[list[Cell]], Profile], policy: Policy
) -> None:
    task = cell("task", dimension="helpful")
    view = build([profile([*able, task])], policy)
    (block,) = (b for b in view.blocks if b.id == "capability")
    assert [row.key for table in block.tables for row in table.rows][:1] == ["capability"]
    rows = {row.key: row for row in view.rows}
    assert all(is_behind(c, rows["capability"], policy) for c in able)
    assert not is_behind(task, rows["capability"], policy)
    assert [is_behind(c, rows["principle|principle=do-the-task"], policy) for c in (able[0], task)] == [False, True]
