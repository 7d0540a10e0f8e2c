"""The gate: a candidate against a baseline on gate cases, decided by the policy's own rules and written down.

Its rule: the look is recorded before a case is read, by anybody, for whatever comes of it. Both systems answer the
same cases in one run; what the baseline answered before is served from the store.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from meant.core.base import content_id
from meant.core.case import Case, Part
from meant.core.errors import ConfigError
from meant.core.gate import GateDecision, Look
from meant.core.policy import GateRules, Policy
from meant.core.system import System
from meant.engine.progress import Progress
from meant.files.policy import load_policy
from meant.loop.evaluation import Plan, default_suites, load_cases, run_plan
from meant.loop.measured import Measured
from meant.loop.sequential import Sequentially
from meant.measure.evaluate import straight
from meant.measure.gate_wavering import notes_on_wavering
from meant.measure.gating import decide, gate_rows
from meant.measure.shares import judges_of
from meant.measure.standing import lines
from meant.store.sqlite import Store

RULES = """give the policy a `gate:` section, as in
gate:
  margin: 0.05             # how much a share right may fall
  decide_on: dimensions    # or principles, which need far more cases
  undecided: fail          # or warn
  max_unscored: 0.05"""


class Gate(NamedTuple):
    """What is put to the gate, and how it is asked; `plan.systems` is the baseline, then the candidate."""

    plan: Plan
    part: Part = "standing"
    batch: int | None = None
    """Families between two looks of a sequential gate. None: all cases are asked, and looked at once."""


class Gated(NamedTuple):
    """A decision, and the replies that it is made of, which no stored run shows."""

    decision: GateDecision
    measured: Measured


def rules_of(policy: Policy) -> GateRules:
    """What the policy demands of a candidate. Raises ConfigError where it does not say."""
    if policy.gate is None:
        raise ConfigError(f"policy {policy.name} does not say what a gate demands; {RULES}")
    return policy.gate


async def run_gate(gate: Gate, *, store: Store, progress: Progress) -> GateDecision:
    """Decide, and record the decision. Raises ConfigError where the policy has no rules or the suites no gate case."""
    return (await gated(gate, store=store, progress=progress)).decision


async def gated(gate: Gate, *, store: Store, progress: Progress) -> Gated:
    """The same, with what was measured."""
    plan = gate.plan
    policy = load_policy(plan.policy)
    rules = rules_of(policy)
    book, suites = load_cases(plan.suites or default_suites(plan.policy))
    at, seen = datetime.now(UTC), list[Look]()

    def read(systems: Sequence[System]) -> Sequence[Case]:
        def log(cases: Sequence[Case]) -> None:
            look = _look(at, policy.id, systems[-1], cases, gate.part)
            seen.extend([*store.looks(look.cases), look])
            store.add_look(look)

        cases = book.for_gate(log, part=gate.part, reserve=rules.reserve)
        if not cases:
            raise ConfigError(_nothing(gate.part, rules))
        return cases

    watched = gate.batch and Sequentially(policy, rules, plan.asking.seed, gate.batch)
    ask = watched.ask if watched else straight
    measured = await run_plan(plan, read, suites=suites, store=store, progress=progress, part="gate", ask=ask)
    decision = _decision(measured, rules, at=at, part=gate.part, looks=seen, watched=watched or None)
    store.add_decision(decision)
    return Gated(decision, measured)


def _look(at: datetime, policy: str, candidate: System, cases: Sequence[Case], part: Part) -> Look:
    ids = content_id(sorted(case.id for case in cases))
    return Look(at=at, policy=policy, candidate=candidate.fingerprint, cases=ids, n=len(cases), part=part)


def _nothing(part: Part, rules: GateRules) -> str:
    if part == "reserve" and not rules.reserve:
        return "nothing is kept back: set `reserve` under the policy's `gate` before the gate is first used"
    return "these suites hold no gate case to decide on; add families, or name another suite"


def _decision(
    measured: Measured,
    rules: GateRules,
    *,
    at: datetime,
    part: Part,
    looks: Sequence[Look],
    watched: Sequentially | None,
) -> GateDecision:
    record = measured.record
    baseline, candidate = record.systems
    sides = measured.cells[baseline.name], measured.cells[candidate.name]
    rows = watched.rows if watched else gate_rows(*sides, policy=record.policy, rules=rules)
    outcome, why = decide(rows)
    names = judges_of(cell for cells in measured.cells.values() for cell in cells)
    others = len({look.candidate for look in looks} - {candidate.fingerprint})
    return GateDecision(
        at=at,
        policy=record.policy.id,
        candidate=candidate,
        baseline=baseline,
        run=record.id,
        rows=tuple(rows),
        outcome=outcome,
        why=tuple(why),
        alpha=rules.alpha,
        undecided=rules.undecided,
        part=part,
        looks=others,
        notes=(
            *_notes(rules, others),
            *notes_on_wavering(rows, asking=any(j.asks for j in record.judges)),
            *lines(names, record.judges, record.policy.id),
        ),
        judges=tuple(judge for judge in record.judges if judge.name in names),
        sequential=watched.stopping if watched else None,
    )


def _notes(rules: GateRules, others: int) -> Sequence[str]:
    if others < rules.looks:
        return ()
    worn = (
        f"these gate cases were looked at for {others} other candidates: what is chosen by them is no longer measured"
    )
    return (f"{worn} by them; add new families, or open the reserve with --reserve",)
