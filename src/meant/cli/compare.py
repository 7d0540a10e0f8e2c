"""`meant compare`: two systems, paired on the same cases."""

from collections.abc import Sequence
from pathlib import Path

import click

from meant.cli.options import json_option, store_option
from meant.cli.tables import print_changes
from meant.cli.terminal import print_json
from meant.core.errors import ConfigError
from meant.core.policy import Policy
from meant.loop.evaluation import stored
from meant.measure.cell import Cell
from meant.measure.compare import compare
from meant.store.sqlite import Store


@click.command(name="compare")
@click.argument("first")
@click.argument("second")
@click.option("--first-run", help="The run that measured FIRST. [default: the newest that did]")
@click.option("--second-run", help="The run that measured SECOND. [default: the newest that did]")
@store_option
@json_option("a list of changes, one a dimension and one a principle")
def command(
    *, first: str, second: str, first_run: str | None, second_run: str | None, store: Path, as_json: bool
) -> None:
    """Show what the system SECOND gains and loses against FIRST on the cases that both were asked."""
    with Store(store, must_exist=True) as opened:
        policy, cells = _cells(opened, first, first_run)
        other, others = _cells(opened, second, second_run)
    if policy.id != other.id:
        raise ConfigError(f"{first} and {second} were measured under different policies; measure both under one")
    changes = compare(cells, others, policy=policy)
    if not any(change.n for change in changes):
        raise ConfigError(f"{first} and {second} share no case with a verdict on both")
    if as_json:
        print_json({"first": first, "second": second, "changes": [change._asdict() for change in changes]})
    else:
        print_changes(changes, first=first, second=second)


def _cells(store: Store, system: str, run: str | None) -> tuple[Policy, Sequence[Cell]]:
    runs = [store.run(run).id] if run else [r.id for r in reversed(store.runs())]
    measured_by = {id_: store.profiles(id_) for id_ in runs}
    for id_, profiles in measured_by.items():
        if system in profiles:
            measured = stored(store, id_)
            return measured.record.policy, measured.cells[system]
    known = ", ".join(sorted({name for profiles in measured_by.values() for name in profiles}))
    raise ConfigError(f"nothing measured of {system!r}; there are: {known or 'no runs yet'}")
