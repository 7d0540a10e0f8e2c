"""Planning a gate: the policy's rules, where gate cases stand, and what runs in the lab know of the two systems."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from meant.core.case import Part, kept_back
from meant.core.errors import ConfigError
from meant.core.policy import Policy
from meant.files.policy import load_policy
from meant.loop.evaluation import default_suites, load_cases
from meant.loop.gate import RULES
from meant.loop.measured import stored
from meant.measure.cell import Cell
from meant.measure.discordance import assumed, between, within
from meant.measure.planning import Bases, PlanRow, plan_gate
from meant.store.sqlite import Store

ASSUMED = 0.2
"""Discordance where nobody knows better: two versions of one assistant often differ on some fifth of cases."""


@dataclass(frozen=True)
class GatePlan:
    """What is to be planned."""

    policy: str
    suites: tuple[str, ...] = ()
    candidate: str | None = None
    baseline: str | None = None
    discordance: float | None = None
    """None: from runs, and where there are none, `ASSUMED`."""
    power: float = 0.8
    part: Part = "standing"


def planned(plan: GatePlan, *, store: Path) -> list[PlanRow]:
    """The rows. No look is recorded, since nothing that a gate case says is read.

    Raises ConfigError where the policy has no rules, the suites no gate case, or a named system no run in the lab.
    """
    policy = load_policy(plan.policy)
    if policy.gate is None:
        raise ConfigError(f"policy {policy.name} does not say what a gate demands; {RULES}")
    book, _ = load_cases(plan.suites or default_suites(plan.policy))
    reserved = plan.part == "reserve"
    gate = [o for o in book.outlines() if o.split == "gate" and kept_back(o.family, policy.gate.reserve) == reserved]
    if not gate:
        raise ConfigError("these suites hold no gate case to decide on; add families, or name another suite")
    return plan_gate(gate, policy, policy.gate, _bases(plan, policy, store), power=plan.power)


def _bases(plan: GatePlan, policy: Policy, store: Path) -> Bases:
    if plan.discordance is not None or plan.baseline is None or policy.gate is None:
        return assumed(ASSUMED if plan.discordance is None else plan.discordance)
    with Store(store, must_exist=True) as opened:
        run, baseline = _measured(opened, plan.baseline)
        found = within(baseline, where=f"run {run}")
        if plan.candidate is not None:
            other, candidate = _measured(opened, plan.candidate)
            where = f"run {run}" if run == other else f"runs {run} and {other}"
            found = between(baseline, candidate, policy=policy, rules=policy.gate, where=where) or found
    return found or assumed(ASSUMED)


def _measured(store: Store, system: str) -> tuple[str, Sequence[Cell]]:
    """The newest run in the lab of a system, by its name or as it was named then, and its cells."""
    known = dict[str, None]()
    for run in reversed(store.runs()):
        profiles = store.profiles(run.id)
        for record in run.systems:
            if record.name in profiles:
                known |= {record.name: None}
                if system in (record.name, record.spec):
                    return run.id, stored(store, run.id).cells[record.name]
    names = ", ".join(sorted(known)) or "no runs yet"
    raise ConfigError(f"no run in the lab measured {system!r}; there are: {names}; or give --discordance to assume one")
