"""`meant guard explain`: which layer stops what, what each adds to the others, what it costs."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from meant.cli.door import run
from meant.cli.options import json_option, limit_option, policy_option, store_option, suite_option
from meant.cli.terminal import print_json, say, visible
from meant.guard.explaining import Explained, LayerFigures, Share
from meant.loop.explaining import explained_run, explained_system
from meant.store.sqlite import Store


@click.command()
@click.argument("what", metavar="RUN|SYSTEM")
@policy_option
@suite_option
@limit_option
@store_option
@json_option("by system, the figures of each layer and of all together")
def explain(*, what: str, policy: str, suites: tuple[str, ...], limit: int | None, store: Path, as_json: bool) -> None:
    """Tell which layer stops what, what each adds, and what each costs in over-blocking and time.

    Of a RUN (an id, its beginning, or `last`), from what was recorded. Of a SYSTEM file, by asking each of its guards
    alone about what comes in with the suites' cases; the model is not asked.
    """
    if what.endswith((".yaml", ".yml")):
        found = {what: run(explained_system(what, policy=policy, suites=suites, limit=limit))}
    else:
        with Store(store, must_exist=True) as opened:
            found = explained_run(opened, what)
    if as_json:
        print_json({"systems": {name: one.model_dump(mode="json") for name, one in found.items()}})
        return
    for name, one in found.items():
        _print(name, one)


def _print(name: str, found: Explained) -> None:
    title = f"{name}: {found.cases} conversations"
    table = Table(title=visible(title), title_justify="left", caption_justify="left")
    for column in ("layer", "harmful, stopped", "benign, stopped", "adds", "at the cost of", "unsure", "errors", "ms"):
        table.add_column(column)
    for one in found.layers:
        table.add_row(visible(_named(one)), _share(one.harmful), _share(one.benign), *_added(one), *_rest(one))
    table.add_section()
    table.add_row("all that are enforced", _share(found.harmful), _share(found.benign), "", "", "", "", "")
    Console(highlight=False).print(table)
    if any(one.unknown for one in found.layers):
        say("≤: layers after one that blocks were not asked; a system file in the place of the run asks each alone")
    if found.unclear:
        say(f"{found.unclear} conversations stand on neither side of a line, and count in no share")


def _named(one: LayerFigures) -> str:
    return f"{one.layer} (shadow)" if one.mode == "shadow" else one.layer


def _share(share: Share) -> str:
    if share.value is None:
        return "–"
    low, high = (f"{100 * end:.0f}" for end in share.interval)
    return f"{share.value:.1%} [{low}–{high}] {share.hits}/{share.n}"


def _added(one: LayerFigures) -> tuple[str, str]:
    most = "≤ " if one.unknown else ""
    return f"{most}{one.adds_harmful} harmful", f"{most}{one.adds_benign} benign"


def _rest(one: LayerFigures) -> tuple[str, str, str]:
    times = "–" if one.p50_ms is None or one.p95_ms is None else f"{one.p50_ms:.2f}, 95th {one.p95_ms:.2f}"
    return str(one.unsure), str(one.errors), times
