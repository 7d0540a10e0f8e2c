"""`meant runs`: what was measured."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from meant.cli.eval import as_data, tell
from meant.cli.options import json_option, store_option
from meant.cli.terminal import print_json
from meant.core.errors import ConfigError
from meant.loop.measured import stored
from meant.store.sqlite import Store


@click.group(name="runs")
def command() -> None:
    """List what was measured; show a run and draw its report again."""


@command.command(name="list")
@store_option
@json_option("the runs")
def list_(store: Path, as_json: bool) -> None:
    """List the runs, the oldest first."""
    with Store(store, must_exist=True) as opened:
        rows = [(run, opened.profiles(run.id)) for run in opened.runs()]
    if as_json:
        print_json({"runs": [run.model_dump(mode="json", exclude={"policy"}) for run, _ in rows]})
        return
    table = Table("run", "policy", "suites", "systems")
    for run, profiles in rows:
        systems = (s.name + ("" if s.name in profiles else " (unfinished)") for s in run.systems)
        policy = f"{run.policy.name} {run.policy.version}"
        table.add_row(run.id, policy, ", ".join(run.suites), ", ".join(systems))
    Console(highlight=False).print(table)


@command.command()
@click.argument("run", default="last")
@click.option(
    "--report",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to draw it. [default: beside the store]",
)
@store_option
@json_option("the run and its profiles")
def show(run: str, path: Path | None, store: Path, as_json: bool) -> int:
    """Print the figures of RUN (an id, its beginning, or `last`) and draw its report again."""
    with Store(store, must_exist=True) as opened:
        measured = stored(opened, run)
    if not measured.profiles:
        raise ConfigError(f"run {measured.record.id} has not finished; the same `meant eval` asks what is missing")
    if as_json and path is None:
        print_json(as_data(measured))
        return 0
    return tell(measured, path or store.parent / "reports" / f"{measured.record.id}.html", as_json=as_json)
