"""The store, as the recorder's thread has it: opened by the thread that writes, since SQLite belongs to one."""

from collections.abc import Sequence
from pathlib import Path

from meant.core.errors import StoreError
from meant.core.exchange import Recorded
from meant.store.database import Database
from meant.store.exchanges import Exchanges


class Keeper:
    """Writes batches to the store at `path`. StoreError where it cannot be written for now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._exchanges: Exchanges | None = None

    def keep(self, batch: Sequence[Recorded]) -> None:
        """Write a batch; to the file that stands there now, where the one before was moved away."""
        if self._exchanges is not None and self._exchanges.db.replaced:
            self._close()
        if self._exchanges is None:
            self._exchanges = Exchanges(Database(self._path))
        try:
            self._exchanges.add(batch)
        except StoreError:
            self._close()  # to be opened anew
            raise

    def _close(self) -> None:
        exchanges, self._exchanges = self._exchanges, None
        if exchanges is not None:
            exchanges.db.close()
