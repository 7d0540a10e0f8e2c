"""The thread that looks for switches goes on looking, whatever became of the store meanwhile."""

import asyncio
from pathlib import Path
from typing import Any

from meant.serve import watch as module
from meant.serve.switchboard import Switchboard
from meant.serve.watch import Watch
from meant.store.database import Database
from tests.serve.talking import turn
from tests.serve.test_switches import switched


async def test_a_store_that_could_not_be_opened_or_read_for_a_moment_is_read_again(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.001)
    failures, tried = [RuntimeError("a row of a newer meant"), OSError("locked")], list[Path]()

    def opened(path: Path) -> Database:
        tried.append(path)
        if failures:
            raise failures.pop()
        return Database(path)

    monkeypatch.setattr(module, "Database", opened)
    turn(tmp_path / "s.db", switched("tool", "send_mail"))
    board, seen = Switchboard(), asyncio.Event()
    watch = Watch(tmp_path / "s.db", board, asyncio.get_running_loop(), seen.set, None, files=dict)
    watch.start()
    try:
        async with asyncio.timeout(10):
            await seen.wait()
    finally:
        await asyncio.to_thread(watch.close)
    assert "send_mail" in board
    assert len(tried) == 3
