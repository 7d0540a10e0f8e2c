"""A thread that sees what others change under a running gateway: switches in the store, and the gateway's files.

It tells the gateway in the gateway's own loop. Its rule: a store that cannot be read, or a file that is gone for a
moment, changes nothing and is said once; whatever happens, it looks again.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from meant.files.noting import noting
from meant.serve.switchboard import Switchboard
from meant.store.database import Database
from meant.store.switches import Switches

_log = logging.getLogger(__name__)
EVERY_S = 0.25


@dataclass
class Watch:
    """Looks `EVERY_S`. `switched` and `changed` are called in `loop`."""

    store: Path
    board: Switchboard
    loop: asyncio.AbstractEventLoop
    switched: Callable[[], object]
    changed: Callable[[], object] | None
    """None: files are not watched."""
    files: Callable[[], Iterable[Path]]
    """Which files; asked each time."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _failed: bool = False
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
        seen = stamps(self.files() if self.changed is not None else ())
        while not self._stop.wait(EVERY_S):
            self._switches()
            if self.changed is not None:
                seen = self._files(seen, self.changed)
        self._close()

    def _files(self, seen: "Stamps", changed: Callable[[], object]) -> "Stamps":
        """What is there now, told where it differs from what was."""
        now = stamps(self.files())
        if differs(seen, now):
            self.loop.call_soon_threadsafe(changed)
        return now

    def _switches(self) -> None:
        """The boundary: after a failure the store is opened anew."""
        before = self.board.off
        try:
            self._db = self._db or Database(self.store)
            self.board.refresh(Switches(self._db))
        except Exception as error:  # noqa: BLE001
            if not self._failed:
                _log.error("the switches cannot be read, and stay as they are: %s", error)
            self._failed = True
            self._close()
            return
        self._failed = False
        if self.board.off is not before:
            self.loop.call_soon_threadsafe(self.switched)

    def _close(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close()


@dataclass
class Tried:
    """What the last attempt to read everything again has read: where it failed, a change there may mend it."""

    files: frozenset[Path] = frozenset()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Around an attempt, in whatever thread."""
        read = set[Path]()
        try:
            with noting(read):
                yield
        finally:
            self.files = frozenset(read)


Stamps = Mapping[Path, tuple[int, int] | None]


def differs(before: Stamps, now: Stamps) -> bool:
    """Whether a file was changed, of those that were looked at both times."""
    return any(before[path] != now[path] for path in {*before} & {*now})


def stamps(files: Iterable[Path]) -> Stamps:
    """When each file was changed, and its size; None: it is not there."""
    return {path: _stamp(path) for path in files}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
