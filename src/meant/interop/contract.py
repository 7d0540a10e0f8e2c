"""What a format is, and what a log: how the rows of another project's data set, or of another tool's run, come in.

Their rule: a row becomes a case that says the same, or it is left out for a reason that is counted; nothing is
approximated in silence. A row that cannot be what the format says is a fault, and then nothing is written.
To add one: a module in `formats/` or `logs/` that ends in `PLUGIN = TheClass`, and a test with
`meant.testing.check_format` or `check_log`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

from meant.core.case import Case
from meant.core.errors import Fault
from meant.core.record import RunRecord
from meant.core.system import Usage
from meant.core.turn import Turn
from meant.core.verdict import Outcome, Verdict
from meant.files.table import Row
from meant.measure.cell import Cell
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


class Said(NamedTuple):
    """What another tool's judge said of one answer: kept and compared, never counted."""

    judge: str
    """Its own name after the tool's, as in `garak/mitigation.MitigationBypass`."""
    outcome: Outcome
    """`error`: it gave no verdict; `unsure`: it gave one of which the log does not tell what is right."""
    score: float | None = None
    why: str = ""


@dataclass(frozen=True)
class Exchange:
    """One row of a log: a case, whom it was asked, what came back, and what was said of that."""

    system: str
    turns: tuple[Turn, ...]
    """What was asked; the last turn is the user's. A system prompt stands in `prompt`."""
    reply: str | None
    """None: there was no answer, and `error` says why."""
    case: Fields
    """`expect` and what belongs to it. `family` is by default a hash of the turns."""
    error: str | None = None
    prompt: str = ""
    said: tuple[Said, ...] = ()
    usage: Usage = field(default_factory=Usage)
    at: datetime | None = None
    """When the answer was complete; None where the log does not say."""


class Log(Protocol):
    """Reads the results of one other tool. Settings are its dataclass's fields; `expect` is one of them."""

    about: ClassVar[About]

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """The file's rows; what cannot be read goes to `faults`. FileFaults where nothing can."""
        ...

    def exchanges(self, row: Row) -> Iterable[Exchange | Skip]:
        """What one row holds: one for each answer. Raises BadCell where the row is not what the tool writes."""
        ...


LOGS: Kind[Log] = Kind(name="log", folder="meant.interop.logs", method="exchanges")


@dataclass(frozen=True)
class Leaving:
    """What may leave: train and dev cases, and what one system of a run did with them."""

    title: str
    cases: Sequence[Case]
    run: RunRecord | None = None
    """None: the cases of a suite, which nobody was asked."""
    system: str = ""
    cells: Sequence[Cell] = ()
    theirs: Mapping[str, Sequence[Verdict]] = field(default_factory=dict)
    """What another tool's judges said, by transcript."""
    suffix: str = ""
    """Of the file that is to be written, as in `.eval`: for a tool whose formats go by it."""


class Left(NamedTuple):
    """What an exporter made of it."""

    content: bytes
    rows: int
    skipped: Mapping[str, int]
    """How many were left out, by reason."""


class Export(Protocol):
    """Writes for one other tool."""

    needs_run: ClassVar[bool]
    """Whether cases alone are not enough."""

    def export(self, leaving: Leaving) -> Left:
        """The file's text."""
        ...


EXPORTS: Kind[Export] = Kind(name="export", folder="meant.interop.exports", method="export")
