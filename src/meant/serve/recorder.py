"""Keeps exchanges without keeping anybody waiting: a queue, and one thread that writes batches.

Its rule: nothing is lost silently. What was taken is written within a moment, tried again while the store fails, and
counted and logged where it is given up. A crash loses at most what the queue holds; a stop writes it first.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from meant.core.errors import StoreError
from meant.core.exchange import Recorded

_log = logging.getLogger(__name__)
BATCH = 1000
"""Exchanges of one transaction, at most."""
FLUSH_S = 0.2
"""What is taken is written so much later: the fewer the transactions and the threads' turns, the less each costs."""
RETRY_S = 1.0
LAST_TRIES = 3
"""Of the store, at a stop; as far apart."""

Make = Callable[[], Recorded]
"""Makes the record, in the recorder's thread."""
Sink = Callable[[Sequence[Recorded]], None]


@dataclass
class Recorder:
    """`keep` writes a batch to the store, `tell` hands one to whoever else wants it; each in the recorder's thread."""

    keep: Sink
    when_full: Literal["wait", "shed"]
    room: int
    tell: Sink | None = None
    pause: Callable[[float], object] = time.sleep
    """Between the last tries."""
    written: int = 0
    shed: int = 0
    """Counted by who takes, as all else is by the recorder's thread: of two that count one thing, one is forgotten."""
    given_up: int = 0
    failures: int = 0
    """Of the store."""
    _waiting: deque[Make] = field(default_factory=deque)
    _more: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread = threading.Thread(target=self._run, name="meant-recorder", daemon=True)
        self._thread.start()

    def take(self, make: Make) -> None:
        """Take one exchange. It is dropped, counted and logged where the queue is full and the owner chose `shed`."""
        if self.when_full == "shed" and len(self._waiting) >= self.room:
            self.shed += 1
            _log.error("the store cannot keep up: an exchange was not recorded (%d so far)", self.lost)
            return
        self._waiting.append(make)
        if len(self._waiting) >= min(BATCH, self.room // 2):
            self._more.set()

    @property
    def lost(self) -> int:
        """Shed, given up at the stop, or impossible to record."""
        return self.shed + self.given_up

    @property
    def full(self) -> bool:
        """Whether new requests are to wait: those under way may still be recorded."""
        return self.when_full == "wait" and len(self._waiting) >= self.room

    def __len__(self) -> int:
        return len(self._waiting)

    def close(self) -> None:
        """Write what is left and end. What cannot be written is counted and logged."""
        self._stop.set()
        self._more.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._more.wait(FLUSH_S)
            self._more.clear()
            self._flush(tries=None)
        while self._waiting:
            self._flush(tries=LAST_TRIES)

    def _flush(self, *, tries: int | None) -> None:
        """Write all that waits by now; None: for as long as it takes, or until the stop.

        What comes meanwhile is for the next time: written as it comes, each would be a transaction of its own.
        """
        left = len(self._waiting)
        while left:
            makers = list(islice(self._waiting, min(BATCH, left)))
            left -= len(makers)
            kept = self._kept(list(_made(makers)), tries=tries)
            if kept is None:
                if tries is not None:
                    self._give_up()
                return
            for _ in makers:
                self._waiting.popleft()
            self.written += len(kept)
            self.given_up += len(makers) - len(kept)
            self._told(kept)

    def _kept(self, batch: Sequence[Recorded], *, tries: int | None) -> Sequence[Recorded] | None:
        """What was written. None: the store cannot be written for now."""
        tried = 0
        while True:
            try:
                return self._written(batch)
            except StoreError as error:
                tried += 1
                self.failures += 1
                _log.error("%d exchanges wait: %s", len(batch), error)
                if tried == tries or (tries is None and self._stop.wait(RETRY_S)):
                    return None
                if tries is not None:
                    self.pause(RETRY_S)

    def _written(self, batch: Sequence[Recorded]) -> Sequence[Recorded]:
        """The boundary: a record that can never be written is logged, and the others are kept."""
        try:
            self.keep(batch)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001
            if len(batch) > 1:
                half = len(batch) // 2
                return [*self._written(batch[:half]), *self._written(batch[half:])]
            _log.exception("an exchange cannot be recorded")
            return []
        return batch

    def _told(self, batch: Sequence[Recorded]) -> None:
        """The boundary: who listens cannot stop the writing."""
        try:
            if self.tell is not None:
                self.tell(batch)
        except Exception:  # noqa: BLE001
            _log.exception("cannot hand on %d exchanges", len(batch))

    def _give_up(self) -> None:
        self.given_up += len(self._waiting)
        _log.error("%d exchanges were not recorded: the store cannot be written", len(self._waiting))
        self._waiting.clear()


def _made(makers: Sequence[Make]) -> Iterator[Recorded]:
    """The boundary: a record that cannot be made is logged, and the others are kept."""
    for make in makers:
        try:
            yield make()
        except Exception:  # noqa: BLE001
            _log.exception("an exchange cannot be recorded")
