"""From a file in a known format, or a Hugging Face data set, to a suite folder.

Its rule: the card says where the rows came from and what was left out; the figures of a suite are worth no more.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from meant.core.base import content_id
from meant.core.errors import ConfigError, Fault
from meant.files.importing import Imported, Into, Read, fresh, import_rows, write_suite
from meant.files.jsonl import Record
from meant.files.table import BadCell, CardText, Row
from meant.interop.cells import slug
from meant.interop.contract import FORMATS, About, Fields, Format, Skip
from meant.interop.huggingface import Load, dataset_rows

REPEATED = "repeats an earlier row"
_PUBLIC = "The rows are public: a model may have been trained on them."


def import_format(
    file: Path, name: str, into: Into, *, settings: Mapping[str, str] | None = None, licence: str | None = None
) -> Imported:
    """Write the file's rows, read as the format `name` with these settings, as a new suite.

    The suite is called after the folder. Raises FileFaults with everything that is wrong, ConfigError where the
    folder exists or cannot name a suite, and PluginError for an unknown format or setting.
    """
    form = FORMATS.build({"use": name, **(settings or {})})
    card_name = suite_name(fresh(into).folder)
    read = read_as(form, name, file)
    return write_suite(card_of(form.about, name, card_name, read, licence), read, into)


def import_dataset(source: str, mapping: Path, into: Into, *, load: Load | None = None) -> Imported:
    """Write the rows of a Hugging Face data set as a new suite, by a mapping file.

    The source is `hf:ORG/NAME[/CONFIG][:SPLIT]`, or a folder[:SPLIT]. Raises what `import_table` raises, and
    MissingExtra without the library.
    """
    fresh(into)
    return import_rows(dataset_rows(source, load=load), mapping, into, file=Path(source), faults=[])


def read_as(form: Format, name: str, file: Path) -> Read:
    """The file's rows as records of `cases.jsonl`, what is wrong with them, and how many were left out, and why."""
    faults, skipped = list[Fault](), Counter[str]()
    records, seen = list[Record](), set[str]()
    for row in form.rows(file, faults):
        try:
            case = form.case(row, file=file)
        except BadCell as bad:
            faults.append(bad.fault(row, file))
            continue
        record = case if isinstance(case, Skip) else _record(row, case, name)
        said = "" if isinstance(record, Skip) else _said(record)
        if isinstance(record, Skip) or said in seen:
            skipped[record.reason if isinstance(record, Skip) else REPEATED] += 1
        else:
            records.append(record)
            seen.add(said)
    return Read(file, records, faults, dict(skipped.most_common()))


def _record(row: Row, case: Fields, name: str) -> Record:
    """The case with what no format has to say again."""
    named = {"name": content_id(case["prompt"])[:10], "origin": "imported", **case}
    return Record(row.line, "", {"family": f"{name}/{named['name']}", **named})


def _said(record: Record) -> str:
    """Equal where two rows say the same, their slices aside."""
    return content_id({key: part for key, part in record.data.items() if key != "slices"})


def suite_name(folder: Path) -> str:
    """The folder's name in words joined by "-". Raises ConfigError where it holds none."""
    name = slug(folder.resolve().name)
    if not name:
        raise ConfigError(f"{folder}: no suite can be called that; name the folder with letters or digits")
    return name


def card_of(about: About, form: str, name: str, read: Read, licence: str | None) -> CardText:
    """What the suite's card says of where its rows came from."""
    digest = hashlib.sha256(read.file.read_bytes()).hexdigest()[:16]
    left = "; ".join(f"{count} left out: {reason}" for reason, count in read.skipped.items())
    made = (
        f"Imported from {read.file.name} (SHA-256 {digest}...) in the format {form}: {about.title} ({about.source}). "
        f"{len(read.rows)} rows became cases; {left or 'none was left out'}."
    )
    return CardText(
        name=name,
        purpose=about.purpose,
        made=made,
        limits=f"{about.limits} {_PUBLIC}",
        licence=licence or f"see source: {about.source}",
    )
