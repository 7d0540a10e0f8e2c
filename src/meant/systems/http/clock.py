"""Where code that waits gets its time and its chance. A test hands in its own and waits for nothing."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """Time, waiting and chance."""

    now: Callable[[], float] = time.perf_counter
    """Seconds that only ever grow."""
    wall: Callable[[], float] = time.time
    """Seconds since 1970, UTC: what an HTTP date is compared with."""
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    """Uniform in [0, 1)."""
