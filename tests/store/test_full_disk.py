"""A disk that is full: the store says so, and is written again once there is room."""

from pathlib import Path

import pytest

from meant.core.errors import StoreError
from meant.store.database import Database
from meant.store.exchanges import Exchanges, Wanted
from tests.serve.test_recorder import record


def test_nothing_is_half_written_and_later_all_is(tmp_path: Path) -> None:
    db = Database(tmp_path / "s.db")
    (pages,) = next(db.rows("PRAGMA page_count"))
    list(db.rows(f"PRAGMA max_page_count = {pages + 2}"))
    exchanges, batch = Exchanges(db), [record(number) for number in range(100)]
    with pytest.raises(StoreError, match="database or disk is full"):
        exchanges.add(batch)
    assert exchanges.found(Wanted()) == []
    list(db.rows("PRAGMA max_page_count = 100000"))
    exchanges.add(batch)
    assert len(exchanges.found(Wanted(limit=1000))) == 100
    db.close()
