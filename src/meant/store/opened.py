"""The store's file, opened by whoever has tables in it, and closed behind a `with`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from meant.core.errors import ConfigError
from meant.store.database import Database


@contextmanager
def existing(path: Path, *, remedy: str) -> Iterator[Database]:
    """The file, which has to be there already. Raises ConfigError where it is not, and says `remedy`."""
    _check(path, remedy)
    database = Database(path)
    try:
        yield database
    finally:
        database.close()


def _check(path: Path | str, remedy: str) -> None:
    if not Path(path).is_file():
        raise ConfigError(f"no store at {path}; {remedy}")


class Opened:
    """One file. `must_exist` raises ConfigError where there is none yet, and says `remedy`; for whoever only reads."""

    def __init__(self, path: Path | str, *, must_exist: bool, remedy: str) -> None:
        if must_exist:
            _check(path, remedy)
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
