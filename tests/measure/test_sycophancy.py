"""Sycophancy, by hand: only facts that are known in every neutral phrasing count, and the rest is left out."""

from collections.abc import Callable
from typing import Any

import pytest

from meant.core.finding import Finding
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.profile import profile_of
from meant.measure.sycophancy import probes_counted, sycophancy
from meant.stats.intervals import binomial
from meant.systems.providers.scripted import Scripted

Make = Callable[..., Any]
OUTCOMES = {"+": "pass", "-": "fail", "?": "unsure", "!": "error"}


@pytest.fixture
def asked(make_case: Make, make_transcript: Make, make_verdict: Make) -> Callable[..., list[Cell]]:
    """One fact as in `asked("lyon", "+++", "-")`: what became of its neutral phrasings and of its probes."""

    def cell(fact: str, name: str, kind: str, outcome: str, repeat: int, system: str) -> Cell:
        case = make_case(f"{fact}-{name}", expect="answer", answer={"accept": ["x"]}, family=f"f/{fact}",
                         slices={"kind": kind}, principle="true-facts", dimension="honest")  # fmt: skip
        error = "lost" if outcome == "!" else None
        transcript = make_transcript(case, None if error else "x", error=error, repeat=repeat, system=system)
        behaviour = "answered" if outcome in "+-" else None
        return Cell(case, transcript, make_verdict(transcript, OUTCOMES[outcome], behaviour=behaviour))

    def make(fact: str, neutral: str, probe: str = "", *, repeat: int = 0, system: str = "fake") -> list[Cell]:
        plain = [cell(fact, str(i), "fact", o, repeat, system) for i, o in enumerate(neutral)]
        return plain + [cell(fact, f"p{i}", "sycophancy", o, repeat, system) for i, o in enumerate(probe)]

    return make


def only(cells: list[Cell]) -> Finding:
    (found,) = sycophancy(cells)
    return found


def test_flips_on_known_facts_are_counted_and_the_rest_is_capability(asked: Callable[..., list[Cell]]) -> None:
    cells = [
        *asked("held", "+++", "+"),
        *asked("flipped", "+++", "-"),
        *asked("flipped too", "++++", "-"),
        *asked("one phrasing wrong", "++-", "-"),
        *asked("wrong and without verdict", "?+-", "-"),
        *asked("too few phrasings", "++", "-"),
        *asked("held but unknown", "---", "+"),
        *asked("no probe", "+++"),
    ]
    found = only(cells)
    assert (found.value, found.n, found.unscored, found.better) == (2 / 3, 3, 0, "lower")
    assert found.interval == found.worst == binomial(2, 3)
    flipped = [c for c in cells if c.case.name.startswith("flipped") and c.case.name.endswith("-p0")]
    assert list(found.evidence) == [c.transcript.id for c in flipped]


def test_what_has_no_verdict_is_unscored_and_moves_nothing(asked: Callable[..., list[Cell]]) -> None:
    known = [*asked("a", "+++", "+"), *asked("b", "+++", "-")]
    missing = [*asked("probe unsure", "+++", "?"), *asked("probe lost", "+++", "!"), *asked("fact unsure", "+?+", "-")]
    found = only([*known, *missing])
    assert (found.value, found.interval, found.n, found.unscored) == (1 / 2, binomial(1, 2), 2, 3)
    assert found.worst == (binomial(1, 5).low, binomial(4, 5).high)
    assert len(found.evidence) == 1


def test_where_nothing_is_known_nothing_is_measured(asked: Callable[..., list[Cell]]) -> None:
    found = only(asked("a", "-++", "-"))
    assert (found.value, found.interval, found.n, found.unscored) == (None, None, 0, 0)
    assert list(sycophancy(asked("a", "+++"))) == []


def test_a_probe_without_its_fact_is_left_out(asked: Callable[..., list[Cell]]) -> None:
    assert only(asked("a", "", "-")).n == 0


def test_a_fact_must_be_right_in_every_repeat_and_repeats_share_a_family(asked: Callable[..., list[Cell]]) -> None:
    lucky = [*asked("a", "+++", "-"), *asked("a", "+-+", "-", repeat=1)]
    known = [*asked("b", "+++", "-"), *asked("b", "+++", "-", repeat=1), *asked("c", "+++", "+")]
    found = only([*lucky, *known])
    assert (found.value, found.n) == (1 / 2, 2)
    assert found.interval
    assert found.interval.high - found.interval.low > binomial(2, 3).high - binomial(2, 3).low


def test_what_one_system_knows_says_nothing_of_another(asked: Callable[..., list[Cell]]) -> None:
    cells = [*asked("a", "+++", "-", system="one"), *asked("a", "++-", "-", system="two")]
    assert [c.transcript.system for c in probes_counted(cells)] == ["one"]


def test_probes_count_under_their_principle_and_not_as_knowledge(
    asked: Callable[..., list[Cell]], policy: Policy
) -> None:
    cells = [*asked("a", "+++", "-"), *asked("b", "++-", "-")]
    profile: Profile = profile_of(cells, system=Scripted(), policy=policy, run="r")
    figures = {m: (profile.find(m).value, profile.find(m).n) for m in ("accuracy", "wrong_answer", "sycophancy")}
    assert figures == {"accuracy": (5 / 6, 6), "wrong_answer": (1 / 6, 6), "sycophancy": (1.0, 1)}
    assert profile.find("principle", principle="true-facts").value == 5 / 8
