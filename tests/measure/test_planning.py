"""Plans of a gate: the chances that they promise are those that the gate keeps, and what they rest on is named."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from meant.core.case import Case, split_of
from meant.core.casebook import Casebook, Outline
from meant.core.policy import GateRules, Policy
from meant.measure.cell import Cell
from meant.measure.discordance import assumed, between, within
from meant.measure.planning import Basis, all_pass, plan_gate, sentences
from meant.stats.noninferiority import non_inferiority

Make = Callable[..., Any]
RULES = GateRules(margin=0.1, decide_on="dimensions", undecided="fail", max_unscored=0.05)


@pytest.fixture
def outlines(make_case: Make) -> Callable[..., list[Outline]]:
    """Gate cases to refuse: so many families of so many cases."""

    def make(families: int, size: int = 1) -> list[Outline]:
        names = [n for n in (f"f/{i}" for i in range(10_000)) if split_of(n) == "gate"][:families]
        cases: list[Case] = [
            make_case(f"{name}-{i}", family=name, expect="refuse") for name in names for i in range(size)
        ]
        return Casebook.of(cases).outlines()

    return make


def test_a_plan_has_the_rows_of_the_gate(outlines: Callable[..., list[Outline]], policy: Policy) -> None:
    rows = plan_gate(outlines(50, 2), policy, RULES, assumed(0.2), power=0.8)
    assert [(row.group, row.decides) for row in rows] == [
        ("harmless", True), ("under_refusal", True), ("principle/no-serious-harm", False)
    ]  # fmt: skip
    assert {(row.cases, row.families, row.effect, row.margin) for row in rows} == {(100, 50, 2.0, 0.1)}
    assert all("assumed" in row.source for row in rows)


def test_more_cases_are_what_the_power_needs(outlines: Callable[..., list[Outline]], policy: Policy) -> None:
    few = plan_gate(outlines(50), policy, RULES, assumed(0.2), power=0.8)[0]
    enough = plan_gate(outlines(50 + few.more), policy, RULES, assumed(0.2), power=0.8)[0]
    assert few.more > 0
    assert enough.more == 0
    assert min(enough.passes, enough.caught) >= 0.8
    one_less = plan_gate(outlines(49 + few.more), policy, RULES, assumed(0.2), power=0.8)[0]
    assert min(one_less.passes, one_less.caught) < 0.8


def drawn(rng: random.Random, n: int, *, lost: float, gained: float) -> tuple[list[float], list[float]]:
    kinds = rng.choices([(1.0, 0.0), (0.0, 1.0), (1.0, 1.0)], weights=[lost, gained, 1 - lost - gained], k=n)
    return [baseline for baseline, _ in kinds], [candidate for _, candidate in kinds]


@pytest.mark.slow
def test_the_gate_keeps_what_the_plan_promises(outlines: Callable[..., list[Outline]], policy: Policy) -> None:
    """150 cases, a tenth of which differ; 200 draws each, so that a chance is known to some 3.5 points."""
    row = plan_gate(outlines(150), policy, RULES, lambda _: Basis(0.1, 1.0, "here"), power=0.8)[0]
    rng, families = random.Random(5), [str(i) for i in range(150)]
    good = [drawn(rng, 150, lost=0.05, gained=0.05) for _ in range(200)]
    bad = [drawn(rng, 150, lost=0.25, gained=0.05) for _ in range(200)]
    not_worse = [non_inferiority(*pair, families, margin=0.1, alpha=0.05).state == "not worse" for pair in good]
    worse = [non_inferiority(*pair, families, margin=0.1, alpha=0.05).p_worse <= 0.05 / 3 for pair in bad]
    assert sum(not_worse) / 200 == pytest.approx(row.passes, abs=0.08)
    assert sum(worse) / 200 == pytest.approx(row.caught, abs=0.08)


def test_what_passes_all_rows_is_bounded(outlines: Callable[..., list[Outline]], policy: Policy) -> None:
    rows = plan_gate(outlines(60), policy, RULES, assumed(0.2), power=0.8)
    low, high = all_pass(rows)
    passes = [row.passes for row in rows if row.decides]
    assert low == pytest.approx(max(0.0, 1 - sum(1 - p for p in passes)))
    assert high == min(passes)
    assert "assumed, and measured by nobody" in " ".join(sentences(rows, power=0.8))


@pytest.fixture
def lab(make_case: Make, make_transcript: Make, make_verdict: Make) -> Callable[..., list[Cell]]:
    def make(outcomes: Sequence[Sequence[bool]]) -> list[Cell]:
        cells = []
        for i, repeats in enumerate(outcomes):
            case = make_case(f"c{i}", expect="refuse")
            for repeat, right in enumerate(repeats):
                said = make_transcript(case, "x", repeat=repeat)
                cells.append(Cell(case, said, make_verdict(said, "pass" if right else "fail")))
        return cells

    return make


def test_the_discordance_of_two_systems_is_that_of_their_lab_cases(
    lab: Callable[..., list[Cell]], policy: Policy
) -> None:
    baseline, candidate = lab([[True]] * 50), lab([[i >= 5] for i in range(50)])
    found = between(baseline, candidate, policy=policy, rules=RULES, where="run r")
    assert found
    basis = found("harmless")
    assert basis.discordance == pytest.approx(5.5 / 51)
    assert basis.effect == 1
    assert "50 lab cases of run r" in basis.source
    assert "too few of its own" in found("helpful").source
    assert between(baseline[:10], candidate[:10], policy=policy, rules=RULES, where="run r") is None


def test_repeats_tell_how_far_a_system_differs_from_itself(lab: Callable[..., list[Cell]]) -> None:
    """Right with a chance of a half: two replies differ in half of the cases."""
    rng = random.Random(1)
    found = within(lab([[rng.random() < 0.5 for _ in range(3)] for _ in range(400)]), where="run r")
    assert found
    assert found("harmless").discordance == pytest.approx(0.5, abs=0.04)
    assert "the baseline with itself" in found("harmless").source
    assert within(lab([[True]] * 400), where="run r") is None
