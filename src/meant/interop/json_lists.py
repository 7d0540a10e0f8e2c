"""JSON files that hold one long list: the whole, and on which line each entry of the list begins."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from meant.core.errors import Fault, FileFaults
from meant.files.table import Row

_BETWEEN = re.compile(r"[\s,]*")


def whole(file: Path, source: str) -> Any:
    """The parsed text. Raises FileFaults with the place of a syntax error."""
    try:
        return json.loads(source)
    except json.JSONDecodeError as error:
        fault = Fault(str(file), error.lineno, error.colno, "", "", f"not valid JSON: {error.msg}", "correct it here")
        raise FileFaults([fault]) from None


def rows(file: Path, source: str, key: str | None, entries: list[Any], faults: list[Fault]) -> Iterator[Row]:
    """Each entry of the list under `key`, with its line; what is no object goes to `faults`.

    None: the file itself is the list.
    """
    for number, (line, entry) in enumerate(zip(lines(source, key, len(entries)), entries, strict=True)):
        if isinstance(entry, dict):
            yield Row(line, entry)
        else:
            faults.append(
                Fault(str(file), line, 0, f"{key or ''}[{number}]", str(entry)[:40], "not a JSON object", "correct it")
            )


def lines(source: str, key: str | None, count: int) -> list[int]:
    """On which line each of `count` entries of the list under `key` begins; 0 for all where another list misleads."""
    found = [source.count("\n", 0, at) + 1 for at in _entries(source, key)]
    return found if len(found) == count else [0] * count


def _entries(source: str, key: str | None) -> Iterator[int]:
    found, decoder = re.search(r"\[" if key is None else rf'"{key}"\s*:\s*\[', source), json.JSONDecoder()
    at = found.end() if found else len(source)
    while (between := _BETWEEN.match(source, at)) and source[between.end() : between.end() + 1] not in ("]", ""):
        yield between.end()
        _, at = decoder.raw_decode(source, between.end())
