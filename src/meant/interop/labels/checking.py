"""Answers held against the runs that they are about: what cannot be a label is a fault with its place."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from meant.core.errors import ConfigError, Fault
from meant.files.faults import faults_of
from meant.files.positions import Place
from meant.interop.labels.contract import Answered, Key, PairKey, Preferred, Row
from meant.store.sqlite import Store


class Checking:
    """Checks answers against the runs that they are about."""

    def __init__(self, file: Path, store: Store, run: str | None) -> None:
        self._file, self._store, self._run = file, store, run
        self._runs: dict[str, dict[str, tuple[str, str]] | None] = {}
        """By run, by transcript the case's id and its principle; None for a run that is not there."""

    def answer(self, row: Row, faults: list[Fault]) -> Answered | Preferred | None:
        """The answer; None where something is wrong with it, which goes to `faults`."""
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
        return None if wrong else told

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


def _within(row: Row, fault: Fault) -> Fault:
    where = ".".join(part for part in (row.where, fault.where) if part)
    return Fault(fault.file, row.line, 0, where, fault.value, fault.problem, fault.remedy)
