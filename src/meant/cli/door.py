"""Where the async inside begins: one `run()` for every command."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end. Ctrl-C cancels the work, lets it save, and raises KeyboardInterrupt."""
    return asyncio.run(work)
