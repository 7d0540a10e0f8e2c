"""`meant compare`: two systems, paired on the same cases."""

from pathlib import Path
from typing import Any

import click

from meant.cli.options import json_option, store_option
from meant.cli.tables import print_changes, print_judges
from meant.cli.terminal import before_and_after, print_json, visible
from meant.core.errors import ConfigError
from meant.core.finding import Finding
from meant.core.profile import Profile
from meant.loop.measured import Measured, stored
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
        one, other = _measured(opened, first, first_run), _measured(opened, second, second_run)
    policy = one.record.policy
    if policy.id != other.record.policy.id:
        raise ConfigError(f"{first} and {second} were measured under different policies; measure both under one")
    changes = compare(one.cells[first], other.cells[second], policy=policy)
    if not any(change.n for change in changes):
        raise ConfigError(f"{first} and {second} share no case with a verdict on both")
    records = list({judge.name: judge for judge in (*one.record.judges, *other.record.judges)}.values())
    names = sorted({judge for change in changes for judge in change.judges})
    missing = uncalibrated(names, records, policy.id)
    if as_json:
        known = [judge.model_dump(mode="json") for judge in records if judge.name in names]
        by_people = {system: _as_data(of.profiles[system]) for system, of in ((first, one), (second, other))}
        told = {"first": first, "second": second, "changes": [change._asdict() for change in changes]}
        print_json({**told, "corrected": by_people, "judges": known, "uncalibrated": missing})
        return
    print_changes(changes, first=first, second=second, uncalibrated=missing)
    for system, of in ((first, one), (second, other)):
        for finding in _corrected(of.profiles[system]):
            click.echo(visible(before_and_after(f"{system}: {finding.metric}", finding)))
    print_judges(names, records, policy.id)


def _corrected(profile: Profile) -> list[Finding]:
    """The figures on the whole that people, or a judge's card, correct."""
    return [finding for finding in profile.findings if finding.corrected and not finding.slice]


def _as_data(profile: Profile) -> dict[str, Any]:
    return {f.metric: f.corrected.model_dump(mode="json") for f in _corrected(profile) if f.corrected}


def _measured(store: Store, system: str, run: str | None) -> Measured:
    runs = [store.run(run).id] if run else [r.id for r in reversed(store.runs())]
    measured_by = {id_: store.profiles(id_) for id_ in runs}
    for id_, profiles in measured_by.items():
        if system in profiles:
            return stored(store, id_)
    known = ", ".join(sorted({name for profiles in measured_by.values() for name in profiles}))
    raise ConfigError(f"nothing measured of {system!r}; there are: {known or 'no runs yet'}")
