"""`meant switch`: the kill switches of running gateways."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console
from rich.table import Table

from meant.cli.login import login
from meant.cli.options import json_option, store_option
from meant.cli.terminal import print_json, say, visible
from meant.core.errors import ConfigError
from meant.core.switch import Switch, SwitchKind
from meant.store.exchanges import Exchanges, Wanted
from meant.store.opened import existing
from meant.store.switches import Switches

_kind = click.argument("kind", type=click.Choice(get_args(SwitchKind)))
_name = click.argument("name")


@click.group(name="switch")
def command() -> None:
    """Switch a system, a tool or a tenant of a running gateway off, and on again.

    A gateway that uses the store follows within a second, and still does after a restart. Every turn is kept.
    """


def _turning(command: Callable[..., Any]) -> Callable[..., Any]:
    reason = click.option("--reason", required=True, help="Why; it is kept, and callers are not told.")
    by = click.option("--by", help="Who. [default: the user of this machine]")
    return _kind(_name(reason(by(store_option(command)))))


@command.command()
@_turning
def off(kind: SwitchKind, name: str, reason: str, by: str | None, store: Path) -> None:
    """Stop serving a system or a tenant, or having a tool called.

    Requests get their dialect's error with status 503. A tool is offered to no model, and its calls reach nobody. Where
    the store knows nothing of a system or tenant of this name, that is said; it is switched off all the same.
    """
    with _switches(store) as switches:
        switches.turn(_switch(kind, name, on=False, reason=reason, by=by))
        say(f"{kind} {name} is off for every gateway that uses {store}")
        if kind != "tool" and not _known(switches, kind, name):
            say(f"no exchange of {kind} {name} is in {store}: is the name right, and is that the gateway's store?")


@command.command()
@_turning
def on(kind: SwitchKind, name: str, reason: str, by: str | None, store: Path) -> None:
    """Serve it again."""
    with _switches(store) as switches:
        if (kind, name) not in switches.off():
            known = ", ".join(f"{kind} {name}" for kind, name in switches.off()) or "nothing"
            raise ConfigError(f"{kind} {name!r} is not off; off are: {known}")
        switches.turn(_switch(kind, name, on=True, reason=reason, by=by))
    say(f"{kind} {name} is on again")


@command.command(name="list")
@store_option
@json_option("every turn, and what is off")
def list_(store: Path, *, as_json: bool) -> None:
    """List every turn, the oldest first, and whether it still stands."""
    with _switches(store) as switches:
        turns, now_off = switches.history(), switches.off()
    if as_json:
        off = [one.model_dump(mode="json") for one in now_off.values()]
        print_json({"off": off, "turns": [one.model_dump(mode="json") for one in turns]})
        return
    table = Table("at", "turned", "what", "by", "reason", "now")
    for one in turns:
        now = "off" if (one.kind, one.name) in now_off else "on"
        what = f"{one.kind} {visible(one.name)}"
        at = one.at.isoformat(" ", "seconds")
        table.add_row(at, "on" if one.on else "off", what, visible(one.by), visible(one.reason), now)
    Console(highlight=False).print(table)


@contextmanager
def _switches(store: Path) -> Iterator[Switches]:
    with existing(store, remedy="name the one that the gateway uses with --store") as db:
        yield Switches(db)


def _known(switches: Switches, kind: SwitchKind, name: str) -> bool:
    """Whether an exchange of this system or tenant is in the same store."""
    wanted = Wanted(limit=1, system=name) if kind == "system" else Wanted(limit=1, tenant=name)
    return bool(Exchanges(switches.db).found(wanted))


def _switch(kind: SwitchKind, name: str, *, on: bool, reason: str, by: str | None) -> Switch:
    return Switch(kind=kind, name=name, on=on, reason=reason, by=by or login("--by"), at=datetime.now(UTC))
