"""`meant import`: other people's rows as a suite, other tools' logs as runs."""

from pathlib import Path
from typing import Any

import click

from meant.cli.import_run import import_run
from meant.cli.options import JUDGE, STORE, json_option
from meant.cli.terminal import cases_in, print_json, talk
from meant.core.errors import PluginError, did_you_mean
from meant.files.importing import Imported, Into, import_table
from meant.files.suite import builtin_suites
from meant.interop.contract import FORMATS, LOGS
from meant.interop.huggingface import source_of
from meant.interop.importing import import_dataset, import_format

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="import")
@click.argument("table")
@click.option("--map", "mapping", type=_FILE, help="The mapping file: which column is which field.")
@click.option(
    "--format",
    "form",
    metavar="NAME",
    help=f"Or a known format: {', '.join(FORMATS.names())}; or another tool's log: {', '.join(LOGS.names())}.",
)
@click.option("--into", "folder", type=click.Path(path_type=Path), help="The suite folder to write; of a log, if any.")
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
@click.option("--system", metavar="NAME", help="Of a log: what to call the system. [default: as the log does]")
@click.option("--policy", help="Of a log: what to judge by. [default: the built-in policy]")
@click.option("--judge", "judges", multiple=True, metavar="JUDGE", help=f"Of a log: {JUDGE}")
@click.option("--store", type=_FILE, help=f"Of a log: where its run goes. [default: {STORE}]")
@json_option("the folder, how many cases and families, how many rows were skipped and why; of a log, the run as well")
def command(
    *,
    table: str,
    mapping: Path | None,
    form: str | None,
    folder: Path | None,
    against: tuple[str, ...],
    join_families: bool | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Turn TABLE into a suite, by a mapping file or as a known format; or another tool's log into a run.

    TABLE is a file (.jsonl or .csv; a format may read others), or, with a mapping file, a Hugging Face data set:
    hf:ORG/NAME[/CONFIG][:SPLIT], or a folder[:SPLIT] of one.

    Near-duplicates across the wall between train or dev and gate are joined into one family or refused; where anything
    is wrong, nothing is written. A log's answers are judged again; what its own judges said is kept beside that.
    """
    settings = {name: said for name, said in given.items() if said not in (None, ())}
    if (mapping is None) == (form is None):
        raise click.UsageError("give exactly one of --map and --format")
    if mapping and settings:
        raise click.UsageError(f"--{next(iter(settings)).rstrip('s')} goes with --format")
    if form is not None and form not in (known := [*FORMATS.names(), *LOGS.names()]):
        raise PluginError(f"no format named {form!r}", f"{did_you_mean(form, known)}there are: {', '.join(known)}")
    join = form is not None if join_families is None else join_families
    near = against or tuple(builtin_suites())
    if form in LOGS.names():
        return import_run(Path(table), form, folder, near, join=join, as_json=as_json, settings=settings)
    if strange := next((name for name in ("system", "policy", "judges", "store") if name in settings), None):
        raise click.UsageError(f"--{strange.rstrip('s')} goes with a log: {', '.join(LOGS.names())}")
    if folder is None:
        raise click.UsageError("name the suite folder to write with --into")
    _tell(_imported(table, mapping, form, Into(folder, near, join), settings), as_json=as_json)
    return 0


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
    talk().print(f"{cases_in(written.cases, written.families)}: {written.folder}", soft_wrap=True)
    if written.joined:
        talk().print(f"{written.joined} took the family of a near-duplicate", soft_wrap=True)
    for reason, count in written.skipped.items():
        talk().print(f"{count} skipped: {reason}", soft_wrap=True, markup=False)
