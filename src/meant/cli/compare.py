"""`meant compare`: two systems, paired on the same cases."""

from collections.abc import Sequence
from pathlib import Path

import click

from meant.cli.options import json_option, store_option
from meant.cli.tables import print_changes, print_judges
from meant.cli.terminal import print_json
from meant.core.errors import ConfigError
from meant.core.policy import Policy
from meant.core.record import JudgeRecord
from meant.loop.evaluation import stored
from meant.measure.cell import Cell
from meant.measure.compare import compare
from meant.measure.standing import uncalibrated
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
        policy, cells, judges = _cells(opened, first, first_run)
        other, others, more = _cells(opened, second, second_run)
    if policy.id != other.id:
        raise ConfigError(f"{first} and {second} were measured under different policies; measure both under one")
    changes = compare(cells, others, policy=policy)
    if not any(change.n for change in changes):
        raise ConfigError(f"{first} and {second} share no case with a verdict on both")
    records = list({judge.name: judge for judge in (*judges, *more)}.values())
    names = sorted({judge for change in changes for judge in change.judges})
    missing = uncalibrated(names, records, policy.id)
    if as_json:
        told = [judge.model_dump(mode="json") for judge in records if judge.name in names]
        found = {"first": first, "second": second, "changes": [change._asdict() for change in changes]}
        print_json({**found, "judges": told, "uncalibrated": missing})
    else:
        print_changes(changes, first=first, second=second, uncalibrated=missing)
        print_judges(names, records, policy.id)


def _cells(store: Store, system: str, run: str | None) -> tuple[Policy, Sequence[Cell], Sequence[JudgeRecord]]:
    runs = [store.run(run).id] if run else [r.id for r in reversed(store.runs())]
    measured_by = {id_: store.profiles(id_) for id_ in runs}
    for id_, profiles in measured_by.items():
        if system in profiles:
            measured = stored(store, id_)
            return measured.record.policy, measured.cells[system], measured.record.judges
    known = ", ".join(sorted({name for profiles in measured_by.values() for name in profiles}))
    raise ConfigError(f"nothing measured of {system!r}; there are: {known or 'no runs yet'}")
