"""What a provider is. To add one: one file in `providers/`, one test with `meant.testing.check_system`.

A provider is a frozen dataclass that keeps the System protocol (`core/system.py`), with a `sampling` field, and
may keep Streams, Scores, Renders, CallsTools, Converses and Checks too. It raises SystemFailure when it has no
answer, and nothing else for anything that the far side did.
"""

from typing import Protocol, runtime_checkable

from meant.core.system import System
from meant.plugins import Kind

PROVIDERS: Kind[System] = Kind(name="provider", folder="meant.systems.providers", method="reply")


@runtime_checkable
class Checks(Protocol):
    """A system that can tell before it is asked that it never could be."""

    def check(self) -> None:
        """Raises ConfigError, as where the variable that holds its key is not set."""
        ...
