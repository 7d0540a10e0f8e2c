"""The store's file, opened by whoever has tables in it, and closed behind a `with`."""

from pathlib import Path
from types import TracebackType
from typing import Self

from meant.core.errors import ConfigError
from meant.store.database import Database


class Opened:
    """One file. `must_exist` raises ConfigError where there is none yet, and says `remedy`; for whoever only reads."""

    def __init__(self, path: Path | str, *, must_exist: bool, remedy: str) -> None:
        if must_exist and not Path(path).is_file():
            raise ConfigError(f"no store at {path}; {remedy}")
        self._db = Database(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()
