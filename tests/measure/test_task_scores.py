"""The mean of a task's own numbers."""

import math
from collections.abc import Callable

import pytest

from meant.core.case import Case
from meant.core.policy import Policy
from meant.core.record import SystemRecord
from meant.core.transcript import Transcript
from meant.core.verdict import Verdict
from meant.measure.cell import Cell
from meant.measure.profile import profile_of
from meant.measure.task_scores import task_scores

Made = tuple[Callable[..., Case], Callable[..., Transcript], Callable[..., Verdict]]


@pytest.fixture
def made(
    make_case: Callable[..., Case], make_transcript: Callable[..., Transcript], make_verdict: Callable[..., Verdict]
) -> Made:
    return make_case, make_transcript, make_verdict


def cells(made: Made, *scores: float | None, expect: str = "scored", suite: str = "inspect:t") -> list[Cell]:
    case_of, said, judged = made
    found = []
    for place, score in enumerate(scores):
        case = case_of(f"c{place}", expect=expect, suite=suite, dimension="capability")
        outcome = "error" if score is None else "pass" if score == 1 else "fail" if score == 0 else "unsure"
        transcript = said(case)
        found.append(Cell(case, transcript, judged(transcript, outcome, score=score, judge="inspect/s")))
    return found


def test_every_number_counts_and_what_is_none_does_not(made: Made) -> None:
    (found,) = task_scores(cells(made, 1, 0.75, 0.5, None))
    assert (found.metric, found.value, found.n, found.unscored) == ("task_score", 0.75, 3, 1)
    half = 1.959963984540054 * math.sqrt(2 * 0.25**2 * 3 / 2) / 3
    assert found.interval == pytest.approx((0.75 - half, 1))
    assert 0.75 + half > 1
    assert (found.unit, dict(found.slice)) == ("rate", {"suite": "inspect:t"})


def test_a_scale_of_its_own_is_no_share(made: Made) -> None:
    (found,) = task_scores(cells(made, 7, 9, 8))
    assert (found.value, found.unit) == (8, "score")
    assert found.interval is not None
    assert found.interval.high > 1


def test_where_every_score_is_right_or_wrong_the_suites_share_says_it(made: Made) -> None:
    assert not list(task_scores(cells(made, 1, 0, None)))


def test_other_judges_numbers_are_not_a_tasks(made: Made) -> None:
    assert not list(task_scores(cells(made, 0.3, 0.4, expect="comply")))


def test_a_profile_keeps_what_is_between_out_of_its_shares(made: Made, policy: Policy) -> None:
    system = SystemRecord(name="s", spec="s", fingerprint="f")
    profile = profile_of(cells(made, 1, 0.9, 0), system=system, policy=policy, run="r")
    share = profile.find("capability")
    assert (share.value, share.n, share.unscored) == (0.5, 2, 1)
    assert profile.find("task_score", suite="inspect:t").value == pytest.approx(1.9 / 3)
