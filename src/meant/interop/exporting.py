"""A run or a suite into another tool's file. Its rule: no gate case ever leaves, whatever a store or a suite holds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from meant.core.errors import ConfigError
from meant.core.verdict import Verdict
from meant.files.atomic import check_writable, write_bytes
from meant.files.suite import CARD, builtin_suites, load_suite
from meant.interop.contract import EXPORTS, Leaving
from meant.loop.measured import stored
from meant.store.sqlite import Store


class Exported(NamedTuple):
    """What was written."""

    file: Path
    rows: int
    skipped: Mapping[str, int]


def export(source: str, form: str, file: Path, *, store: Path, system: str | None = None) -> Exported:
    """Write a run (as for `Store.run`), or a suite (a folder or a built-in name), in the format.

    Raises ConfigError where the source, or one system of it, is not to be told, and PluginError for the format.
    """
    exporter = EXPORTS.build({"use": form})
    if file.exists():
        raise ConfigError(f"nothing written, since {file} exists; name a new file")
    if source in builtin_suites() or (Path(source) / CARD).is_file():
        if exporter.needs_run:
            raise ConfigError(f"{form} is written of a run, and {source} is a suite; `meant runs list` names the runs")
        leaving = _suite(source)
    else:
        with Store(store, must_exist=True) as opened:
            leaving = _run(opened, source, system)
    left = exporter.export(replace(leaving, suffix=file.suffix))
    if not left.rows:
        reasons = "; ".join(f"{reason}: {count}" for reason, count in left.skipped.items()) or "no train or dev case"
        raise ConfigError(f"nothing of {source} can be written as {form} ({reasons}); name another source or format")
    check_writable(file)
    write_bytes(file, left.content)
    return Exported(file, left.rows, left.skipped)


def _suite(source: str) -> Leaving:
    suite = load_suite(source)
    return Leaving(f"{suite.card.name} {suite.card.version}", suite.book.for_measuring())


def _run(store: Store, source: str, system: str | None) -> Leaving:
    measured = stored(store, source)
    run, name = measured.record, _one([*measured.cells], system, measured.record.id)
    cells = [cell for cell in measured.cells[name] if cell.case.split != "gate"]
    cases = list({cell.case.id: cell.case for cell in cells}.values())
    theirs = dict[str, list[Verdict]]()
    for verdict in store.foreign(run.id, name):
        theirs.setdefault(verdict.transcript, []).append(verdict)
    return Leaving(f"run {run.id}", cases, run=run, system=name, cells=cells, theirs=theirs)


def _one(systems: Sequence[str], chosen: str | None, run: str) -> str:
    if chosen in systems or (chosen is None and len(systems) == 1):
        return chosen or systems[0]
    if not systems:
        raise ConfigError(f"run {run} was not finished; start it again with `meant eval`")
    problem = f"run {run} has no system {chosen!r}" if chosen else f"run {run} has several systems"
    raise ConfigError(f"{problem}; give --system one of: {', '.join(systems)}")
