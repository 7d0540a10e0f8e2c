"""The file under the store: SQLite (WAL), append-only tables, transactions, and its schema's version."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.resources import files
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

from meant.core.errors import StoreError

_VERSION = 11
_OLD = (1,)
"""Whose ids differ. What lies between lacks tables, which are added."""
TABLES = (
    *("run", "testcase", "transcript", "cell", "again", "verdict", "profile", "foreign_verdict"),
    *("look", "decision", "label", "pair_label", "frame", "calibration", "preference"),
    *("asking", "answer", "answer_use"),
    *("exchange", "said", "switch"),
)
_AT_ONCE = 500  # SQLite allows 999 variables in every build
_ROWS = 64  # of at most 15 columns
Row = tuple[str | None, ...]


class Database:
    """One file, its tables there. Raises StoreError where it cannot be opened, or was written by another meant."""

    def __init__(self, path: Path | str) -> None:
        try:
            if isinstance(path, Path):
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._use_wal()
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._prepare()
            self._path, self._inode = path, _inode(path)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"cannot open the store {path}: {error}; {_remedy(error)}") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def replaced(self) -> bool:
        """Whether another file stands at its path by now, which is what others open."""
        return _inode(self._path) not in (None, self._inode)

    def hurry(self) -> None:
        """From now on a file that others hold is an error at once, for who cannot stand still."""
        self._db.execute("PRAGMA busy_timeout = 0")

    def rows(self, sql: str, *values: str) -> Iterator[tuple[Any, ...]]:
        """What a query finds."""
        return self._db.execute(sql, values)

    def under(self, table: str, keys: Sequence[str], *, by: str = "key") -> Iterator[tuple[str, str]]:
        """Key and record of the rows under these keys, the oldest first."""
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            yield from self._db.execute(
                f"SELECT {by}, record FROM {table} WHERE {by} IN ({marks}) ORDER BY rowid",  # noqa: S608
                part,
            )

    def insert(self, table: str, rows: Iterable[Row]) -> int:
        """Add rows, in one transaction; one whose key is there already is left out. How many were added.

        Many rows are one statement: a thread that runs one lets the others go on, and has to wait for its turn again.
        """
        added = 0
        with self.transaction():
            for some in _parts(rows):
                marks = ",".join([f"({','.join('?' * len(some[0]))})"] * len(some))
                values = [value for row in some for value in row]
                added += self._db.execute(f"INSERT OR IGNORE INTO {table} VALUES {marks}", values).rowcount  # noqa: S608
        return added

    def transaction(self) -> AbstractContextManager[None]:
        """All that is inserted within, or nothing; the same as what it stands in."""
        return nullcontext() if self._db.in_transaction else _Transaction(self._db)

    def _use_wal(self) -> None:
        """Switch once. SQLite does not wait for others here, so we do: two runs may begin at the same time."""
        for wait_s in (*[0.01 * 2**i for i in range(9)], None):
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if wait_s is None:
                    raise
                time.sleep(wait_s)
            else:
                return

    def _prepare(self) -> None:
        """Make the tables that are missing; whoever else does so at the same time makes the same."""
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise StoreError(f"the store was written by a newer meant (schema {version}); this one reads {_VERSION}")
        if version in _OLD:
            raise StoreError("the store was written by an older meant, whose ids differ; name another with --store")
        if version < _VERSION:
            guards = "".join(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{verb} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
                for table in TABLES
                for verb in ("UPDATE", "DELETE")
            )
            schema = (files("meant.store") / "schema.sql").read_text("utf-8")
            self._db.executescript(f"BEGIN IMMEDIATE; {schema} {guards} PRAGMA user_version = {_VERSION}; COMMIT;")


def _inode(path: Path | str) -> int | None:
    """None: there is no such file."""
    try:
        return Path(path).stat().st_ino
    except OSError:
        return None


class _Transaction:
    """All or nothing, also for an error in the middle of an iterable of rows."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._db.execute("COMMIT")
        elif self._db.in_transaction:  # SQLite has rolled back by itself where the disk is full
            self._db.execute("ROLLBACK")


def _remedy(error: OSError | sqlite3.Error) -> str:
    if isinstance(error, OSError | sqlite3.OperationalError):
        return "check the path, its permissions and who else holds it, or name another store"
    return "it is no store, or damaged: move it away, or name another"


def _parts(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    """Rows for one statement each: some number that is a power of two, so that few statements have to be prepared."""
    left = iter(rows)
    while some := list(islice(left, _ROWS)):
        while some:
            size = 1 << (len(some).bit_length() - 1)
            yield some[:size]
            some = some[size:]
