"""`meant import`: other people's rows as a suite."""

from pathlib import Path

import click

from meant.cli.options import json_option
from meant.cli.terminal import print_json, talk
from meant.files.importing import import_table
from meant.files.suite import builtin_suites

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="import")
@click.argument("table", type=_FILE)
@click.option("--map", "mapping", required=True, type=_FILE, help="The mapping file: which column is which field.")
@click.option("--into", "folder", required=True, type=click.Path(path_type=Path), help="The suite folder to write.")
@click.option(
    "--against", multiple=True, help="Suites to find near-duplicates in; again for more. [default: the built-in ones]"
)
@click.option("--join-families", is_flag=True, help="Give near-duplicate rows one family instead of refusing them.")
@json_option("the folder, and how many cases and families")
def command(
    *, table: Path, mapping: Path, folder: Path, against: tuple[str, ...], join_families: bool, as_json: bool
) -> None:
    """Turn TABLE (.jsonl or .csv) into a suite, by a mapping file.

    Near-duplicates across the wall between train or dev and gate are reported and refused; nothing is then written.
    """
    known = against or tuple(builtin_suites())
    written = import_table(table, mapping, folder, against=known, join_families=join_families)
    if as_json:
        print_json({"folder": str(written.folder), "cases": written.cases, "families": written.families})
    else:
        talk().print(f"{written.cases} cases in {written.families} families: {written.folder}", soft_wrap=True)
