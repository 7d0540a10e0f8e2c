"""`meant choose`: which system to take, on evidence, by the policy's weights."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from meant.cli.choice_options import choice_options, wish_of
from meant.cli.choice_tables import print_choice
from meant.cli.door import run
from meant.cli.options import (
    asking_of,
    asking_options,
    json_option,
    judge_option,
    limit_option,
    policy_option,
    sampling_of,
    store_option,
    suite_option,
)
from meant.cli.terminal import Bar, print_json, talk
from meant.core.errors import ConfigError
from meant.core.system import System
from meant.files.atomic import check_writable
from meant.files.policy import load_policy
from meant.loop.choose import Chosen, Wish, check_wish, choose_between
from meant.loop.choosing.page import write_page
from meant.loop.choosing.runs import choice_notes, joined
from meant.loop.evaluation import Plan, measure
from meant.loop.measured import Measured
from meant.measure.judging import DEFAULT_JUDGES
from meant.measure.report.lanes import MOST_SYSTEMS
from meant.store.sqlite import Store


@click.command(name="choose")
@click.argument("systems", nargs=-1, metavar="[SYSTEM]...")
@click.option(
    "--run",
    "runs",
    multiple=True,
    metavar="RUN",
    help="Choose among the systems of a stored run (an id, its beginning, or `last`) and ask nothing; again for more.",
)
@policy_option
@suite_option
@judge_option
@limit_option
@choice_options
@asking_options
@click.option(
    "--report",
    "report_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The HTML page. [default: beside the store]",
)
@store_option
@json_option("the choice, the costs and the page's path")
def command(*, systems: tuple[str, ...], runs: tuple[str, ...], store: Path, **options: Any) -> None:
    """Choose between SYSTEMs, measured on the same cases under one policy.

    A SYSTEM is named as for `meant eval`, and what was answered before is not asked again. With --run it is a name in
    that run, and none means all. Shown are each dimension and principle, the Pareto front, the ranking by the policy's
    weights and what would change it, who is dominated, what alignment has cost, or how many more cases it would take.
    """
    _check(systems, runs)
    if options["report_path"]:
        check_writable(options["report_path"])
    wish = wish_of(options)
    with Store(store, must_exist=bool(runs)) as opened:
        measured = joined(opened, runs, systems) if runs else run(_measure(systems, options, wish, opened))
    chosen = choose_between(measured, wish)
    path = options["report_path"] or store.parent / "reports" / f"{measured.record.id}-choice.html"
    write_page(chosen, path)
    _tell(chosen, path, as_json=options["as_json"])


def _check(systems: Sequence[str], runs: Sequence[str]) -> None:
    if not runs and len(systems) < 2:
        raise ConfigError("a choice needs two systems or more; or name a stored run with --run")
    if twice := next((name for name in systems if systems.count(name) > 1), None):
        raise ConfigError(f"{twice} is named twice; name each system once")
    if len(systems) > MOST_SYSTEMS:
        raise ConfigError(f"{len(systems)} systems; choose between {MOST_SYSTEMS} at most, and let the winners meet")


async def _measure(systems: tuple[str, ...], options: dict[str, Any], wish: Wish, store: Store) -> Measured:
    policy = load_policy(options["policy"])
    plan = Plan(
        systems,
        policy=options["policy"],
        suites=options["suites"],
        limit=options["limit"],
        judges=options["judges"] or DEFAULT_JUDGES,
        sampling=sampling_of(options),
        asking=asking_of(options),
    )

    def first(made: Sequence[System]) -> None:
        check_wish(wish, [system.name for system in made], policy)

    return await measure(plan, store=store, progress=Bar(talk()), first=first)


def _tell(chosen: Chosen, path: Path, *, as_json: bool) -> None:
    notes = choice_notes(chosen)
    if as_json:
        print_json(as_data(chosen) | {"notes": notes, "report": str(path)})
    else:
        print_choice(chosen)
    console = talk()
    for note in notes:
        console.print(f"[yellow]note:[/] {note}", soft_wrap=True)
    console.print(f"run {chosen.measured.record.id}, page: {path}", soft_wrap=True)
    if len(chosen.choice.decision.rivals) == 0:
        raise ConfigError("fewer than two systems are measured on every dimension; see the notes above")


def as_data(chosen: Chosen) -> dict[str, Any]:
    """The choice as JSON data."""
    record = chosen.measured.record
    return {
        "run": record.id,
        "policy": {"id": record.policy.id, "name": record.policy.name, "version": record.policy.version},
        "cases": chosen.cases,
        "choice": chosen.choice.model_dump(mode="json"),
        "costs": [one.model_dump(mode="json") for one in chosen.costs],
        "profiles": {name: p.model_dump(mode="json") for name, p in chosen.measured.profiles.items()},
    }
