"""`meant prompt search`: a better prompt, on evidence."""

from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import click

from meant.choose.prompt.contract import OPERATORS
from meant.choose.prompt.found import Step
from meant.cli.door import run
from meant.cli.options import json_option
from meant.cli.prompt.checked import checked_data, gives_away, print_checked
from meant.cli.prompt.options import plan_of, prompt_options
from meant.cli.prompt.tables import print_proof, print_search, search_data, step_line
from meant.cli.tables import print_decision
from meant.cli.terminal import Bar, print_json, talk
from meant.core.gate import GateDecision
from meant.files.atomic import check_writable
from meant.files.candidate import places
from meant.files.policy import load_policy
from meant.loop.evaluation import Plan
from meant.loop.gate import Gate, Gated, gated, rules_of
from meant.loop.prompt_check import ROBUST, Checked, check_prompt
from meant.loop.prompt_proof import Proof, proof_of
from meant.loop.prompt_search import SUFFIX, Searched, SearchPlan, search_prompt
from meant.loop.prompting import PromptPlan
from meant.store.sqlite import Store


@click.command()
@click.argument("system", metavar="SYSTEM.yaml")
@click.option("--budget", type=click.IntRange(min=1), required=True, help="Calls: one is one prompt tried on one case.")
@click.option(
    "--operator",
    "operators",
    multiple=True,
    help=f"Who proposes edits; again for more. One of: {', '.join(OPERATORS.names())}. [default: all]",
)
@click.option("--each", type=click.IntRange(min=1), default=8, show_default=True, help="Edits of one operator at most.")
@click.option("--proposer", metavar="PROVIDER:MODEL", help="A model that reads failed train cases and proposes edits.")
@click.option("--edit-rules", is_flag=True, help="Change the policy's rules in the prompt too; its red lines stay.")
@click.option(
    "--price",
    type=click.FloatRange(min=0),
    default=0.1,
    show_default=True,
    help="What 100 tokens of prompt cost, in points of share right.",
)
@click.option(
    "--check",
    "to_check",
    is_flag=True,
    help=f"Check what was found beside the old prompt: leaks, and the shifts {', '.join(ROBUST.names)}.",
)
@click.option("--gate", "to_gate", is_flag=True, help="Put what was found to the gate at the end, once.")
@prompt_options
@json_option(
    "the prompt that was found, its changes with what each earned, the watch, leaks and shifts, the gate, the proof"
)
def search(
    *,
    system: str,
    budget: int,
    operators: tuple[str, ...],
    each: int,
    proposer: str | None,
    edit_rules: bool,
    price: float,
    to_check: bool,
    to_gate: bool,
    store: Path,
    as_json: bool,
    **options: Any,
) -> int:
    """Search for a better prompt of SYSTEM: edits are screened on train cases, and chosen on dev cases.

    What is found is written beside the system file, as SYSTEM.better.yaml and SYSTEM.better.md, with a diff and what
    each change earned; or it is said that nothing better was found. The gate's cases are not read: put what was found
    to `meant gate`, or give --gate, which also says whether they prove it better by the policy's weights, with
    over-refusal and capability not worse. Exit 1: the gate stops it, or with --check it gives its prompt away.
    """
    on = plan_of(system, options)
    if to_gate:
        rules_of(load_policy(on.policy))
    check_writable(places(Path(system), SUFFIX).system)
    plan = SearchPlan(on, budget, operators or None, each, proposer, edit_rules, price / 100 / 100)
    console = talk()

    def told(step: Step) -> None:
        console.print(step_line(step), soft_wrap=True, markup=False)

    with Store(store) as opened:
        found = run(search_prompt(plan, store=opened, progress=Bar(console), told=told))
        after = _after(on, found, opened, to_check=to_check, to_gate=to_gate)
    if as_json:
        print_json(search_data(found) | after.data)
    else:
        print_search(found)
        after.show()
    return int(after.stops)


class _After(NamedTuple):
    """What was done with what was found."""

    checked: Checked | None = None
    decision: GateDecision | None = None
    proof: Proof | None = None

    @property
    def stops(self) -> bool:
        leaks = self.checked is not None and gives_away(self.checked)
        return leaks or (self.decision is not None and self.decision.stops)

    @property
    def data(self) -> dict[str, Any]:
        return {
            "robust": self.checked and checked_data(self.checked),
            "gate": self.decision and self.decision.model_dump(mode="json"),
            "proof": self.proof and self.proof.model_dump(mode="json"),
        }

    def show(self) -> None:
        if self.checked is not None:
            print_checked(self.checked)
        if self.decision is not None:
            print_decision(self.decision)
            print_proof(self.proof)


def _after(on: PromptPlan, found: Searched, store: Store, *, to_check: bool, to_gate: bool) -> _After:
    if found.written is None:
        return _After()
    better, checked, at_gate = str(found.written.system), None, None
    if to_check:
        plan, progress = replace(on, system=better), Bar(talk())
        checked = run(check_prompt(plan, store=store, progress=progress, against=on.system, shifts=ROBUST))
    if to_gate:
        at_gate = _gate(on, better, store)
    return _After(checked, at_gate and at_gate.decision, at_gate and proof_of(at_gate))


def _gate(on: PromptPlan, better: str, store: Store) -> Gated:
    systems, asking = (on.system, better), replace(on.asking, repeats=1)
    plan = Plan(systems, on.policy, on.suites, judges=on.judges, sampling=on.sampling, asking=asking)
    return run(gated(Gate(plan), store=store, progress=Bar(talk())))
