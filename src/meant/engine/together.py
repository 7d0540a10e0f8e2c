"""Several coroutines at once, and none left behind."""

import asyncio
from collections.abc import Coroutine, Sequence


async def together(work: Sequence[Coroutine[None, None, None]]) -> None:
    """Wait for all; when one raises, or the caller is cancelled, cancel the rest and wait until they have ended."""
    tasks = [asyncio.ensure_future(w) for w in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
