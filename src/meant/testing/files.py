"""What a reader of another tool's files must keep: a format of cases, a log of runs."""

from pathlib import Path

from meant.core.errors import Fault, FileFaults
from meant.files.suite import parse_case
from meant.interop.contract import Format, Log
from meant.interop.importing import read_as
from meant.interop.log_reading import read_log
from meant.testing.asking import must


def check_format(form: Format, *, good: Path, bad: Path) -> None:
    """A format's contract. `good` is a file of which at least one row becomes a case, `bad` one with a fault.

    Nothing is written. Reading is repeatable, every row is a case or is left out for a reason, and a fault names the
    file and a remedy.
    """
    about = form.about
    must(all((about.title, about.source, about.purpose, about.limits)), "`about` leaves something out")
    read = read_as(form, "theirs", good)
    must(not read.faults, f"faults in the good file: {[str(f) for f in read.faults]}")
    must(bool(read.rows), "no row of the good file became a case")
    must(read == read_as(form, "theirs", good), "two readings of one file differ")
    must(all(read.skipped), "a row is left out without a reason")
    faults: list[Fault] = []
    for record in read.rows:
        parse_case(record, suite="s", file=good, faults=faults)
    must(not faults, f"rows that are no cases: {[str(f) for f in faults]}")
    faults = _faults(form, bad)
    must(bool(faults), "no fault in the bad file")
    must(all(f.file == str(bad) and f.problem and f.remedy for f in faults), "a fault lacks file, problem or remedy")


def check_log(log: Log, *, good: Path, bad: Path) -> None:
    """A log's contract. `good` is a file with at least one answer, `bad` one with a fault.

    Nothing is written. Reading is repeatable, every case can be one, an answer is there or the reason why not, a judge
    speaks once of each, and a fault names the file and a remedy.
    """
    about = log.about
    must(all((about.title, about.source, about.purpose, about.limits)), "`about` leaves something out")
    read, exchanges = read_log(log, good, name="theirs")
    must(not read.faults, f"faults in the good file: {[str(f) for f in read.faults]}")
    must(bool(exchanges), "no answer in the good file")
    must((read, exchanges) == read_log(log, good, name="theirs"), "two readings of one file differ")
    must(all(read.skipped), "a row is left out without a reason")
    faults: list[Fault] = []
    for record in read.rows:
        parse_case(record, suite="s", file=good, faults=faults)
    must(not faults, f"rows that are no cases: {[str(f) for f in faults]}")
    for exchange in exchanges:
        must((exchange.reply is None) == bool(exchange.error), f"neither an answer nor why not, or both: {exchange}")
        judges = [said.judge for said in exchange.said]
        must(len(set(judges)) == len(judges), f"a judge speaks twice of one answer: {judges}")
        must(all("/" in judge for judge in judges), f"a judge's name lacks its tool's: {judges}")
    try:
        faults = read_log(log, bad, name="theirs")[0].faults
    except FileFaults as error:
        faults = list(error.faults)
    must(bool(faults), "no fault in the bad file")
    must(all(f.file == str(bad) and f.problem and f.remedy for f in faults), "a fault lacks file, problem or remedy")


def _faults(form: Format, file: Path) -> list[Fault]:
    try:
        return read_as(form, "theirs", file).faults
    except FileFaults as error:
        return list(error.faults)
