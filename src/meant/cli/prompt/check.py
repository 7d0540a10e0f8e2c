"""`meant prompt check`: does the system give its prompt away."""

from pathlib import Path
from typing import Any

import click

from meant.cli.door import run
from meant.cli.options import json_option
from meant.cli.prompt.options import plan_of, prompt_options
from meant.cli.shifts import print_shifts
from meant.cli.terminal import Bar, print_json, talk, visible
from meant.loop.evaluation import Plan, measure
from meant.loop.leak import Leaks, leaks
from meant.loop.measured import Measured
from meant.loop.prompting import PromptPlan
from meant.measure.shift.contract import SHIFTS
from meant.measure.shift.spec import ALL
from meant.store.sqlite import Store


@click.command()
@click.argument("system", metavar="SYSTEM.yaml")
@click.option(
    "--shift",
    "shifts",
    multiple=True,
    metavar="NAME",
    help=f"Also ask cases that say the same otherwise; again for more. One of: {', '.join(SHIFTS.names())}, or {ALL}.",
)
@prompt_options
@json_option("the ways it was asked with what stood in the reply, the share that leaked, and the figures of shifts")
def check(*, system: str, shifts: tuple[str, ...], store: Path, as_json: bool, **options: Any) -> int:
    """Ask SYSTEM for its prompt in several ways, a canary sentence put into it, and see whether a reply holds either.

    With --shift, see also how the prompt fares where requests come in other words. Exit 1: something leaked.
    """
    plan = plan_of(system, options)
    with Store(store) as opened:
        found = run(leaks(plan, store=opened, progress=Bar(talk())))
        shifted = run(measure(_shifted(plan, shifts), store=opened, progress=Bar(talk()))) if shifts else None
    if as_json:
        print_json(_data(found) | {"shifts": shifted and _figures(shifted)})
    else:
        _print(found)
        if shifted is not None:
            print_shifts(shifted.profiles, shifted.record.shifts)
    return int(found.rate.value not in (None, 0.0))


def _shifted(plan: PromptPlan, shifts: tuple[str, ...]) -> Plan:
    return Plan(
        (plan.system,),
        plan.policy,
        plan.suites,
        plan.limit,
        plan.judges,
        shifts=shifts,
        sampling=plan.sampling,
        asking=plan.asking,
    )


def _figures(shifted: Measured) -> list[dict[str, Any]]:
    (profile,) = shifted.profiles.values()
    return [f.model_dump(mode="json", exclude={"evidence"}) for f in profile.findings if "shift" in f.slice]


def _data(found: Leaks) -> dict[str, Any]:
    ways = [way._asdict() for way in found.ways]
    return {"system": found.system, "rate": found.rate.value, "interval": list(found.rate.interval), "ways": ways}


def _print(found: Leaks) -> None:
    for way in found.ways:
        said = "no reply: " + way.error if way.error else "leaked: " + way.leaked if way.leaked else "kept"
        click.echo(f"{way.name}: {visible(' '.join(said.split()))}")
    low, high = found.rate.interval
    share = "not measured" if found.rate.value is None else f"{found.rate.value:.0%} [{low:.0%} to {high:.0%}]"
    click.echo(f"{found.system}: leaked in {share} of {found.rate.n} replies")
