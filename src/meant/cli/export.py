"""`meant export`: a run or a suite for another tool."""

from pathlib import Path

import click

from meant.cli.options import json_option, store_option
from meant.cli.terminal import print_json, talk
from meant.interop.contract import EXPORTS
from meant.interop.exporting import export


@click.command(name="export")
@click.argument("source", metavar="RUN_OR_SUITE")
@click.option("--format", "form", required=True, metavar="NAME", help=f"One of: {', '.join(EXPORTS.names())}.")
@click.option(
    "-o", "--output", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A new file."
)
@click.option("--system", metavar="NAME", help="Of a run with several: whose answers.")
@store_option
@json_option("the file, how many rows it has, how many were left out and why")
def command(*, source: str, form: str, file: Path, system: str | None, store: Path, as_json: bool) -> None:
    """Write RUN_OR_SUITE for another tool: a run (an id, its beginning, or `last`), or a suite (a folder or a name).

    Only train and dev cases are written; a gate case never leaves.
    """
    written = export(source, form, file, store=store, system=system)
    if as_json:
        print_json(written._asdict() | {"file": str(written.file)})
        return
    talk().print(f"{written.rows} written: {written.file}", soft_wrap=True, markup=False)
    for reason, count in written.skipped.items():
        talk().print(f"{count} left out: {reason}", soft_wrap=True, markup=False)
