"""`meant plan gate`: what the gate could decide on the cases that there are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

from meant.cli.options import json_option, policy_option, store_option, suite_option
from meant.cli.terminal import print_json
from meant.loop.planning import ASSUMED, GatePlan, planned
from meant.measure.planning import PlanRow, all_pass, sentences

_CAPTION = (
    "cases (families); differ: share of cases that only one of the two gets right; * decides; passes: the chance that "
    "a candidate as good as the baseline is not worse; caught: that one worse by twice the margin is worse, all rows "
    "looked at; more: cases to add for both"
)


@click.command(name="gate")
@click.argument("candidate", required=False)
@click.option("--baseline", help="The system that is in use, as a run in the lab named it.")
@policy_option
@suite_option
@click.option(
    "--discordance",
    type=click.FloatRange(0, 1, min_open=True),
    help=f"Share of cases that only one of the two gets right. [default: as runs show, else {ASSUMED:g}, assumed]",
)
@click.option("--power", type=click.FloatRange(0.5, 0.999), default=0.8, show_default=True, help="The chance to reach.")
@click.option("--reserve", is_flag=True, help="Plan for the families that are kept back.")
@store_option
@json_option("a row a row of the gate, and what they rest on")
def gate(
    *, candidate: str | None, baseline: str | None, policy: str, store: Path, as_json: bool, **options: Any
) -> None:
    """Say what `meant gate` could decide, row by row, before it is run.

    How often CANDIDATE and the baseline differ is taken from their newest runs in the lab (`meant eval`). With a
    baseline alone that was asked with --repeats, from how often it differs from itself. Nothing that a gate case says
    is read, and no look is counted.
    """
    if candidate is not None and baseline is None:
        raise click.UsageError("a CANDIDATE is compared with something: give --baseline too")
    plan = GatePlan(
        policy,
        options["suites"],
        candidate,
        baseline,
        options["discordance"],
        options["power"],
        "reserve" if options["reserve"] else "standing",
    )
    rows = planned(plan, store=store)
    if as_json:
        all_ = dict(zip(("low", "high"), all_pass(rows), strict=True))
        print_json({"rows": [row._asdict() for row in rows], "all_pass": all_, "power": plan.power})
    else:
        _print(rows, power=plan.power)


def _print(rows: Sequence[PlanRow], *, power: float) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption=_CAPTION, caption_justify="left")
    table.add_column("share right", no_wrap=True)
    for heading in ("cases", "margin", "differ", "passes", "caught", "more"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        name, indent = row.group.removeprefix("principle/"), "  " * row.group.startswith("principle/")
        chances = (f"{row.discordance:.0%}", f"{row.passes:.0%}", f"{row.caught:.0%}")
        counts = (f"{row.cases} ({row.families})", f"{100 * row.margin:.0f}")
        table.add_row(f"{indent}{name}{' *' * row.decides}", *counts, *chances, f"{row.more:,}" if row.more else "none")
    console = Console(highlight=False)
    console.print(table)
    for line in sentences(rows, power=power):
        console.print(line, markup=False, soft_wrap=True)
