"""What a format is: how the rows of another project's data set become cases.

Its rule: a row becomes a case that says the same, or it is left out for a reason that is counted; nothing is
approximated in silence. A row that cannot be what the format says is a fault, and then nothing is written.
To add one: a module in `formats/` that ends in `PLUGIN = TheClass`, and a test with `meant.testing.check_format`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

from meant.core.errors import Fault
from meant.files.table import Row
from meant.plugins import Kind


@dataclass(frozen=True)
class About:
    """What the new suite's card says of the data set."""

    title: str
    source: str
    """The paper, as in "Röttger et al. 2024, arXiv:2308.01263"."""
    purpose: str
    limits: str
    """What the data set cannot show, and what this reading of it leaves out."""


class Skip(NamedTuple):
    """A row that is left out."""

    reason: str


Fields = dict[str, Any]
"""A line of `cases.jsonl`. `name` is by default a hash of the prompt, `family` the format and the name."""


class Format(Protocol):
    """Reads one kind of file. Settings are its dataclass's fields; `principle` is one of them."""

    about: ClassVar[About]

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """The file's rows; what cannot be read goes to `faults`. FileFaults where nothing can."""
        ...

    def case(self, row: Row, *, file: Path) -> Fields | Skip:
        """One row. Raises BadCell where it is not what the format says."""
        ...


FORMATS: Kind[Format] = Kind(name="format", folder="meant.interop.formats", method="case")
