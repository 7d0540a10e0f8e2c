"""From rows of somebody else's to a suite folder.

Its rule: everything or nothing. Nothing is written unless every row became a case (or was left out for a reason
that is counted) and no near-duplicates stand across the wall.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.case import Case
from meant.core.errors import ConfigError, Fault, FileFaults
from meant.files.atomic import write_text
from meant.files.cards import write_card
from meant.files.families import joined
from meant.files.jsonl import Record
from meant.files.placed import Placed, across_the_wall
from meant.files.positions import whole_file
from meant.files.scaffold import new_canary
from meant.files.suite import CARD, CASES, parse_case, read_cases
from meant.files.table import CardText, Row, case_record, read_mapping, read_rows


class Into(NamedTuple):
    """Where a new suite goes, and what it must be kept apart from."""

    folder: Path
    against: Sequence[str] = ()
    """Suites (folders or built-in names) across whose wall no row may have a near-duplicate."""
    join_families: bool = False
    """Near-duplicate rows get one family, hence one side of the wall, instead of being refused."""


class Read(NamedTuple):
    """What a table was read as."""

    file: Path
    rows: Sequence[Record]
    faults: list[Fault]
    skipped: Mapping[str, int] = {}
    """How many rows were left out, by reason."""


class Imported(NamedTuple):
    """What was written."""

    folder: Path
    cases: int
    families: int
    joined: int
    """Cases that took the family of a near-duplicate."""
    skipped: Mapping[str, int]


def import_table(
    table: Path, mapping: Path, folder: Path, *, against: Sequence[str] = (), join_families: bool = False
) -> Imported:
    """Write the table's rows as a new suite in `folder`, by a mapping file.

    Raises FileFaults with everything that is wrong, and ConfigError where the folder exists.
    """
    faults: list[Fault] = []
    into = fresh(Into(folder, against, join_families))
    return import_rows(read_rows(table, faults), mapping, into, file=table, faults=faults)


def import_rows(rows: Iterable[Row], mapping: Path, into: Into, *, file: Path, faults: list[Fault]) -> Imported:
    """The same for rows that were read from `file` in some other way; `faults` are those of reading."""
    mapped = read_mapping(mapping)
    records = [case_record(row, mapped, file=file, faults=faults) for row in rows]
    return write_suite(mapped.suite, Read(file, [r for r in records if r is not None], faults), into)


def fresh(into: Into) -> Into:
    """The same; ConfigError where the folder exists."""
    if into.folder.exists():
        raise ConfigError(f"nothing written, since {into.folder} exists; name a new folder")
    return into


def write_suite(card: CardText, read: Read, into: Into) -> Imported:
    """Check the rows as cases, then write card and cases. Raises FileFaults with everything that is wrong."""
    return checked(card, read, into).write(into.folder)


class Checked(NamedTuple):
    """Rows that are cases, with no near-duplicates across the wall. Nothing is written yet."""

    card: CardText
    read: Read
    """The rows with the families that they have now."""
    cases: Sequence[Case]
    """One a row, in order."""
    joined: int

    def write(self, folder: Path) -> Imported:
        """The suite."""
        _write(folder, self.card, self.read.rows)
        families = {case.family for case in self.cases}
        return Imported(folder, len(self.cases), len(families), self.joined, self.read.skipped)


def checked(card: CardText, read: Read, into: Into) -> Checked:
    """The rows as cases. Raises FileFaults with everything that is wrong."""
    file, rows, faults, skipped = read
    others = [p for suite in into.against for p in read_cases(suite, faults)[1]]
    if into.join_families:
        rows = joined(rows, [p.case for p in others])
    parsed = (parse_case(r, suite=card.name, file=file, faults=faults) for r in rows)
    placed = [p for p in parsed if p is not None]
    if not placed and not faults:
        faults.append(_nothing(file, skipped))
    faults += [*_names_twice(placed), *across_the_wall([*others, *placed])]
    if faults:
        raise FileFaults(sorted(faults, key=lambda f: (f.file, f.line, f.column)))
    moved = sum(new.data["family"] != old.data["family"] for new, old in zip(rows, read.rows, strict=True))
    return Checked(card, read._replace(rows=rows), [p.case for p in placed], moved)


def _nothing(file: Path, skipped: Mapping[str, int]) -> Fault:
    if not skipped:
        return whole_file(file, "holds no row", "add one")
    reasons = "; ".join(f"{reason}: {count}" for reason, count in skipped.items())
    return whole_file(file, f"no row can become a case ({reasons})", "check that this is the file you mean")


def _names_twice(placed: Sequence[Placed]) -> list[Fault]:
    first: dict[str, Placed] = {}
    faults = []
    for p in placed:
        other = first.setdefault(p.case.name, p)
        if other is not p:
            problem = f"the same name as line {other.record.line}"
            remedy = "remove the repeated row, or map `name` to a column that tells rows apart"
            faults.append(Fault(str(p.file), p.record.line, 0, "name", p.case.name, problem, remedy))
    return faults


def _write(folder: Path, card: CardText, rows: Sequence[Record]) -> None:
    """The card last: a folder without one is no suite, so a kill in between leaves nothing half read."""
    canary = new_canary()
    lines: list[dict[str, Any]] = [{"canary": canary}, *(row.data for row in rows)]
    write_text(folder / CASES, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    write_card(folder / CARD, {**card.model_dump(), "canary": canary})
