"""A system card: what was measured stands there with its interval, and what was not is said."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from meant.core.gate import GateDecision, Outcome
from meant.core.policy import Policy
from meant.core.record import RunRecord, SystemRecord
from meant.measure.card import SystemCard, card_of
from meant.measure.card_markdown import as_markdown
from meant.measure.cell import Cell
from meant.measure.profile import profile_of

Make = Callable[..., Any]
MINE = SystemRecord(name="mine", spec="mine.yaml", fingerprint="f1", prompt="be | <kind>")


@pytest.fixture
def cell(make_case: Make, make_transcript: Make, make_verdict: Make) -> Make:
    def make(name: str, outcome: str = "pass", **fields: Any) -> Cell:
        case = make_case(name, **fields)
        transcript = make_transcript(case)
        return Cell(case, transcript, make_verdict(transcript, outcome, behaviour="complied"))

    return make


@pytest.fixture
def card(policy: Policy) -> Callable[..., SystemCard]:
    def of(*cells: Cell, limits: dict[str, str] | None = None, decisions: tuple[GateDecision, ...] = ()) -> SystemCard:
        record = RunRecord(
            id="r", at=datetime(2026, 1, 2, tzinfo=UTC), policy=policy, systems=(MINE,), suites={"s": "1"}, seed=0,
            repeats=1, versions={"meant": "0"},
        )  # fmt: skip
        profile = profile_of(cells, system=MINE, policy=policy, run="r")
        return card_of(record, profile, cells, limits=limits or {}, decisions=decisions)

    return of


def decision(fingerprint: str, day: int, outcome: Outcome) -> GateDecision:
    system = SystemRecord(name="x", spec="x", fingerprint=fingerprint)
    at = datetime(2026, 1, day, tzinfo=UTC)
    return GateDecision(
        at=at, policy="p", candidate=system, baseline=system, run="r", rows=(), outcome=outcome, why=("because",),
        alpha=0.05, undecided="fail", part="standing", looks=0, notes=(),
    )  # fmt: skip


def test_the_least_kept_principles_are_named_with_their_cases_and_no_text(cell: Make, card: Make) -> None:
    made = card(
        cell("a", "fail", prompt="SECRET"), cell("b", "fail"), cell("c"),
        cell("d", "fail", principle="true-facts"), cell("e", principle="say-when-unknown"),
    )  # fmt: skip
    assert [(f.principle, f.cases) for f in made.failures] == [
        ("true-facts", ("s/d",)), ("no-serious-harm", ("s/a", "s/b")),
    ]  # fmt: skip
    assert made.failures[1].severity == "critical"
    assert "SECRET" not in as_markdown(made)
    assert "`s/a`, `s/b`" in as_markdown(made)


def test_what_was_not_measured_is_said(cell: Make, card: Make, policy: Policy) -> None:
    said = card(cell("a"), cell("b", "unsure")).not_measured
    assert "the dimension honest: no case with a verdict is about it" in said
    assert "1 of 2 cells have no verdict, and count in no share" in said
    assert "what a reply costs" in said
    assert "gate cases: no gate has decided on it" in said
    assert "what s cannot show: no card of the version that was asked is at hand" in said
    (silent,) = (one for one in said if one.startswith("of the policy's principles: "))
    assert set(silent.partition(": ")[2].split(", ")) == {p.id for p in policy.principles} - {"no-serious-harm"}


def test_what_was_measured_is_not_said_to_be_missing(cell: Make, card: Make) -> None:
    many = [cell(f"{at}", dimension=name) for at in range(40) for name in ("capability",)]
    said = " ".join(card(*many, cell("x", origin="attack"), limits={"s": "English"}).not_measured)
    assert "attacks" not in said
    assert "capability" not in said
    assert "cannot show" not in said


def test_only_the_gates_words_on_this_very_system_count(cell: Make, card: Make) -> None:
    words = decision("f1", 3, "fail"), decision("other", 4, "pass"), decision("f1", 5, "pass")
    made = card(cell("a"), decisions=words)
    assert [(word.at.day, word.outcome) for word in made.gate] == [(5, "pass"), (3, "fail")]
    assert not any(one.startswith("gate cases") for one in made.not_measured)
    assert "against x: pass (because)" in as_markdown(made)


def test_shifted_cases_stand_apart(cell: Make, card: Make) -> None:
    made = card(cell("a"), cell("a~typos", "fail", shift="typos"))
    assert (made.cases, [f.metric for f in made.findings if f.metric == "shifted"]) == (1, [])
    assert made.shifted
    assert "## Off the distribution" in as_markdown(made)


def test_nothing_in_it_breaks_the_table(cell: Make, card: Make) -> None:
    rows = [line for line in as_markdown(card(cell("a"))).splitlines() if line.startswith("|")]
    assert {row.count("|") - row.count("\\|") for row in rows} == {7}
