"""A thread that sees what others change under a running gateway: switches in the store, and the gateway's files.

It tells the gateway in the gateway's own loop. Its rule: a store that cannot be read, or a file that is gone for a
moment, changes nothing and is said once; whatever happens, it looks again.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from meant.files.noting import Stamp, Stamps, noting, stamp
from meant.serve.switchboard import Switchboard
from meant.store.database import Database
from meant.store.switches import Switches

_log = logging.getLogger(__name__)
EVERY_S = 0.25
_FILES = "the files cannot be looked at, and count as they were"
_SWITCHES = "the switches cannot be read, and stay as they are"


@dataclass
class Watch:
    """Looks `EVERY_S`. `switched` and `changed` are called in `loop`."""

    store: Path
    board: Switchboard
    loop: asyncio.AbstractEventLoop
    switched: Callable[[], object]
    changed: Callable[[], object] | None
    """None: files are not watched."""
    files: Callable[[], Stamps]
    """Which files, and how they were when they were read; asked each time."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _failed: set[str] = field(default_factory=set)
    """What could not be looked at the last time, as it was said."""
    _db: Database | None = None
    """The thread's own."""

    def start(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._run, name="meant-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        told: Stamps = {}
        while not self._stop.wait(EVERY_S):
            self._switches()
            if self.changed is not None:
                told = self._files(told, self.changed)
        self._close()

    def _files(self, told: Stamps, changed: Callable[[], object]) -> Stamps:
        """Those that are not as they were read, told where one was not told as it is now. The boundary, too."""
        try:
            now = {path: is_now for path, was in self.files().items() if (is_now := stamp(path)) != was}
        except Exception as error:  # noqa: BLE001
            self._say(_FILES, error)
            return told
        self._failed.discard(_FILES)
        if now.items() - told.items():
            self.loop.call_soon_threadsafe(changed)
        return now

    def _switches(self) -> None:
        """The boundary: after a failure the store is opened anew."""
        before = self.board.off
        try:
            if self._db is not None and self._db.replaced:
                _log.warning(
                    "another file is in the store's place: what was off stays off until it is switched on there"
                )
                self._close()
                self.board.moved()
            self._db = self._db or Database(self.store)
            self.board.refresh(Switches(self._db))
        except Exception as error:  # noqa: BLE001
            self._say(_SWITCHES, error)
            self._close()
            return
        self._failed.discard(_SWITCHES)
        if self.board.off is not before:
            self.loop.call_soon_threadsafe(self.switched)

    def _say(self, what: str, error: Exception) -> None:
        if what not in self._failed:
            _log.error("%s: %s", what, error)
        self._failed.add(what)

    def _close(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close()


@dataclass
class Tried:
    """What the last attempt to read everything again has read: where it failed, a change there may mend it."""

    files: Stamps = field(default_factory=dict)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Around an attempt, in whatever thread."""
        read = dict[Path, Stamp | None]()
        try:
            with noting(read):
                yield
        finally:
            self.files = read
