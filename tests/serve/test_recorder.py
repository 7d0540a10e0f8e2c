"""The recorder loses nothing silently: a store that fails, a record that cannot be made, a queue that is full."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from meant.core.errors import StoreError
from meant.core.exchange import Exchange, Recorded
from meant.core.request import Request
from meant.core.transcript import Transcript
from meant.serve import recorder as module
from meant.serve.recorder import Recorder, Sink

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def record(number: int) -> Recorded:
    said = Transcript(case="", system="s", fingerprint="f", turns=(), at=NOON, seed=number)
    exchange = Exchange(
        request=f"{number:04}", at=NOON, system="s", policy="p", tenant=None, key=None,
        dialect="chat", ending="answered", status=200, took_s=0.1, asked=Request(turns=()),
    )  # fmt: skip
    return Recorded(exchange=exchange, transcript=said)


class Keeper:
    def __init__(self, *, failing: int = 0, poison: str = "") -> None:
        self.kept, self.failing, self.poison = list[str](), failing, poison
        self.tried = threading.Event()

    def keep(self, batch: Sequence[Recorded]) -> None:
        self.tried.set()
        if self.failing:
            self.failing -= 1
            raise StoreError("disk full")
        if self.poison and any(one.exchange.request == self.poison for one in batch):
            raise ValueError("no such row")
        self.kept += [one.exchange.request for one in batch]


def make(keeper: Keeper, tell: Sink | None = None) -> Recorder:
    made = Recorder(keeper.keep, "wait", 10, tell)
    made.start()
    return made


def test_everything_is_written_in_order_and_a_stop_writes_what_is_left() -> None:
    keeper = Keeper()
    recorder = make(keeper)
    for number in range(250):
        recorder.take(lambda number=number: record(number))  # type: ignore[misc]
    recorder.close()
    assert keeper.kept == [f"{number:04}" for number in range(250)]
    assert (recorder.written, recorder.lost, len(recorder)) == (250, 0, 0)


def test_a_store_that_fails_is_tried_again_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.001)
    keeper = Keeper(failing=2)
    recorder = make(keeper)
    recorder.take(lambda: record(1))
    keeper.tried.wait()
    recorder.close()
    assert keeper.kept == ["0001"]
    assert (recorder.failures, recorder.lost) == (2, 0)


def test_what_a_stop_cannot_write_is_counted_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    keeper, paused = Keeper(failing=1000), list[float]()
    recorder = make(keeper)
    recorder.pause = paused.append
    recorder.take(lambda: record(1))
    recorder.take(lambda: record(2))
    recorder.close()
    assert recorder.lost == 2
    assert paused == [module.RETRY_S] * (module.LAST_TRIES - 1)
    assert "2 exchanges were not recorded" in caplog.text


def test_a_record_that_can_never_be_written_or_made_does_not_stop_the_others() -> None:
    keeper = Keeper(poison="0002")
    recorder = make(keeper)
    for number in (1, 2, 3):
        recorder.take(lambda number=number: record(number))  # type: ignore[misc]
    recorder.take(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    recorder.take(lambda: record(4))
    recorder.close()
    assert keeper.kept == ["0001", "0003", "0004"]
    assert (recorder.written, recorder.lost) == (3, 2)


def test_a_full_queue_waits_or_sheds_as_the_owner_chose(caplog: pytest.LogCaptureFixture) -> None:
    waits = Recorder(Keeper().keep, "wait", room=2)
    sheds = Recorder(Keeper().keep, "shed", room=2)
    for recorder in (waits, sheds):
        for number in range(3):
            recorder.take(lambda number=number: record(number))  # type: ignore[misc]
    assert (waits.full, len(waits), waits.lost) == (True, 3, 0)
    assert (sheds.full, len(sheds), sheds.lost) == (False, 2, 1)
    assert "was not recorded" in caplog.text


def test_a_queue_that_is_half_full_is_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLUSH_S", 3600)
    keeper = Keeper()
    recorder = make(keeper)
    for number in range(recorder.room // 2):
        recorder.take(lambda number=number: record(number))  # type: ignore[misc]
    assert keeper.tried.wait(60)
    recorder.close()


def test_who_listens_cannot_stop_the_writing() -> None:
    def deaf(batch: Sequence[Recorded]) -> None:
        raise RuntimeError

    keeper = Keeper()
    recorder = make(keeper, tell=deaf)
    recorder.take(lambda: record(1))
    recorder.close()
    assert keeper.kept == ["0001"]
