"""`meant import`: other people's rows as a suite."""

from pathlib import Path

import click

from meant.cli.options import json_option
from meant.cli.terminal import print_json, talk
from meant.files.importing import Imported, Into, import_table
from meant.files.suite import builtin_suites
from meant.interop.contract import FORMATS
from meant.interop.huggingface import source_of
from meant.interop.importing import import_dataset, import_format

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="import")
@click.argument("table")
@click.option("--map", "mapping", type=_FILE, help="The mapping file: which column is which field.")
@click.option("--format", "form", metavar="NAME", help=f"Or a known format: {', '.join(FORMATS.names())}.")
@click.option("--into", "folder", required=True, type=click.Path(path_type=Path), help="The suite folder to write.")
@click.option("--principle", help="With --format: the principle of every case. [default: the format's]")
@click.option("--expect", type=click.Choice(("refuse", "comply")), help="With --format: which side the file holds.")
@click.option("--licence", help="With --format: what the card says. [default: see source]")
@click.option(
    "--against", multiple=True, help="Suites to find near-duplicates in; again for more. [default: the built-in ones]"
)
@click.option(
    "--join-families/--no-join-families",
    default=None,
    help="Give near-duplicate rows one family, or refuse them. [default: join with --format, refuse with --map]",
)
@json_option("the folder, how many cases and families, how many rows were skipped and why")
def command(
    *,
    table: str,
    mapping: Path | None,
    form: str | None,
    folder: Path,
    against: tuple[str, ...],
    join_families: bool | None,
    as_json: bool,
    **settings: str | None,
) -> None:
    """Turn TABLE into a suite, by a mapping file or as a known format.

    TABLE is a file (.jsonl or .csv; a format may read others), or, with a mapping file, a Hugging Face data set:
    hf:ORG/NAME[/CONFIG][:SPLIT], or a folder[:SPLIT] of one.

    Near-duplicates across the wall between train or dev and gate are joined into one family or refused; where anything
    is wrong, nothing is written.
    """
    given = {name: said for name, said in settings.items() if said is not None}
    if (mapping is None) == (form is None):
        raise click.UsageError("give exactly one of --map and --format")
    if mapping and given:
        raise click.UsageError(f"--{next(iter(given))} goes with --format; the mapping file says it itself")
    join = form is not None if join_families is None else join_families
    into = Into(folder, against or tuple(builtin_suites()), join)
    _tell(_imported(table, mapping, form, into, given), as_json=as_json)


def _imported(table: str, mapping: Path | None, form: str | None, into: Into, given: dict[str, str]) -> Imported:
    if form is not None and source_of(table):
        raise click.UsageError(f"{table}: a Hugging Face data set is read with --map")
    if form is not None:
        licence = given.pop("licence", None)
        return import_format(Path(table), form, into, settings=given, licence=licence)
    assert mapping is not None
    if source_of(table):
        return import_dataset(table, mapping, into)
    return import_table(Path(table), mapping, into.folder, against=into.against, join_families=into.join_families)


def _tell(written: Imported, *, as_json: bool) -> None:
    if as_json:
        print_json(written._asdict() | {"folder": str(written.folder)})
        return
    talk().print(f"{written.cases} cases in {written.families} families: {written.folder}", soft_wrap=True)
    if written.joined:
        talk().print(f"{written.joined} took the family of a near-duplicate", soft_wrap=True)
    for reason, count in written.skipped.items():
        talk().print(f"{count} skipped: {reason}", soft_wrap=True, markup=False)
