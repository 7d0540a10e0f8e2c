"""Exchanges in the store: what was recorded comes back, from stores of before as well."""

import sqlite3
from pathlib import Path

import pytest

from meant.core.exchange import Recorded
from meant.core.guard import GuardDecision
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.store.database import Database
from meant.store.exchanges import Exchanges, Wanted
from tests.conftest import NOON
from tests.serve.test_recorder import record

SAID = Transcript(case="", system="s", fingerprint="f", turns=(Turn(role="user", text="Hello"),), at=NOON)


def older(path: Path) -> None:
    """A store as schema 10 left it: what was said stood among the transcripts of runs, and the exchange named its id."""
    Database(path).close()
    exchange = record(1).exchange.model_dump_json(exclude_defaults=True)
    named = f'{{"transcript":"{SAID.id}",{exchange.removeprefix("{")}'
    row = ("0001", NOON.isoformat(timespec="microseconds"), None, "s", SAID.id, "0", "0", "0", named)
    db = sqlite3.connect(path)
    db.executescript("DROP TABLE said; PRAGMA user_version = 10")
    with db:
        db.execute("INSERT INTO transcript VALUES (?, NULL, ?)", (SAID.id, SAID.model_dump_json(exclude_defaults=True)))
        db.execute(f"INSERT INTO exchange VALUES ({','.join('?' * len(row))})", row)
    db.close()


def test_what_an_older_store_has_is_read_beside_what_is_added(tmp_path: Path) -> None:
    older(tmp_path / "s.db")
    db = Database(tmp_path / "s.db")
    exchanges = Exchanges(db)
    exchanges.add([record(2)])
    assert exchanges.found(Wanted()) == [record(2), exchanges.one("0001")]
    assert exchanges.one("0001").transcript == SAID
    assert exchanges.one("0001").exchange == record(1).exchange
    db.close()


def test_a_guard_that_failed_and_let_it_pass_is_among_the_errors(tmp_path: Path) -> None:
    db = Database(tmp_path / "s.db")
    broke = GuardDecision(guard="g", place="input", action="allow", mode="enforce", error="timed out")
    one = Recorded(exchange=record(1).exchange, transcript=SAID.model_copy(update={"guards": (broke,)}))
    Exchanges(db).add([one, record(2)])
    assert Exchanges(db).found(Wanted("errors")) == [one]
    assert Exchanges(db).found(Wanted("stopped")) == []
    db.close()


def test_a_batch_that_is_added_again_is_kept_once(tmp_path: Path) -> None:
    db = Database(tmp_path / "s.db")
    exchanges, batch = Exchanges(db), [record(1), record(2)]
    exchanges.add(batch)
    exchanges.add([*batch, record(3)])
    assert [one.exchange.request for one in exchanges.found(Wanted())] == ["0003", "0002", "0001"]
    db.close()


@pytest.mark.parametrize("sql", ["UPDATE said SET record = ''", "DELETE FROM said"])
def test_what_was_said_can_be_neither_changed_nor_removed(tmp_path: Path, sql: str) -> None:
    db = Database(tmp_path / "s.db")
    Exchanges(db).add([record(1)])
    db.close()
    raw = sqlite3.connect(tmp_path / "s.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(sql)
    raw.close()
