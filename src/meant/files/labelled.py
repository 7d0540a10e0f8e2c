"""Replies with people's labels, as a file: JSON Lines, or a table.

A line of JSON is `{"case": {...}, "reply": "...", "labels": {"ann": "pass"}}`, where `case` has the fields of a line of
`cases.jsonl`. A CSV has the columns `prompt`, `reply`, `expect`, `principle` and one a rater, `label:NAME`, or `label`
for people without a name; an empty cell is no label. In both `name` is by default a hash of what was asked, `family`
the name, and `system` may say who replied. Its rule: all faults come at once, and nothing is read of a file with one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from meant.core.base import Value, content_id
from meant.core.case import Case
from meant.core.errors import Fault, FileFaults, did_you_mean
from meant.core.label import Labelled
from meant.core.labelled import LabelledReply
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.files.faults import faults_of
from meant.files.jsonl import Record, read_jsonl
from meant.files.placed import Placed, bad_regexes
from meant.files.positions import whole_file
from meant.files.suite import parse_case
from meant.files.table import Row, read_rows

SUITE: Final = "labelled"
AT: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When every reply of a file was complete: nobody knows, and what is read twice must be the same twice."""
PEOPLE: Final = "people"
_NEEDED, _OWN = ("prompt", "reply", "expect", "principle"), ("name", "family", "system")
_LABEL, _SLICE = "label:", "slice:"


class LabelledLine(Value):
    """One line."""

    case: Mapping[str, Any]
    """The fields of a case, as in `cases.jsonl`."""
    reply: str
    labels: Mapping[str, Labelled]
    """What each rater says, by the rater's name."""
    system: str = "somebody"
    """Who replied, by name: so that a judge's liking for its own model's replies can be seen."""


class _Read(NamedTuple):
    """A line of either form as a record of a LabelledLine."""

    record: Record
    line: LabelledLine


def read_labelled(path: Path) -> list[LabelledReply]:
    """The labelled replies. Raises FileFaults with everything that is wrong."""
    faults: list[Fault] = []
    records = _table(path, faults) if path.suffix == ".csv" else _lines(path, faults)
    read = [found for record in records if (found := _line(record, path, faults)) is not None]
    placed = [(r.line, case) for r in read if (case := _case(r, path, faults)) is not None]
    faults += bad_regexes([case for _, case in placed])
    if not placed and not faults:
        faults.append(whole_file(path, "holds no labelled reply", "add one a line"))
    if faults:
        raise FileFaults(sorted(faults, key=lambda f: (f.line, f.column)))
    return list(_items(placed))


def _lines(path: Path, faults: list[Fault]) -> list[Record]:
    if path.suffix != ".jsonl":
        raise FileFaults([whole_file(path, f"cannot read labels from {path.suffix or 'this'}", _FORMS)])
    return list(read_jsonl(path, faults))


_FORMS = "give a .jsonl or a .csv file, a run's id, or `store`"


def _table(path: Path, faults: list[Fault]) -> list[Record]:
    rows = read_rows(path, faults)
    if rows and (amiss := list(_columns(path, list(rows[0].data)))):
        faults += amiss
        return []
    return [Record(row.line, "", _of_row(row)) for row in rows]


def _columns(path: Path, given: Sequence[str]) -> Iterator[Fault]:
    """What is wrong with a table's header."""
    valid = (*_NEEDED, *_OWN, "label", f"{_LABEL}NAME", f"{_SLICE}NAME")
    for name in _NEEDED:
        if name not in given:
            yield Fault(str(path), 1, 0, name, "", "no such column", f"{did_you_mean(name, given)}add it to the header")
    for name in given:
        prefix, _, rest = name.partition(":")
        if name not in valid[:-2] and not (f"{prefix}:" in (_LABEL, _SLICE) and rest.strip()):
            remedy = f"{did_you_mean(name, valid)}valid here: {', '.join(valid)}"
            yield Fault(str(path), 1, 0, name, "", "unknown column", remedy)
    if not any(name == "label" or name.startswith(_LABEL) for name in given):
        yield Fault(str(path), 1, 0, "", "", "no column holds labels", f"add `label`, or `{_LABEL}NAME` for each rater")


def _of_row(row: Row) -> dict[str, Any]:
    """The row as the object that a line of JSON would hold."""
    data = {name: value for name, value in row.data.items() if value != "" or name in _NEEDED}
    named = {name.removeprefix(_LABEL): value for name, value in data.items() if name.startswith(_LABEL)}
    labels = named | ({PEOPLE: data["label"]} if "label" in data else {})
    slices = {name.removeprefix(_SLICE): value for name, value in data.items() if name.startswith(_SLICE)}
    case = {name: data[name] for name in ("prompt", "expect", "principle", "name", "family") if name in data}
    line = {"case": case | ({"slices": slices} if slices else {}), "reply": data["reply"], "labels": labels}
    return line | ({"system": data["system"]} if "system" in data else {})


def _line(record: Record, path: Path, faults: list[Fault]) -> _Read | None:
    try:
        return _Read(record, LabelledLine.model_validate(record.data))
    except ValidationError as error:
        faults += faults_of(error.errors(), model=LabelledLine, file=str(path), place=record.place)
        return None


def _case(read: _Read, path: Path, faults: list[Fault]) -> Placed | None:
    data = dict(read.line.case)
    data.setdefault("name", content_id([data.get("prompt"), data.get("turns")])[:10])
    data.setdefault("family", data["name"])
    return parse_case(read.record._replace(data=data), suite=SUITE, file=path, faults=faults)


def _items(placed: Iterable[tuple[LabelledLine, Placed]]) -> Iterator[LabelledReply]:
    """Equal replies on several lines are several items: `repeat` tells them apart."""
    seen = Counter[tuple[str, str, str]]()
    for line, one in placed:
        key = (one.case.id, line.system, line.reply)
        yield LabelledReply(one.case, _said(line, one.case, repeat=seen[key]), line.labels)
        seen[key] += 1


def _said(line: LabelledLine, case: Case, *, repeat: int) -> Transcript:
    turns = (*case.turns, Turn(role="assistant", text=line.reply))
    return Transcript(case=case.id, system=line.system, fingerprint="given", turns=turns, at=AT, repeat=repeat)
