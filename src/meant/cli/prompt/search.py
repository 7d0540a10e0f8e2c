"""`meant prompt search`: a better prompt, on evidence."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from meant.choose.prompt.contract import OPERATORS
from meant.choose.prompt.found import Step
from meant.cli.door import run
from meant.cli.options import json_option
from meant.cli.prompt.options import plan_of, prompt_options
from meant.cli.prompt.tables import print_search, search_data, step_line
from meant.cli.tables import print_decision
from meant.cli.terminal import Bar, print_json, talk
from meant.core.gate import GateDecision
from meant.files.atomic import check_writable
from meant.files.candidate import places
from meant.loop.evaluation import Plan
from meant.loop.gate import Gate, run_gate
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
@click.option("--gate", "to_gate", is_flag=True, help="Put what was found to the gate at the end, once.")
@prompt_options
@json_option("the prompt that was found, its changes with what each earned, the check, the watch, the gate's decision")
def search(
    *,
    system: str,
    budget: int,
    operators: tuple[str, ...],
    each: int,
    proposer: str | None,
    edit_rules: bool,
    price: float,
    to_gate: bool,
    store: Path,
    as_json: bool,
    **options: Any,
) -> int:
    """Search for a better prompt of SYSTEM: edits are screened on train cases, and chosen on dev cases.

    What is found is written beside the system file, as SYSTEM.better.yaml and SYSTEM.better.md, with a diff and what
    each change earned; or it is said that nothing better was found. The gate's cases are not read: put what was found
    to `meant gate`, or give --gate. Exit 1: the gate stops it.
    """
    on = plan_of(system, options)
    check_writable(places(Path(system), SUFFIX).system)
    plan = SearchPlan(on, budget, operators or None, each, proposer, edit_rules, price / 100 / 100)
    console = talk()

    def told(step: Step) -> None:
        console.print(step_line(step), soft_wrap=True, markup=False)

    with Store(store) as opened:
        found = run(search_prompt(plan, store=opened, progress=Bar(console), told=told))
        decision = _gate(on, found, opened) if to_gate and found.written else None
    if as_json:
        print_json(search_data(found) | {"gate": decision and decision.model_dump(mode="json")})
    else:
        print_search(found)
        if decision is not None:
            print_decision(decision)
    return int(decision.stops) if decision else 0


def _gate(on: PromptPlan, found: Searched, store: Store) -> GateDecision:
    systems = (on.system, str(found.written and found.written.system))
    asking = replace(on.asking, repeats=1)
    plan = Plan(systems, on.policy, on.suites, judges=on.judges, sampling=on.sampling, asking=asking)
    return run(run_gate(Gate(plan), store=store, progress=Bar(talk())))
