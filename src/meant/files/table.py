"""Rows of other people's files, JSONL or CSV, made into cases by a mapping file.

A mapping says, for each field of a case, where it comes from: a column by its name, or one of
`{value: x}` (the same everywhere), `{column: c, map: {a: b}}`, `{column: c, split: ";"}`, `{template: "x/{id}"}`.
Fields inside `slices`, `answer` are mapped one by one. In JSONL a column may be a path, as in `meta.label`.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field, ValidationError, model_validator

from meant.core.base import Value, content_id, wrong
from meant.core.errors import Fault, FileFaults, did_you_mean
from meant.core.policy import Identifier, Text
from meant.files.faults import faults_of, shown
from meant.files.jsonl import Record, read_jsonl
from meant.files.positions import read_text, read_yaml, whole_file


class Source(Value):
    """Where one field comes from."""

    column: str | None = None
    value: Any = None
    template: str | None = None
    map: Mapping[str, Any] | None = None
    """From the column's text to the field's value; a text that is not in it is a fault."""
    split: Annotated[str, Field(min_length=1)] | None = None
    """Cut the column's text into a list at this."""

    @model_validator(mode="after")
    def _one_source(self) -> "Source":
        if (self.column is not None) + (self.value is not None) + (self.template is not None) != 1:
            raise wrong("needs exactly one of column, value and template", "give one of the three")
        return self


FieldSource = str | Source

_COLUMN = re.compile(r"\{([^{}]+)\}")


class Fields(Value):
    """The fields of a case."""

    prompt: FieldSource
    expect: FieldSource
    principle: FieldSource
    name: FieldSource | None = None
    """Default: a hash of the row's prompt."""
    family: FieldSource | None = None
    """Default: the suite and the name."""
    dimension: FieldSource | None = None
    slices: Mapping[str, FieldSource] = {}
    answer: Mapping[str, FieldSource] | None = None


class CardText(Value):
    """What the new suite's card says."""

    name: Identifier
    version: Text = "1"
    purpose: Text
    made: Text
    limits: Text
    licence: Text


class Mapped(Value):
    """A mapping file."""

    suite: CardText
    fields: Fields


class Row(NamedTuple):
    """One row and its line in the file."""

    line: int
    data: Mapping[str, Any]


class BadCell(Exception):
    """What stands in a row's column cannot be used."""

    def __init__(self, column: str, value: Any, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.column, self.value, self.problem, self.remedy = column, shown(value), problem, remedy

    def fault(self, row: Row, file: Path) -> Fault:
        """The same, with its place."""
        return Fault(str(file), row.line, 0, self.column, self.value, self.problem, self.remedy)


def read_mapping(path: Path) -> Mapped:
    """The mapping file. Raises FileFaults with everything that is wrong with it."""
    source = read_yaml(path)
    try:
        return Mapped.model_validate(source.data)
    except ValidationError as error:
        faults = faults_of(error.errors(), model=Mapped, file=str(path), place=source.place)
        raise FileFaults(faults) from None


def read_rows(path: Path, faults: list[Fault]) -> list[Row]:
    """Rows of a `.csv` or `.jsonl` file; broken ones go to `faults`."""
    if path.suffix == ".csv":
        return list(_csv_rows(path, faults))
    if path.suffix == ".jsonl":
        return [Row(r.line, r.data) for r in read_jsonl(path, faults)]
    raise FileFaults([whole_file(path, f"cannot import {path.suffix or 'this'}", "give a .csv or a .jsonl file")])


def case_record(row: Row, mapped: Mapped, *, file: Path, faults: list[Fault]) -> Record | None:
    """A row as a record of `cases.jsonl`; what cannot be mapped goes to `faults`."""
    try:
        data = _fields(row.data, mapped)
    except BadCell as bad:
        faults.append(bad.fault(row, file))
        return None
    return Record(row.line, "", data)


def _fields(row: Mapping[str, Any], mapped: Mapped) -> dict[str, Any]:
    fields = mapped.fields
    data: dict[str, Any] = {}
    for key in ("prompt", "expect", "principle", "name", "family", "dimension"):
        source = getattr(fields, key)
        if source is not None:
            data[key] = _value(row, source)
    data.setdefault("name", content_id(str(data["prompt"]))[:10])
    data.setdefault("family", f"{mapped.suite.name}/{data['name']}")
    if fields.slices:
        data["slices"] = {key: str(_value(row, source)) for key, source in fields.slices.items()}
    if answer := _answer(row, fields.answer or {}):
        data["answer"] = answer
    return data | {"origin": "imported"}


def _answer(row: Mapping[str, Any], sources: Mapping[str, FieldSource]) -> dict[str, Any]:
    """What the row has of an answer; a single accepted text needs no list."""
    values = {key: _value(row, source) for key, source in sources.items()}
    given = {key: value for key, value in values.items() if value not in (None, "", [])}
    return {key: [value] if key == "accept" and isinstance(value, str) else value for key, value in given.items()}


def _value(row: Mapping[str, Any], source: FieldSource) -> Any:
    if isinstance(source, str):
        return _column(row, source)
    if source.template is not None:
        return _COLUMN.sub(lambda hole: str(_column(row, hole[1])), source.template)
    if source.column is None:
        return source.value
    value = _column(row, source.column)
    if source.map is not None:
        if str(value) not in source.map:
            remedy = f"add it to the mapping's `map:`; it has: {', '.join(source.map)}"
            raise BadCell(source.column, value, "this value is not mapped", remedy)
        return source.map[str(value)]
    return [part.strip() for part in str(value).split(source.split) if part.strip()] if source.split else value


def _column(row: Mapping[str, Any], name: str) -> Any:
    if name in row:
        return row[name]
    node: Any = row
    for part in name.split("."):
        if not isinstance(node, Mapping) or part not in node:
            remedy = f"{did_you_mean(name, row)}the row has: {', '.join(map(str, row))}"
            raise BadCell(name, "", "no such column", remedy)
        node = node[part]
    return node


def _csv_rows(path: Path, faults: list[Fault]) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        for data in reader:
            if None in data or None in data.values():
                problem = f"does not have the header's {len(reader.fieldnames or ())} columns"
                faults.append(Fault(str(path), reader.line_num, 0, "", "", problem, "quote commas and line breaks"))
            else:
                yield Row(reader.line_num, data)
    except csv.Error as error:
        remedy = "correct the quotes of the row that begins here"
        faults.append(Fault(str(path), reader.line_num + 1, 0, "", "", f"not valid CSV: {error}", remedy))
