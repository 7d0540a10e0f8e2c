"""JSON Lines with positions: each record knows its line, and a fault points at the field in it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.errors import Fault
from meant.files.positions import Loc, Place, read_text


class Record(NamedTuple):
    """One line: its number (1-based), its text and its parsed object."""

    line: int
    text: str
    data: dict[str, Any]

    def place(self, loc: Loc) -> Place:
        """Where the key of `loc` stands in the line; the nearest key above it where it is missing."""
        for part in reversed(loc):
            at = self.text.find(f'"{part}"') if isinstance(part, str) else -1
            if at >= 0:
                return Place(self.line, at + 1)
        return Place(self.line, 1)


def read_jsonl(path: Path, faults: list[Fault]) -> Iterator[Record]:
    """Each non-blank line that is a JSON object; the others are added to `faults`."""
    for number, text in enumerate(read_text(path).split("\n"), start=1):
        if not text.strip():
            continue
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            problem = f"not valid JSON: {error.msg}"
            faults.append(Fault(str(path), number, error.colno, "", "", problem, "one JSON object a line"))
            continue
        if isinstance(data, dict):
            yield Record(number, text, data)
        else:
            faults.append(Fault(str(path), number, 1, "", text[:40], "not a JSON object", "one JSON object a line"))
