"""`meant eval`: systems, cases, verdicts, figures."""

from pathlib import Path
from typing import Any

import click

from meant.cli.door import run
from meant.cli.inspecting import exams_of, inspect_options
from meant.cli.options import (
    asking_of,
    asking_options,
    json_option,
    judge_option,
    judge_repeats_option,
    limit_option,
    policy_option,
    sampling_of,
    shift_limit_option,
    store_option,
    suite_option,
)
from meant.cli.repeats import print_repeats
from meant.cli.shifts import print_shifts
from meant.cli.tables import print_profiles
from meant.cli.tasks import print_tasks
from meant.cli.terminal import Bar, print_json, talk
from meant.core.errors import ConfigError
from meant.files.atomic import check_writable
from meant.loop.evaluation import SHIFT_LIMIT, Plan, measure
from meant.loop.measured import Measured, notes, report, unmeasured
from meant.measure.judging import DEFAULT_JUDGES
from meant.measure.shift.contract import SHIFTS
from meant.measure.shift.spec import ALL
from meant.store.sqlite import Store


@click.command(name="eval")
@click.argument("systems", nargs=-1, required=True, metavar="SYSTEM...")
@policy_option
@suite_option
@judge_option
@judge_repeats_option
@limit_option
@click.option(
    "--shift",
    "shifts",
    multiple=True,
    metavar="NAME[:SETTING=VALUE]",
    help=f"Ask also cases that say the same otherwise; again for more. One of: {', '.join(SHIFTS.names())}, or {ALL}.",
)
@shift_limit_option(SHIFT_LIMIT)
@inspect_options
@asking_options
@click.option(
    "--report",
    "report_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The HTML report. [default: beside the store]",
)
@store_option
@json_option("the run, its profiles and the report's path")
def command(
    *,
    systems: tuple[str, ...],
    policy: str,
    suites: tuple[str, ...],
    judges: tuple[str, ...],
    report_path: Path | None,
    store: Path,
    as_json: bool,
    **options: Any,
) -> int:
    """Ask each SYSTEM the train and dev cases of suites, and measure it against a policy.

    A SYSTEM is a system file, or PROVIDER:MODEL as in openai:gpt-4.1-mini or local:smollm2-135m; with +policy at
    the end, the policy becomes its system prompt. Replies are stored as they come: the same command after a kill
    asks only what is missing.
    """
    if report_path:
        check_writable(report_path)
    plan = Plan(
        systems,
        policy=policy,
        suites=suites,
        limit=options["limit"],
        judges=judges or DEFAULT_JUDGES,
        shifts=options["shifts"],
        shift_limit=options["shift_limit"],
        sampling=sampling_of(options),
        judge_repeats=options["judge_repeats"],
        asking=asking_of(options),
        exams=exams_of(options, store),
    )
    with Store(store) as opened:
        measured = run(measure(plan, store=opened, progress=Bar(talk())))
    path = report_path or store.parent / "reports" / f"{measured.record.id}.html"
    return tell(measured, path, as_json=as_json)


def tell(measured: Measured, path: Path, *, as_json: bool) -> int:
    """Write the report and print the figures; the exit code."""
    report(measured, path)
    if as_json:
        print_json(as_data(measured) | {"report": str(path)})
    else:
        print_profiles(measured.profiles, policy=measured.record.policy, judges=measured.record.judges)
        print_tasks(measured.profiles)
        print_shifts(measured.profiles, measured.record.shifts)
        print_repeats(measured.profiles)
    console = talk()
    for note in notes(measured):
        console.print(f"[yellow]note:[/] {note}", soft_wrap=True)
    console.print(f"run {measured.record.id}, report: {path}", soft_wrap=True)
    if silent := unmeasured(measured.cells):
        raise ConfigError(f"nothing was measured of {', '.join(silent)}: no reply has a verdict; see the note above")
    return 0


def as_data(measured: Measured) -> dict[str, Any]:
    """The run as JSON data."""
    return {
        "run": measured.record.model_dump(mode="json", exclude={"policy"}),
        "policy": {"id": measured.record.policy.id, "name": measured.record.policy.name},
        "profiles": {name: p.model_dump(mode="json") for name, p in measured.profiles.items()},
    }
