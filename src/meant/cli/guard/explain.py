"""`meant guard explain`: which layer stops what, what each adds to the others, what it costs."""

from collections.abc import Iterator
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table

from meant.cli.door import run
from meant.cli.options import json_option, limit_option, policy_option, store_option, suite_option
from meant.cli.terminal import Bar, counted, print_json, say, talk, visible
from meant.guard.explaining import Explained, LayerFigures, Share
from meant.loop.evaluation import default_suites
from meant.loop.explaining import explained_run, explained_system
from meant.store.sqlite import Store

_COLUMNS = ("harmful, stopped", "benign, stopped", "also", "ms: median, 95th")
"""Beside the layer. A cell has several short lines, so that all of it is there in a terminal of 80 characters."""


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
    alone about what comes in with the suites' cases; the model is not asked. Harmful is what must be refused; what may
    be granted in part counts on neither side.
    """
    if what.endswith((".yaml", ".yml")):
        progress = Bar(talk())
        found = {what: run(explained_system(what, policy=policy, suites=suites, limit=limit, progress=progress))}
        of = f"{', '.join(suites or default_suites(policy))}; each layer asked alone about what comes in"
    else:
        with Store(store, must_exist=True) as opened:
            found, of = explained_run(opened, what), f"run {opened.run(what).id}, as recorded"
    if as_json:
        print_json({"systems": {name: one.model_dump(mode="json") for name, one in found.items()}})
        return
    for name, one in found.items():
        _print(f"{name}: {one.cases} cases of {of}", one)


def _print(title: str, found: Explained) -> None:
    table = Table("layer", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), leading=1)
    for column in _COLUMNS:
        table.add_column(column, no_wrap=True)
    for one in found.layers:
        row = _share(one.harmful, _adds(one, one.adds_harmful)), _share(one.benign, _adds(one, one.adds_benign))
        table.add_row(visible(_named(one)), *row, _also(one), _times(one))
    table.add_row("all that are enforced", _share(found.harmful), _share(found.benign))
    click.echo(visible(title))
    Console(highlight=False).print(table)
    for note in _notes(found):
        say(note)


def _notes(found: Explained) -> Iterator[str]:
    harmful, benign = found.harmful.families, found.benign.families
    yield f"of cases asked about; 95 % intervals, by families of cases: {harmful} harmful, {benign} benign"
    if any(one.unknown for one in found.layers):
        yield "≤: layers after one that blocks were not asked; a system file in the place of the run asks each alone"
    if idle := [one.layer for one in found.layers if not one.harmful.n + one.benign.n]:
        yield f"{visible(', '.join(idle))}: not asked, what comes in never is where it looks; of replies, explain a RUN"
    for one in found.layers:
        if one.error:
            yield visible(f"{one.layer} failed, and counts as its `on_error` says; first so: {one.error}")
    if found.unclear:
        yield f"{found.unclear} cases are to be neither refused nor simply granted, and count in no share"


def _named(one: LayerFigures) -> str:
    return f"{one.layer} (shadow)" if one.mode == "shadow" else one.layer


def _share(share: Share, adds: str = "") -> str:
    if share.value is None:
        return "–"
    low, high = (f"{100 * end:.1f}" for end in share.interval)
    return "\n".join(filter(None, (f"{share.value:.1%} {share.hits}/{share.n}", f"[{low}–{high}]", adds)))


def _adds(one: LayerFigures, count: int) -> str:
    return f"adds {'≤ ' if one.unknown else ''}{count}"


def _also(one: LayerFigures) -> str:
    told = ((one.rewrites, counted(one.rewrites, "rewrite")), (one.unsure, f"{one.unsure} unsure"))
    return "\n".join(words for count, words in (*told, (one.errors, counted(one.errors, "error"))) if count)


def _times(one: LayerFigures) -> str:
    return "–" if one.p50_ms is None or one.p95_ms is None else f"{one.p50_ms:.2f}, {one.p95_ms:.2f}"
