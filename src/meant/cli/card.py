"""`meant card`: what is known of a system, and what is not."""

from pathlib import Path

import click

from meant.cli.options import json_option, store_option
from meant.cli.terminal import print_json, visible
from meant.files.atomic import write_text
from meant.loop.card import stored_card
from meant.measure.card_markdown import as_markdown
from meant.store.sqlite import Store


@click.command(name="card")
@click.argument("system")
@click.option("--run", "run_id", metavar="RUN", help="The run to read. [default: the newest that measured SYSTEM]")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the Markdown there.")
@store_option
@json_option("the card")
def command(*, system: str, run_id: str | None, out: Path | None, store: Path, as_json: bool) -> None:
    """Write the card of SYSTEM, as a stored run names it: Markdown, or JSON.

    First of all what was not measured; then figures with intervals, shifts, known failures by the names of their cases,
    what the gate said, the limits of the suites, and versions.
    """
    with Store(store, must_exist=True) as opened:
        card = stored_card(opened, system, run=run_id)
    if out:
        write_text(out, as_markdown(card))
    if as_json:
        print_json(card.model_dump(mode="json"))
    elif not out:
        click.echo(visible(as_markdown(card)), nl=False)
