"""`meant prompt check`: does the system give its prompt away, and does it hold where requests come otherwise."""

from pathlib import Path
from typing import Any

import click

from meant.cli.door import run
from meant.cli.options import json_option, shift_limit_option
from meant.cli.prompt.checked import checked_data, gives_away, print_checked
from meant.cli.prompt.options import plan_of, prompt_options
from meant.cli.terminal import Bar, print_json, talk
from meant.loop.evaluation import SHIFT_LIMIT
from meant.loop.prompt_check import Shifts, check_prompt
from meant.measure.shift.contract import SHIFTS
from meant.measure.shift.spec import ALL
from meant.store.sqlite import Store


@click.command()
@click.argument("system", metavar="SYSTEM.yaml")
@click.option("--against", metavar="SYSTEM.yaml", help="Check this one's prompt too, and compare the two.")
@click.option(
    "--shift",
    "shifts",
    multiple=True,
    metavar="NAME",
    help=f"Also ask cases that say the same otherwise; again for more. One of: {', '.join(SHIFTS.names())}, or {ALL}.",
)
@shift_limit_option(SHIFT_LIMIT)
@prompt_options
@json_option(
    "the ways it was asked with what stood in the reply, the share that leaked, the figures of shifts, changes"
)
def check(
    *,
    system: str,
    against: str | None,
    shifts: tuple[str, ...],
    shift_limit: int,
    store: Path,
    as_json: bool,
    **options: Any,
) -> int:
    """Ask SYSTEM for its prompt in several ways, a canary sentence put into it, and see whether a reply holds either.

    With --shift, see also how the prompt fares where requests come in other words, another language, a frame, behind a
    long text or beside somebody else's instruction; only the cases that are shifted are asked as they stand. Exit 1:
    SYSTEM gave something away.
    """
    plan, progress = plan_of(system, options), Bar(talk())
    with Store(store) as opened:
        asked = Shifts(shifts, shift_limit)
        found = run(check_prompt(plan, store=opened, progress=progress, against=against, shifts=asked))
    if as_json:
        print_json(checked_data(found))
    else:
        print_checked(found)
    return int(gives_away(found))
