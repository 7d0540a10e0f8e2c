"""An Exam: cases that another tool brings, asks and scores itself, beside our suites, in the same run.

Its rule: every system of a run sits the same exam, so that the cases are paired; what comes of it counts in a Profile
like any other cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from meant.core.errors import ConfigError
from meant.core.policy import Policy
from meant.core.record import JudgeRecord, RunRecord
from meant.core.system import System
from meant.core.verdict import Verdict
from meant.engine.ask import Asking
from meant.engine.progress import Progress
from meant.measure.cell import Cell
from meant.store.sqlite import Store


@dataclass(frozen=True)
class Sat:
    """What one system did in one exam."""

    cells: Sequence[Cell]
    suites: Mapping[str, str]
    """Name to version, of the suites that the cells' cases belong to."""
    judges: Sequence[JudgeRecord]
    versions: Mapping[str, str]
    """Of the other tool."""
    beside: Sequence[Verdict] = ()
    """What else was said of the replies: kept, and counted in no figure."""


class Terms(NamedTuple):
    """How a run asks."""

    policy: Policy
    asking: Asking
    store: Store
    progress: Progress


class Exam(Protocol):
    """Asks and scores."""

    async def sit(self, system: System, terms: Terms) -> Sat:
        """The system's cells. Raises ConfigError where the exam cannot be held; a lost reply is a cell of "error"."""
        ...


async def examining(systems: Sequence[System], exams: Sequence[Exam], terms: Terms) -> Mapping[str, Sat]:
    """What each system did in all exams, by its name. Raises ConfigError for two exams of one name."""
    return {system.name: whole([await exam.sit(system, terms) for exam in exams]) for system in systems}


def examined(record: RunRecord, sat: Mapping[str, Sat]) -> RunRecord:
    """The run's record, with what the exams brought."""
    suites, versions, judges = dict(record.suites), dict(record.versions), {j.name: j for j in record.judges}
    for one in sat.values():
        suites |= one.suites
        versions |= one.versions
        for judge in one.judges:
            known = judges.get(judge.name, judge)
            judges[judge.name] = known.model_copy(update={"asks": tuple(dict.fromkeys((*known.asks, *judge.asks)))})
    return record.model_copy(update={"suites": suites, "versions": versions, "judges": tuple(judges.values())})


def notes_on_exams(system: str, cells: Sequence[Cell], record: RunRecord) -> Iterator[str]:
    """Whether a task's scorer asked the very system that it scores."""
    scorers = {cell.verdict.judge for cell in cells if cell.case.expect == "scored"}
    for judge in record.judges:
        if judge.name in scorers and system in judge.asks:
            yield f"{system}: {judge.name} asked the very system that it scores; let the task's arguments name another"


def whole(each: Sequence[Sat]) -> Sat:
    """Several as one. Raises ConfigError for two of one name, whose figures would be mixed up."""
    names = [name for one in each for name in one.suites]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ConfigError(f"two exams are called {twice}; run them one after the other")
    return Sat(
        cells=[cell for one in each for cell in one.cells],
        suites={name: version for one in each for name, version in one.suites.items()},
        judges=[judge for one in each for judge in one.judges],
        versions={name: version for one in each for name, version in one.versions.items()},
        beside=[verdict for one in each for verdict in one.beside],
    )
