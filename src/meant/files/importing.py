"""From a table to a suite folder. Nothing is written unless every row became a case and none crosses the wall."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.compat import StringIO

from meant.core.errors import ConfigError, Fault, FileFaults
from meant.files.atomic import write_text
from meant.files.jsonl import Record
from meant.files.positions import whole_file
from meant.files.scaffold import new_canary
from meant.files.suite import CARD, CASES, Placed, across_the_wall, parse_case, read_cases
from meant.files.table import Mapped, case_record, read_mapping, read_rows
from meant.stats.near import near_duplicates


class Imported(NamedTuple):
    """What was written."""

    folder: Path
    cases: int
    families: int


def import_table(
    table: Path, mapping: Path, folder: Path, *, against: Sequence[str] = (), join_families: bool = False
) -> Imported:
    """Write the table's rows as a new suite in `folder`.

    `against` are suites (folders or built-in names) across whose wall no row may have a near-duplicate.
    `join_families` gives near-duplicate rows one family, hence one side of the wall. Raises FileFaults with
    everything that is wrong, and ConfigError where the folder exists.
    """
    if folder.exists():
        raise ConfigError(f"nothing written, since {folder} exists; name a new folder")
    mapped, faults = read_mapping(mapping), list[Fault]()
    records = [case_record(row, mapped, file=table, faults=faults) for row in read_rows(table, faults)]
    rows = [r for r in records if r is not None]
    if join_families:
        rows = _joined(rows)
    parsed = (parse_case(r, suite=mapped.suite.name, file=table, faults=faults) for r in rows)
    placed = [p for p in parsed if p is not None]
    if not placed and not faults:
        faults.append(whole_file(table, "holds no row", "add one"))
    others = [p for suite in against for p in read_cases(suite, faults)[1]]
    faults += [*_names_twice(placed), *across_the_wall([*others, *placed])]
    if faults:
        raise FileFaults(sorted(faults, key=lambda f: (f.file, f.line, f.column)))
    _write(folder, mapped, rows)
    return Imported(folder, len(placed), len({p.case.family for p in placed}))


def _joined(rows: Sequence[Record]) -> list[Record]:
    """The same rows, near-duplicates under the family of the first of them."""
    family = {i: str(row.data["family"]) for i, row in enumerate(rows)}
    for first, second, _ in near_duplicates([str(r.data["prompt"]) for r in rows]):
        old, new = family[second], family[first]
        family = {i: new if f == old else f for i, f in family.items()}
    return [r._replace(data={**r.data, "family": family[i]}) for i, r in enumerate(rows)]


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


def _write(folder: Path, mapped: Mapped, rows: Sequence[Record]) -> None:
    """The card last: a folder without one is no suite, so a kill in between leaves nothing half read."""
    canary = new_canary()
    lines: list[dict[str, Any]] = [{"canary": canary}, *(row.data for row in rows)]
    write_text(folder / CASES, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    card = StringIO()
    YAML().dump({**mapped.suite.model_dump(), "canary": canary}, card)
    write_text(folder / CARD, card.getvalue())
