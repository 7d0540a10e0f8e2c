"""`meant exchanges`: what live systems were asked, what was stopped, what would have been, and why."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import click
from rich import box
from rich.console import Console
from rich.table import Table

from meant.cli.conversation import person
from meant.cli.options import json_option, store_option
from meant.cli.terminal import print_json, say, visible
from meant.core.exchange import Recorded
from meant.core.guard import GuardDecision
from meant.store.exchanges import Exchanges, Wanted, Which
from meant.store.opened import existing

_SHOWN = 60
"""Characters of a text in the list."""
_ID = 16
"""Characters of an id in the list: enough to tell them apart."""
_COLUMNS = {"request, at (UTC)": True, "tenant, system": False, "ended": True, "guards": False, "asked": False}
"""And whether each stays as wide as it is. An exchange has two lines, so that it fits a terminal of 80 characters."""


@click.group(name="exchanges")
def command() -> None:
    """See what live systems were asked, what was stopped, and why."""


@command.command(name="list")
@click.option("--which", type=click.Choice(get_args(Which)), default="all", show_default=True,
              help="stopped: by a guard; would_stop: by one in shadow; errors: of a system or a guard.")  # fmt: skip
@click.option("--tenant", help="Of this tenant.")
@click.option("--system", help="Of this system, as callers name it.")
@click.option("--since", type=click.DateTime(), help="From this time on, UTC.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="The newest so many.")
@store_option
@json_option("the exchanges with their transcripts")
def list_(*, store: Path, as_json: bool, since: datetime | None, **wanted: Any) -> None:
    """List exchanges, the newest first."""
    with _exchanges(store) as exchanges:
        found = exchanges.found(Wanted(since=since and since.replace(tzinfo=UTC), **wanted))
    if as_json:
        print_json({"exchanges": [as_data(one) for one in found]})
        return
    if not found:
        say(f"no such exchange in {store}; --store names another store")
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for title, as_it_is in _COLUMNS.items():
        table.add_column(title, no_wrap=as_it_is, overflow="fold")
    for one in found:
        table.add_row(*_row(one))
    Console(highlight=False).print(table)


@command.command()
@click.argument("request", default="last")
@store_option
@json_option("the exchange with its transcript")
def show(request: str, store: Path, *, as_json: bool) -> None:
    """Show one: what was said, and what each guard said of it.

    REQUEST is the id that the answer carried (`x-request-id`), its beginning, or `last`.
    """
    with _exchanges(store) as exchanges:
        one = exchanges.one(request)
    if as_json:
        print_json(as_data(one))
        return
    for line in _told(one):
        click.echo(visible(line))


def as_data(one: Recorded) -> dict[str, Any]:
    """As JSON has it: with what stopped it, and what would have, picked out."""
    picked = {"stopped": one.stopped, "would_have_stopped": one.would_have_stopped}
    return {
        **{name: [decision.model_dump(mode="json") for decision in found] for name, found in picked.items()},
        "exchange": {**one.exchange.model_dump(mode="json"), "transcript": one.transcript.id},
        "transcript": one.transcript.model_dump(mode="json"),
    }


def _told(one: Recorded) -> Iterator[str]:
    exchange, said = one.exchange, one.transcript
    yield f"request {exchange.request}, {exchange.at.isoformat(' ', 'milliseconds')}"
    yield f"tenant {exchange.tenant or '-'}, key {exchange.key or '-'}, {exchange.dialect} {exchange.system}"
    yield f"{exchange.ending}, status {exchange.status}, {exchange.took_s:.3f} s; policy {exchange.policy}"
    if said.error:
        yield f"error: {said.error}"
    for decision in said.guards:
        yield _decided(decision)
    for turn in said.turns:
        yield ""
        yield f"[{turn.role}]"
        yield turn.text
        yield from (f"calls {call.tool} {dict(call.arguments)}" for call in turn.calls)


def _decided(one: GuardDecision) -> str:
    """As in `guard rules, input, shadow: would block: an injection (score 0.93)`."""
    shadow = one.mode == "shadow"
    notes = [f"score {one.score:g}"] if one.score is not None else []
    notes += [person(one)] if one.action == "ask" and not shadow else []
    notes += [f"principle {one.principle}"] if one.principle else []
    notes += [f"error: {one.error}"] if one.error else []
    why = f": {one.reason}" if one.reason else ""
    noted = f" ({', '.join(notes)})" if notes else ""
    return f"guard {one.guard}, {one.place}, {one.mode}: {'would ' if shadow else ''}{one.action}{why}{noted}"


def _row(one: Recorded) -> tuple[str, ...]:
    exchange = one.exchange
    rewritten = tuple(said for said in one.transcript.guards if said.mode == "shadow" and said.action == "rewrite")
    did = (*_names(one.stopped, ""), *_names(one.would_have_stopped, "would: "), *_names(rewritten, "would rewrite: "))
    return (
        f"{exchange.request[:_ID]}\n{exchange.at:%m-%d %H:%M:%S}",
        visible(f"{exchange.tenant or '-'}\n{exchange.system}"),
        f"{exchange.ending}\n{exchange.status}",
        visible("\n".join(did)) or "-",
        _short(_asked(one)),
    )


def _names(decisions: tuple[GuardDecision, ...], mark: str) -> list[str]:
    return list(dict.fromkeys(f"{mark}{one.guard} ({one.place})" for one in decisions))


def _asked(one: Recorded) -> str:
    return next((turn.text for turn in reversed(one.transcript.turns) if turn.role == "user"), "")


def _short(text: str) -> str:
    line = " ".join(text[: 4 * _SHOWN].split())
    return visible(line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…")


@contextmanager
def _exchanges(store: Path) -> Iterator[Exchanges]:
    with existing(store, remedy="`meant serve` makes one, --store names another") as db:
        yield Exchanges(db)
