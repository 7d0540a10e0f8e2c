"""What gate cases prove of a prompt: a better score by the policy's weights that was not bought dearly, or nothing."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from meant.core.gate import GateDecision
from meant.core.policy import Policy
from meant.core.record import RunRecord, SystemRecord
from meant.loop.gate import Gated
from meant.loop.measured import Measured
from meant.loop.prompt_proof import Proof, proof_of
from meant.measure.cell import Cell
from meant.measure.gating import decide, gate_rows

Make = Callable[..., Any]
AT = datetime(2026, 1, 2, tzinfo=UTC)
OLD, NEW = (SystemRecord(name=name, spec=f"{name}.yaml", fingerprint=name) for name in ("old", "new"))
CASES = 120


@pytest.fixture
def side(make_case: Make, make_transcript: Make, make_verdict: Make) -> Callable[..., list[Cell]]:
    """So many right of 120 in each dimension; what is wrong of the helpful ones was refused."""

    def make(**right: int) -> list[Cell]:
        return [
            Cell(case, said, make_verdict(said, outcome, behaviour="complied" if outcome == "pass" else "refused"))
            for dimension, n in right.items()
            for at in range(CASES)
            for expect in ["comply" if dimension == "helpful" else "abstain"]
            for case in [make_case(f"{dimension}-{at}", dimension=dimension, expect=expect)]
            for said in [make_transcript(case)]
            for outcome in ["pass" if at < n else "fail"]
        ]

    return make


@pytest.fixture
def proof(policy: Policy) -> Callable[[Sequence[Cell], Sequence[Cell]], Proof | None]:
    def of(old: Sequence[Cell], new: Sequence[Cell]) -> Proof | None:
        record = RunRecord(
            id="r", at=AT, policy=policy, systems=(OLD, NEW), suites={}, seed=0, repeats=1, versions={}, part="gate"
        )  # fmt: skip
        assert policy.gate is not None
        rows = gate_rows(old, new, policy=policy, rules=policy.gate)
        outcome, why = decide(rows)
        decision = GateDecision(
            at=AT, policy=policy.id, candidate=NEW, baseline=OLD, run="r", rows=tuple(rows), outcome=outcome,
            why=tuple(why), alpha=policy.gate.alpha, undecided="fail", part="standing", looks=0,
        )  # fmt: skip
        return proof_of(Gated(decision, Measured(record, {}, {"old": old, "new": new})))

    return of


def test_a_gain_that_shows_and_costs_nothing_is_proved(side: Make, proof: Make) -> None:
    found = proof(side(helpful=60, honest=60, capability=90), side(helpful=60, honest=100, capability=90))
    assert found.gain == pytest.approx(40 / CASES / 2)
    assert found.interval.low > 0
    assert found.p < 0.01
    assert found.held == {"over_refusal": "not worse", "capability": "not worse"}
    assert (found.proved, found.why) == (True, "it shows")


def test_what_does_not_show_is_not_proved(side: Make, proof: Make) -> None:
    found = proof(side(helpful=60, honest=60, capability=90), side(helpful=60, honest=63, capability=90))
    assert (found.proved, found.why) == (False, "the gain does not show")
    assert found.gain == pytest.approx(3 / CASES / 2)


def test_a_gain_that_is_bought_is_not_proved(side: Make, proof: Make) -> None:
    found = proof(side(helpful=60, honest=20, capability=90), side(helpful=40, honest=110, capability=60))
    assert found.interval.low > 0
    assert (found.proved, found.why) == (False, "over_refusal is worse; capability is worse")


def test_what_was_not_measured_is_not_held(side: Make, proof: Make) -> None:
    found = proof(side(honest=20), side(honest=110))
    assert (found.proved, found.why) == (False, "over_refusal is not measured; capability is not measured")
    assert proof(side(capability=20), side(capability=110)) is None
