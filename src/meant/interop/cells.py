"""What formats share: tables whose columns are known, and reading their cells. Raises BadCell with the remedy."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from meant.core.errors import ConfigError, Fault, FileFaults, did_you_mean
from meant.files.table import BadCell, Row, read_rows

T = TypeVar("T")


def table(file: Path, columns: Sequence[str], faults: list[Fault]) -> list[Row]:
    """Rows of a `.csv` or `.jsonl` file that has these columns; FileFaults where the first row lacks one."""
    rows = read_rows(file, faults)
    if rows and (missing := [c for c in columns if c not in rows[0].data]):
        raise FileFaults([_no_column(file, c, rows[0], set(_names(rows[0])) - {*columns}) for c in missing])
    return rows


def _names(row: Row) -> list[str]:
    return [str(name) for name in row.data]


def _no_column(file: Path, column: str, row: Row, unknown: Iterable[str]) -> Fault:
    hint = did_you_mean(column, sorted(unknown))
    remedy = f"{hint}this format needs it; the file has: {', '.join(_names(row))}"
    return Fault(str(file), row.line, 0, column, "", "no such column", remedy)


def value(row: Row, column: str) -> Any:
    """The cell as it is."""
    if column not in row.data:
        raise BadCell(column, "", "no such column", f"the row has: {', '.join(_names(row))}")
    return row.data[column]


def text(row: Row, column: str) -> str:
    """A text with something in it."""
    found = value(row, column)
    if not isinstance(found, str) or not found.strip():
        raise BadCell(column, found, "holds no text", "fill it in, or remove the row")
    return found


def choice(row: Row, column: str, choices: Mapping[str, T]) -> T:
    """What the text stands for."""
    found = text(row, column).strip()
    if found not in choices:
        remedy = f"{did_you_mean(found, choices)}it is one of: {', '.join(choices)}"
        raise BadCell(column, found, "not a value of this format", remedy)
    return choices[found]


def slices(row: Row, columns: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Labels from columns that are there and not empty: pairs of the label's name and the column's."""
    found = ((name, row.data.get(column)) for name, column in columns)
    return {name: str(cell).strip() for name, cell in found if cell is not None and str(cell).strip()}


def slug(words: str) -> str:
    """The text in lower case, its words joined by "-"; "" where it holds none."""
    return "-".join(re.findall(r"[a-z0-9]+", words.lower()))


Side = Literal["refuse", "comply"]


def side_of(file: Path, sides: Mapping[str, Side], chosen: Side | None) -> Side:
    """Which side a whole file is on: as chosen, else by a word in its name. ConfigError where neither tells."""
    found = {side for word, side in sides.items() if word in file.name.lower()}
    if chosen is None and len(found) != 1:
        words = ", ".join(f"{word!r}" for word in sides)
        raise ConfigError(f"{file}: its name holds none of {words}; say what is right with --expect refuse or comply")
    return chosen or found.pop()
