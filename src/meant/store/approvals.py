"""What people were asked to approve, what they said, and what went by it: the append-only part of the store for that.

Its rule: an asking has one answer, the first, and one reply goes by it. The same question asked once more is another
asking, so that a yes of yesterday lets nothing through today.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from meant.core.approval import Answer, Asking, Question
from meant.core.errors import ConfigError, StoreError
from meant.store.opened import Opened


class Entry(NamedTuple):
    """One asking and all that came of it."""

    asking: Asking
    at: datetime
    """When it was asked."""
    answer: Answer | None
    used: datetime | None
    """When a reply went by the answer."""


class Approvals(Opened):
    """One file; the store's own. Used as a context manager. `must_exist` raises ConfigError where there is none.

    `ask`, `said` and `use` raise StoreError where the file cannot be used just now; `waits`: not before half a minute,
    if it is only that others hold it.
    """

    def __init__(self, path: Path | str, *, must_exist: bool = False, waits: bool = True) -> None:
        super().__init__(path, must_exist=must_exist, remedy="--store names another")
        if not waits:
            self._db.hurry()

    def ask(self, question: Question, *, at: datetime) -> Asking:
        """Record that it is asked; where it has been, and no reply went by the answer yet, that asking goes on."""
        with _told(), self._db.transaction():
            earlier = self._entries("WHERE asking.question = ?", question.id)
            if earlier and earlier[-1].used is None:
                return earlier[-1].asking
            asking = Asking(question=question, time=len(earlier))
            self._db.insert("asking", [(asking.id, question.id, at.isoformat(), asking.model_dump_json())])
        return asking

    def answer(self, answer: Answer) -> Answer:
        """Record what a person said. The answer that stands: where there was one already, that."""
        self._db.insert("answer", [(answer.asking, answer.model_dump_json())])
        return self._answers(answer.asking)[0]

    def said(self, asking: str) -> Answer | None:
        """The answer, if there is one."""
        with _told():
            return next(iter(self._answers(asking)), None)

    def use(self, asking: str, *, at: datetime) -> bool:
        """Go by the answer. False: another reply has."""
        with _told():
            return self._db.insert("answer_use", [(asking, at.isoformat())]) == 1

    def entries(self) -> list[Entry]:
        """Every asking, the oldest first."""
        return self._entries()

    def entry(self, id_: str) -> Entry:
        """The asking of this id, or of the one id that starts so. Raises ConfigError."""
        entries = self.entries()
        found = [one for one in entries if one.asking.id.startswith(id_)]
        if len(found) != 1:
            known = ", ".join(one.asking.id for one in entries if one.answer is None) or "none"
            raise ConfigError(f"{'no asking' if not found else 'several askings'} {id_!r}; open: {known}")
        return found[0]

    def _answers(self, asking: str) -> Sequence[Answer]:
        return [Answer.model_validate_json(record) for _, record in self._db.under("answer", [asking], by="asking")]

    def _entries(self, where: str = "", *values: str) -> list[Entry]:
        sql = f"""SELECT asking.record, asking.at, answer.record, answer_use.at FROM asking
                  LEFT JOIN answer ON answer.asking = asking.id
                  LEFT JOIN answer_use ON answer_use.asking = asking.id {where} ORDER BY asking.rowid"""  # noqa: S608
        return [
            Entry(
                Asking.model_validate_json(asking),
                datetime.fromisoformat(at),
                None if answer is None else Answer.model_validate_json(answer),
                None if used is None else datetime.fromisoformat(used),
            )
            for asking, at, answer, used in self._db.rows(sql, *values)
        ]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(f"the store cannot be used: {error}") from error
