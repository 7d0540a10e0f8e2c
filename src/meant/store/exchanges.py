"""What live systems did, in the store: exchanges with their transcripts, a batch a transaction."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from meant.core.errors import ConfigError, StoreError
from meant.core.exchange import Exchange, Recorded
from meant.core.transcript import Transcript
from meant.store.database import Database

Which = Literal["all", "stopped", "would_stop", "errors"]
"""`errors`: the system gave no answer, or a guard failed."""

_WHERE: dict[Which, str] = {
    "all": "1",
    "stopped": "stopped = '1'",
    "would_stop": "would_stop = '1'",
    "errors": "error = '1'",
}


class Wanted(NamedTuple):
    """Which exchanges to list."""

    which: Which = "all"
    tenant: str | None = None
    system: str | None = None
    since: datetime | None = None
    """UTC."""
    limit: int = 50


@dataclass(frozen=True)
class Exchanges:
    """The exchanges of one store."""

    db: Database

    def add(self, batch: Sequence[Recorded]) -> None:
        """Record them all, or none. StoreError where the file cannot be written for now."""
        said = [(one.exchange.request, one.transcript.model_dump_json(exclude_defaults=True)) for one in batch]
        rows = [_row(one) for one in batch]
        try:
            with self.db.transaction():
                self.db.insert("said", said)
                self.db.insert("exchange", rows)
        except (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # it is the records'
        except sqlite3.DatabaseError as error:
            raise StoreError(f"the store cannot be written: {error}") from error

    def found(self, wanted: Wanted) -> list[Recorded]:
        """Those that are wanted, the newest first."""
        where, values = [_WHERE[wanted.which]], list[str]()
        for column, value in (("tenant", wanted.tenant), ("system", wanted.system)):
            if value is not None:
                where.append(f"{column} = ?")
                values.append(value)
        if wanted.since is not None:
            where.append("at >= ?")
            values.append(wanted.since.isoformat(timespec="microseconds"))
        sql = f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY request DESC LIMIT {int(wanted.limit)}"
        return list(_read(self.db.rows(sql, *values)))

    def one(self, request: str) -> Recorded:
        """That of this request id, or of the one that starts or ends so; `last`. Raises ConfigError."""
        if request == "last":
            found = self.found(Wanted(limit=1))
        else:
            sql = f"{_SELECT} WHERE request LIKE ? || '%' OR request LIKE '%' || ? LIMIT 2"
            found = list(_read(self.db.rows(sql, request, request)))
        if len(found) != 1:
            what = "several exchanges" if found else "no exchange"
            raise ConfigError(f"{what} {request!r}; see: meant exchanges list")
        return found[0]


_SELECT = """SELECT json_remove(exchange.record, '$.transcript'), coalesce(said.record, transcript.record) FROM exchange
    LEFT JOIN said USING (request) LEFT JOIN transcript ON transcript.id = exchange.transcript"""
"""Before schema 11 what was said was kept with the transcripts of runs, and the exchange named its id."""


def _row(one: Recorded) -> tuple[str | None, ...]:
    exchange, said = one.exchange, one.transcript
    weighty = [decision for decision in said.guards if decision.action != "allow" or decision.error]
    flags = (
        any(decision.stops for decision in weighty),
        any(decision.would_stop for decision in weighty),
        said.error is not None or any(decision.error for decision in weighty),
    )
    return (
        exchange.request,
        exchange.at.isoformat(timespec="microseconds"),
        exchange.tenant,
        exchange.system,
        "",
        *("1" if flag else "0" for flag in flags),
        exchange.model_dump_json(exclude_defaults=True),
    )


def _read(rows: Iterator[tuple[str, str]]) -> Iterator[Recorded]:
    for exchange, transcript in rows:
        yield Recorded(
            exchange=Exchange.model_validate_json(exchange), transcript=Transcript.model_validate_json(transcript)
        )
