"""Progress: what a long job tells its watcher. The command line draws it; tests count it; `Quiet` ignores it."""

from typing import Protocol


class Progress(Protocol):
    """Told of each step of one job after another."""

    def begin(self, what: str, total: int) -> None:
        """A job of `total` steps begins; 0: nobody knows how many."""
        ...

    def step(self, *, cached: bool = False, failed: bool = False) -> None:
        """One step is done: served from the cache, or failed, or neither."""
        ...

    def end(self) -> None:
        """The job is over, finished or not."""
        ...


class Quiet:
    """Says nothing."""

    def begin(self, what: str, total: int) -> None:
        """Nothing."""

    def step(self, *, cached: bool = False, failed: bool = False) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""
