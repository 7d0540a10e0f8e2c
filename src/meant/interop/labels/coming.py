"""Answers of a labelling tool into the store: everything or nothing, and the same file twice adds nothing."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from meant.core.errors import ConfigError, Fault, FileFaults
from meant.core.label import Label, PairLabel
from meant.core.preference import Preferred as Choice
from meant.files.faults import faults_of
from meant.files.positions import Place, whole_file
from meant.interop.labels.contract import Answered, Key, PairKey, Preferred, Row
from meant.interop.labels.tools import tool
from meant.store.sqlite import Store

T = TypeVar("T", Label, PairLabel)


class Came(NamedTuple):
    """What was added."""

    labels: int
    pairs: int
    known: int
    """Answers that the store held already."""
    raters: tuple[str, ...]


def import_labels(file: Path, form: str, *, store: Store, run: str | None = None) -> Came:
    """Read a tool's file. Raises FileFaults with everything that is wrong with it; nothing is then added.

    `run` (as for `Store.run`) is what the answers are about; None: the run that each task names.
    """
    reading = _Reading(file, store, None if run is None else store.run(run).id)
    faults: list[Fault] = []
    rows = list(tool(form).rows(file, faults))
    said = [answer for row in rows if (answer := reading.answer(row, faults))]
    if faults:
        raise FileFaults(sorted(faults, key=lambda fault: fault.line))
    if not said:
        raise FileFaults([whole_file(file, "no answer in it", "label some of its tasks first")])
    labels = _fresh(
        [s for s in said if isinstance(s, Label)],
        store.label_history([s.transcript for s in said if isinstance(s, Label)]),
    )
    pairs = _fresh(
        [s for s in said if isinstance(s, PairLabel)],
        store.pair_label_history([s.case for s in said if isinstance(s, PairLabel)]),
    )
    with store.at_once():
        store.add_labels(labels)
        store.add_pair_labels(pairs)
    known = len(said) - len(labels) - len(pairs)
    return Came(len(labels), len(pairs), known, tuple(sorted({one.rater for one in said})))


def _fresh(said: Sequence[T], known: Sequence[T]) -> list[T]:
    """What is not there yet, each once. Without a time of its own, an answer is known by what it says."""
    seen = {_content(one, timed=timed) for one in known for timed in (True, False)}
    fresh: list[T] = []
    for one in said:
        content = _content(one, timed=one.at != _NO_TIME)
        if content not in seen:
            seen.add(content)
            fresh.append(one if one.at != _NO_TIME else one.model_copy(update={"at": datetime.now(UTC)}))
    return fresh


_NO_TIME = datetime(1, 1, 1, tzinfo=UTC)


def _content(one: Label | PairLabel, *, timed: bool) -> str:
    return one.model_dump_json(exclude=None if timed else {"at"})


class _Reading:
    """Checks answers against the runs that they are about."""

    def __init__(self, file: Path, store: Store, run: str | None) -> None:
        self._file, self._store, self._run = file, store, run
        self._runs: dict[str, dict[str, tuple[str, str]] | None] = {}
        """By run, by transcript the case's id and its principle; None for a run that is not there."""

    def answer(self, row: Row, faults: list[Fault]) -> Label | PairLabel | None:
        """The label; None where something is wrong with it, which goes to `faults`."""
        pair = isinstance(meant := row.fields.get("meant"), dict) and "case" in meant
        model = Preferred if pair else Answered
        try:
            told = model.model_validate(row.fields)
        except ValidationError as error:
            found = faults_of(error.errors(), model=model, file=str(self._file), place=lambda _: Place(row.line, 0))
            faults += [_within(row, fault) for fault in found]
            return None
        wrong = [Fault(str(self._file), row.line, 0, row.where, *words) for words in self._wrong(told)]
        faults += wrong
        return None if wrong else _label(told)

    def _wrong(self, told: Answered | Preferred) -> Iterator[tuple[str, str, str]]:
        """Value, problem, remedy."""
        key = told.meant
        named = self._run or key.run
        if named is None:
            yield "", "does not say of which run", "name it with --run"
            return
        if self._run and key.run not in (None, self._run):
            yield str(key.run), "about another run", "leave --run out"
            return
        replies = self._replies(named)
        if replies is None:
            yield named, "no such run in this store", "name the store with --store"
            return
        if told.at is not None and told.at.tzinfo is None:
            yield told.at.isoformat(), "a time without a zone", "write it as in 2026-01-02T12:00:00Z"
        if isinstance(key, PairKey):
            yield from _wrong_pair(key, replies)
        else:
            yield from self._wrong_key(key, replies)

    def _wrong_key(self, key: Key, replies: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
        if key.transcript not in replies:
            yield key.transcript, "no such reply in the run", "keep `meant` in a task as it was exported"
        elif replies[key.transcript][1] != key.principle:
            yield key.principle, "not the principle of the reply's case", f"it is {replies[key.transcript][1]}"
        if key.frame is not None and not self._store.frames([key.frame]):
            yield key.frame, "drawn from what this store does not know", "keep `meant` in a task as it was exported"

    def _replies(self, run: str) -> dict[str, tuple[str, str]] | None:
        if run not in self._runs:
            try:
                record = self._store.run(run)
            except ConfigError:
                self._runs[run] = None
            else:
                self._runs[run] = {
                    cell.transcript.id: (cell.case.id, cell.case.principle)
                    for system in self._store.profiles(record.id)
                    for cell in self._store.cells(record.id, system)
                }
        return self._runs[run]


def _wrong_pair(key: PairKey, replies: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    for id_ in (key.first, key.second):
        if replies.get(id_, ("", ""))[0] != key.case:
            yield id_, "no such reply to the case in the run", "keep `meant` in a task as it was exported"


def _label(told: Answered | Preferred) -> Label | PairLabel:
    at = told.at or _NO_TIME
    if isinstance(told, Answered):
        return Label(
            transcript=told.meant.transcript,
            principle=told.meant.principle,
            rater=told.rater,
            said=told.said,
            at=at,
            behaviour=told.behaviour,
            seconds=told.seconds,
            why=told.why,
            drawn=told.meant.frame,
        )
    key = told.meant
    other: Choice = "second" if key.shown == "first" else "first"
    chosen: dict[str, Choice] = {"A": key.shown, "B": other, "tie": "tie", "unsure": "unsure"}
    return PairLabel(
        case=key.case,
        first=key.first,
        second=key.second,
        rater=told.rater,
        preferred=chosen[told.preferred],
        at=at,
        shown=key.shown,
        seconds=told.seconds,
        why=told.why,
    )


def _within(row: Row, fault: Fault) -> Fault:
    where = ".".join(part for part in (row.where, fault.where) if part)
    return Fault(fault.file, row.line, 0, where, fault.value, fault.problem, fault.remedy)
