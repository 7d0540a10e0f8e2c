"""`meant gate`: whether a candidate may take the baseline's place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from meant.cli.door import run
from meant.cli.options import (
    asking_of,
    asking_options,
    json_option,
    judge_option,
    judge_repeats_option,
    policy_option,
    sampling_of,
    store_option,
    suite_option,
)
from meant.cli.tables import print_decision
from meant.cli.terminal import Bar, print_json, talk
from meant.core.gate import GateDecision
from meant.files.atomic import check_writable, write_text
from meant.interop.decisions import junit, markdown, sarif
from meant.interop.decisions.places import Places, places_of
from meant.loop.evaluation import Plan
from meant.loop.gate import Gate, run_gate
from meant.loop.sequential import BATCH
from meant.measure.judging import DEFAULT_JUDGES
from meant.store.sqlite import Store

WRITERS: dict[str, Callable[[GateDecision, Places], str]] = {
    "markdown": lambda decision, _: markdown.render(decision),
    "junit": junit.render,
    "sarif": sarif.render,
}


@click.command(name="gate")
@click.argument("candidate")
@click.option("--baseline", required=True, help="The system that is in use: a file or PROVIDER:MODEL.")
@policy_option
@suite_option
@judge_option
@judge_repeats_option
@click.option("--reserve", is_flag=True, help="Open the families that were kept back, for when the others wore out.")
@click.option("--sequential", is_flag=True, help="Ask in random order and stop as soon as the outcome is known.")
@click.option(
    "--batch", type=click.IntRange(min=1), default=BATCH, show_default=True,
    help="Families between two looks of --sequential.",
)  # fmt: skip
@asking_options
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="Write a comment for a pull request.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit report.")
@click.option("--sarif", type=click.Path(dir_okay=False, path_type=Path), help="Write SARIF for a code scanner.")
@store_option
@json_option("the decision")
def command(
    *,
    candidate: str,
    baseline: str,
    policy: str,
    suites: tuple[str, ...],
    judges: tuple[str, ...],
    reserve: bool,
    store: Path,
    as_json: bool,
    **options: Any,
) -> int:
    """Decide whether CANDIDATE may take the place of the baseline, on gate cases only.

    Each dimension, both sides of refusal and each principle is worse, not worse than the policy's margin, or
    undecided, and then with how many more cases it would take. Each look at the gate cases is recorded. Exit 0: pass,
    or undecided where the policy only warns; 1: the candidate must not pass.
    """
    outputs = {name: path for name in WRITERS if (path := options[name]) is not None}
    for path in outputs.values():
        check_writable(path)
    plan = Plan(
        (baseline, candidate),
        policy=policy,
        suites=suites,
        judges=judges or DEFAULT_JUDGES,
        sampling=sampling_of(options),
        judge_repeats=options["judge_repeats"],
        asking=asking_of(options),
    )
    batch = options["batch"] if options["sequential"] else None
    gate = Gate(plan, "reserve" if reserve else "standing", batch)
    with Store(store) as opened:
        decision = run(run_gate(gate, store=opened, progress=Bar(talk())))
    places = places_of(policy, candidate)
    for name, path in outputs.items():
        write_text(path, WRITERS[name](decision, places))
    if as_json:
        print_json({**decision.model_dump(mode="json"), "id": decision.id, "stops": decision.stops})
    else:
        print_decision(decision)
    return int(decision.stops)
