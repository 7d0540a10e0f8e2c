"""`meant labels`: labels to and from other tools, and what there is."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from meant.cli.label.options import wish_of, wish_options
from meant.cli.label.wording import agreement_words
from meant.cli.options import json_option, store_option
from meant.cli.terminal import before_and_after, counted, print_json, talk, visible
from meant.interop.labels.coming import import_labels
from meant.interop.labels.leaving import export_tasks
from meant.interop.labels.tools import TOOLS
from meant.label.agreeing import agreeing
from meant.loop.labelling import Wish, labelling
from meant.store.sqlite import Store

_FILE = click.Path(dir_okay=False, path_type=Path)
_TOOLS = f"One of: {', '.join(TOOLS)}."


@click.group(name="labels")
def command() -> None:
    """Write labelling tasks for other tools, read their labels, and show what people said of a run."""


@command.command(name="export")
@click.argument("run")
@click.argument("file", type=_FILE)
@click.option("--to", "form", required=True, metavar="TOOL", help=_TOOLS)
@click.option("--pairs", "as_pairs", is_flag=True, help="Pairs of two systems' replies.")
@wish_options
@store_option
@json_option("the file, how many tasks it holds, and what the tool must be told once")
def export(*, run: str, file: Path, form: str, as_pairs: bool, store: Path, as_json: bool, **options: Any) -> None:
    """Write FILE, a new one, with replies of RUN that are to be labelled, drawn as `meant label` draws them.

    A task holds the conversation, the principle and what is expected, and neither the system nor any verdict. What the
    tool must be told once (a labelling interface, settings) is printed. No gate case is written.
    """
    with Store(store, must_exist=True) as opened:
        left = export_tasks(wish_of(run, options), form, file, store=opened, as_pairs=as_pairs)
    if as_json:
        print_json(left._asdict() | {"file": str(left.file)})
        return
    if left.setup:
        click.echo(left.setup, nl=False)
    talk().print(f"{counted(left.tasks, 'task')} written: {left.file}", soft_wrap=True, markup=False)


@command.command(name="import")
@click.argument("file", type=_FILE)
@click.option("--from", "form", required=True, metavar="TOOL", help=_TOOLS)
@click.option("--run", help="The run that the labels are about. [default: the one that each task names]")
@store_option
@json_option("how many labels were added, how many were known, and whose they are")
def import_(*, file: Path, form: str, run: str | None, store: Path, as_json: bool) -> None:
    """Read labels from FILE, as the tool exports it.

    Everything that is wrong is told at once, and then nothing is added. The same file twice adds nothing.
    """
    with Store(store, must_exist=True) as opened:
        came = import_labels(file, form, store=opened, run=run)
    if as_json:
        print_json(came._asdict())
        return
    added = f"{counted(came.labels, 'label')} and {counted(came.pairs, 'preference')} added, {came.known} known already"
    talk().print(visible(f"{added}; by {', '.join(came.raters)}"), soft_wrap=True, markup=False)


@command.command(name="show")
@click.argument("run", default="last")
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Of this share; again for more.")
@store_option
@json_option("labels by rater, agreement, and the figures as judged and by people")
def show(*, run: str, metrics: tuple[str, ...], store: Path, as_json: bool) -> None:
    """Show how many replies of RUN each rater has labelled, how far they agree, and what it makes of the figures."""
    with Store(store, must_exist=True) as opened:
        of = labelling(Wish(run, metrics=metrics), opened)
    raters, agreed = Counter(label.rater for label in of.labels), agreeing(of.labels)
    if as_json:
        figures = [{"system": one.system, **one.finding.model_dump(mode="json")} for one in of.asked]
        found = agreed and {"coefficient": agreed.coefficient, "raters": agreed.raters, **agreed.found._asdict()}
        print_json({"run": of.measured.record.id, "labels": dict(raters), "agreement": found, "figures": figures})
        return
    for rater, count in raters.most_common():
        seconds = [label.seconds for label in of.labels if label.rater == rater and label.seconds is not None]
        pace = f", {sorted(seconds)[len(seconds) // 2]:.0f} s each (median)" if seconds else ""
        click.echo(visible(f"{rater}: {counted(count, 'label')}{pace}"))
    click.echo(visible(agreement_words(agreed)))
    for one in of.asked:
        name = one.finding.metric if len(of.systems) == 1 else f"{one.system}: {one.finding.metric}"
        click.echo(visible(before_and_after(name, one.finding)))
