"""Another file in the store's place, under a running gateway: its switches count, and what is answered goes there."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from meant.core.errors import StoreError
from meant.serve import watch
from meant.serve.storing import Keeper
from meant.store.database import Database
from tests.serve.talking import kept, serving, turn
from tests.serve.test_recorder import record
from tests.serve.test_switches import switched


def replace(store: Path) -> None:
    """As one does who rotates it: the old one moves away, with what SQLite keeps beside it."""
    for path in store.parent.glob(f"{store.name}*"):
        path.rename(path.with_name(f"old-{path.name}"))
    Database(store).close()


async def test_switches_of_the_new_one_count_and_what_was_off_stays_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watch, "EVERY_S", 0.001)
    async with asyncio.timeout(10), serving(tmp_path) as served:
        board = served.gateway.board

        async def stands(*off: str) -> None:
            while {name for _, name in board.off} != {*off}:  # noqa: ASYNC110 - a thread looks
                await asyncio.sleep(0.001)

        turn(served.store, switched("tool", "send_mail"))
        turn(served.store, switched("tool", "look_up"))
        await stands("send_mail", "look_up")
        replace(served.store)
        turn(served.store, switched("system", "talker"))
        await stands("send_mail", "look_up", "talker")
        assert (await served.ask()).status == 503
        turn(served.store, switched("tool", "look_up", on=True))
        await stands("send_mail", "talker")
    assert caplog.text.count("another file is in the store's place") == 1


async def test_exchanges_go_to_the_new_one(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await served.ask()
        while not served.gateway.recorder.written:  # noqa: ASYNC110 - a thread writes
            await asyncio.sleep(0.01)
        replace(served.store)
        await served.ask()
    assert [len(kept(tmp_path / name)) for name in ("old-store.db", "store.db")] == [1, 1]


@pytest.mark.parametrize(
    ("error", "raised"), [(sqlite3.DatabaseError, StoreError), (sqlite3.DataError, sqlite3.DataError)]
)
def test_a_file_that_is_broken_is_no_record_that_is_and_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception], raised: type[Exception]
) -> None:
    """A record that can never be written is dropped; of a file that cannot be written for now none is."""
    keeper, opened = Keeper(tmp_path / "store.db"), list[Database]()

    def broken(db: Database, *_: object) -> int:
        opened.append(db)
        raise error("database disk image is malformed")

    keeper.keep([record(1)])
    with monkeypatch.context() as patch:
        patch.setattr(Database, "insert", broken)
        for _ in range(2):
            with pytest.raises(raised):
                keeper.keep([record(2)])
    keeper.keep([record(2)])
    assert (opened[0] is opened[1]) == (raised is not StoreError)
    assert len(kept(tmp_path / "store.db")) == 2
