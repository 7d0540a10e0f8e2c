"""Multiple choice by log-likelihood: by hand, and end to end on systems whose calibration is known."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from meant.core.case import Case
from meant.core.finding import Interval
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.system import Loglik, Reply
from meant.core.turn import Turn
from meant.engine.ask import Asking, ask_all
from meant.measure.calibration import choices
from meant.measure.cell import Cell
from meant.measure.judging import default_judges, judge_all
from meant.measure.profile import profile_of
from meant.stats.calibration import brier, softmax
from meant.stats.intervals import rate
from meant.store.sqlite import Store

Make = Callable[..., Any]
OPTIONS = ("Oak", "Ash", "Elm", "Fir")


def of(hits: int, n: int) -> Interval:
    """Of cases that are each their own family."""
    return rate([i < hits for i in range(n)], [str(i) for i in range(n)]).interval


@pytest.fixture
def question(make_case: Make) -> Callable[..., Case]:
    def make(name: str, right: int = 0, **fields: Any) -> Case:
        lines = [f"({letter}) {option}" for letter, option in zip("ABCD", OPTIONS, strict=True)]
        prompt = "\n".join([f"Which tree is number {name}?", *lines])
        asked: Case = make_case(
            name, prompt=prompt, expect="choice", choices=OPTIONS, answer={"accept": [OPTIONS[right]]}, **fields
        )
        return asked

    return make


@pytest.fixture
def cell(question: Callable[..., Case], make_transcript: Make, make_verdict: Make) -> Callable[..., Cell]:
    def make(name: str, nats: Sequence[float] | None, *, right: int = 0, repeat: int = 0, **fields: Any) -> Cell:
        case = question(name, right, **fields)
        transcript = make_transcript(case, "(A)", choice_nats=nats, repeat=repeat)
        return Cell(case, transcript, make_verdict(transcript))

    return make


def found(cells: Sequence[Cell]) -> Profile:
    return Profile(system="s", fingerprint="f", policy="p", run="r", findings=tuple(choices(cells)))


def test_by_hand(cell: Callable[..., Cell]) -> None:
    cells = [
        cell("1", [-1, -2, -3, -4]),
        cell("2", [-2, -1, -3, -4]),
        cell("3", [-9, -3, -2, -1], right=3),
        cell("tie", [-1, -1, -3, -4]),
        cell("lost", None),
    ]
    likeliest = found(cells).find("choice_loglik")
    assert (likeliest.value, likeliest.n, likeliest.unscored) == (2 / 4, 4, 1)
    assert (likeliest.interval, likeliest.worst) == (of(2, 4), (of(2, 5).low, of(3, 5).high))
    assert set(likeliest.evidence) == {cells[1].transcript.id, cells[3].transcript.id}
    sure = [softmax(c.transcript.choice_nats or ()) for c in cells[:4]]
    off = found(cells).find("calibration_error")
    assert off.value == pytest.approx(abs(sum(map(max, sure)) / 4 - 2 / 4))
    assert (off.n, off.unscored, off.better) == (4, 1, "lower")
    score = found(cells).find("brier")
    assert score.value == pytest.approx(sum(brier(p, r) for p, r in zip(sure, (0, 0, 3, 0), strict=True)) / 4)


def test_it_is_told_by_kind(cell: Callable[..., Cell]) -> None:
    cells = [
        cell("1", [-1, -2, -3, -4], slices={"kind": "trees"}),
        cell("2", [-2, -1, -3, -4], slices={"kind": "wood"}),
    ]
    assert {kind: f.value for kind, f in found(cells).slices("choice_loglik").items()} == {"trees": 1, "wood": 0}


def test_a_case_counts_once_however_often_it_was_asked(cell: Callable[..., Cell]) -> None:
    once = [cell("1", [-1, -2, -3, -4]), cell("2", [-2, -1, -3, -4])]
    again = [cell("1", [-1, -2, -3, -4], repeat=1), cell("2", None, repeat=1), cell("1", None, repeat=2)]
    values = [
        [(f.metric, f.value, f.interval, f.n, f.unscored) for f in found(c).findings] for c in (once, once + again)
    ]
    assert values[0] == values[1]


def test_nothing_is_told_of_a_system_that_gives_no_likelihoods(cell: Callable[..., Cell]) -> None:
    assert not found([cell("1", None), cell("2", None)]).findings
    assert not found([]).findings


@dataclass
class Known:
    """Is `sure` of an option, and right as often as `right_at` says of it; the others share the rest."""

    right_at: Callable[[float], float]
    name: str = "known"
    fingerprint: str = "k1"

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        return Reply(turn=Turn(role="assistant", text="(A)"))

    async def loglik(self, turns: Sequence[Turn], continuations: Sequence[str]) -> list[Loglik]:
        rolls = random.Random(turns[-1].text)
        sure = rolls.uniform(0.4, 1)
        best = 0 if rolls.random() < self.right_at(sure) else 1
        rest = (1 - sure) / (len(continuations) - 1)
        return [Loglik(tokens=(math.log(sure if i == best else rest), -7.0)) for i in range(len(continuations))]

    async def aclose(self) -> None: ...


@pytest.mark.parametrize(("gap", "low", "high"), [(0.0, 0.0, 0.06), (0.25, 0.2, 0.3)])
async def test_a_system_of_known_calibration_is_measured_so(
    gap: float, low: float, high: float, question: Callable[..., Case], store: Store, policy: Policy
) -> None:
    """From questions to figures: a system that is right as often as it is sure, and one that is too sure by 0.25."""
    system = Known(lambda sure: sure - gap)
    cases = [question(str(i), dimension="capability") for i in range(1000)]
    transcripts = await ask_all(system, cases, store=store, asking=Asking())
    cells = await judge_all({c.id: c for c in cases}, transcripts, default_judges(), policy=policy.id, store=store)
    profile = profile_of(cells, system=system, policy=policy, run="r")
    off, likeliest = profile.find("calibration_error"), profile.find("choice_loglik")
    assert likeliest.judges == (), "likelihoods decide it, and no judge"
    assert off.value is not None
    assert low <= off.value <= high
    assert off.interval
    assert off.interval.low <= gap <= off.interval.high
    assert likeliest.value == pytest.approx(0.7 - gap, abs=0.05)
    assert profile.find("capability").value == 1
