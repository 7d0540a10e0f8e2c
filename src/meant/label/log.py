"""The log of a review, beside the drafts: one decision a line, appended and on disk before the next draft is shown.

Its rule: lines are only added, and the newest decision on a draft counts. A line that a kill cut off is dropped. The
first line binds the drafts to one suite, so that no case is written into two.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import orjson
from pydantic import ValidationError

from meant.core.draft import Review
from meant.core.errors import ConfigError, Fault, FileFaults
from meant.files.faults import faults_of
from meant.files.jsonl import Record, read_jsonl

_INTO, _WRITTEN = "into", "written"


class ReviewLog:
    """What was decided on one file of drafts. Made by `open`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reviews: dict[str, Review] = {}
        self._written: set[str] = set()

    @classmethod
    def open(cls, drafts: Path, *, into: Path) -> Self:
        """The log beside these drafts, a new one where there is none.

        Raises FileFaults where a line is broken, and ConfigError where the drafts were reviewed into another suite.
        """
        log = cls(path_of(drafts))
        where = os.path.relpath(into.resolve(), log.path.parent.resolve())
        if not log.path.exists():
            log._append({_INTO: where})
            return log
        _mend(log.path)
        before = log._read()
        if before is None:
            log._append({_INTO: where})
        elif before != where:
            words = f"{drafts} was reviewed into {log.path.parent / before}"
            raise ConfigError(f"{words}; go on with that, or copy the drafts to another name to begin again")
        return log

    @property
    def reviews(self) -> Mapping[str, Review]:
        """The newest of each draft, by its id."""
        return self._reviews

    @property
    def written(self) -> frozenset[str]:
        """Ids of the drafts that are in the suite."""
        return frozenset(self._written)

    def add(self, review: Review) -> None:
        """Record one decision; it is on disk when this returns."""
        self._append(review.model_dump(mode="json", exclude_defaults=True))
        self._reviews[review.draft] = review

    def mark_written(self, drafts: Iterable[str]) -> None:
        """Record that these are in the suite."""
        ids = sorted({*drafts} - self._written)
        if ids:
            self._append({_WRITTEN: ids})
            self._written.update(ids)

    def _read(self) -> str | None:
        faults: list[Fault] = []
        into = None
        for record in read_jsonl(self.path, faults):
            if set(record.data) == {_INTO}:
                into = str(record.data[_INTO])
            elif set(record.data) == {_WRITTEN}:
                self._written.update(map(str, record.data[_WRITTEN]))
            elif review := self._review(record, faults):
                self._reviews[review.draft] = review
        if faults:
            raise FileFaults(faults)
        return into

    def _review(self, record: Record, faults: list[Fault]) -> Review | None:
        try:
            return Review.model_validate(record.data)
        except ValidationError as error:
            faults += faults_of(error.errors(), model=Review, file=str(self.path), place=record.place)
        return None

    def _append(self, line: Mapping[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, orjson.dumps(dict(line), default=dict) + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)


def path_of(drafts: Path) -> Path:
    """Where the log of a file of drafts lies."""
    return drafts.with_name(f"{drafts.name.removesuffix('.jsonl')}.review.jsonl")


def _mend(path: Path) -> None:
    """Cut off a last line that has no end: it was being written when the review was killed."""
    text = path.read_bytes()
    if text and not text.endswith(b"\n"):
        with path.open("r+b") as file:
            file.truncate(text.rfind(b"\n") + 1)
