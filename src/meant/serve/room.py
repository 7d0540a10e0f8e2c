"""A request that waits for room in the recorder's queue, where the owner chose that requests wait.

Its rule: nobody waits longer than for an answer, and for a client that has gone nobody waits. No system was asked yet,
so nothing is recorded of either.
"""

import asyncio

from meant.serve import ours
from meant.serve.asgi import Receive, uncancelled
from meant.serve.gateway import Gateway
from meant.serve.line import Line

LOOKS_S = 0.05
"""How often it is looked whether there is room."""


async def room(gateway: Gateway, receive: Receive, within_s: float) -> None:
    """Wait for it. The body has been received. Raises Refused where there is none in time, HungUp."""
    try:
        with Line(receive, within_s):
            while gateway.recorder.full:  # noqa: ASYNC110 - a thread makes the room
                await asyncio.sleep(LOOKS_S)
    except TimeoutError:
        raise ours.no_room() from None
    except asyncio.CancelledError:
        uncancelled()
        raise ours.stopping() from None
