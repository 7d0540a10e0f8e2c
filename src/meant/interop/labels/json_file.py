"""JSON files of labelling tools: one list of records, each with its line, and fields that must be of a kind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from meant.core.errors import Fault, FileFaults
from meant.files.faults import shown
from meant.files.positions import read_text, whole_file
from meant.interop import json_lists

Entry = tuple[int, str, dict[str, Any]]
"""Line, place, record."""


def entries(file: Path, faults: list[Fault], *, tool: str) -> Iterator[Entry]:
    """The records of the list that the file is. Raises FileFaults where it is none."""
    source = read_text(file)
    whole = json_lists.whole(file, source)
    if not isinstance(whole, list):
        raise FileFaults([whole_file(file, "not a list of records", f"give the JSON that {tool} exports")])
    for number, row in enumerate(json_lists.rows(file, source, None, whole, faults)):
        yield row.line, f"[{number}]", dict(row.data)


class Reading:
    """One record: what is of the wrong kind goes to `faults`, with its place."""

    def __init__(self, file: Path, line: int, faults: list[Fault]) -> None:
        self._file, self._line, self._faults = str(file), line, faults

    def objects(self, value: Any, where: str) -> list[dict[str, Any]]:
        """A list of objects; what is none is a fault, and left out."""
        if not isinstance(value, list):
            self.fault(where, value, "not a list", "give the tool's export as it is")
            return []
        for number, one in enumerate(value):
            if not isinstance(one, dict):
                self.fault(f"{where}[{number}]", one, "not an object", "give the tool's export as it is")
        return [one for one in value if isinstance(one, dict)]

    def object(self, value: Any, where: str) -> dict[str, Any]:
        """An object; empty where it is none, which is a fault."""
        if not isinstance(value, dict):
            self.fault(where, value, "not an object", "give the tool's export as it is")
            return {}
        return value

    def fault(self, where: str, value: Any, problem: str, remedy: str) -> None:
        """One more."""
        self._faults.append(Fault(self._file, self._line, 0, where, shown(value), problem, remedy))
