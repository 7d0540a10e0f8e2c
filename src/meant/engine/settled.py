"""What guards in shadow say after the text has passed: gathered at the end of a reply, and none left behind."""

import asyncio
from collections.abc import Iterable

from meant.core.guard import GuardDecision, Screened


async def settled(screened: Iterable[Screened], *, within_s: float | None = None) -> tuple[GuardDecision, ...]:
    """All the decisions, in order, with those that come within so many seconds; None: with all of them.

    A decision that has not come by then stays what it is: one that says so, and no pass. Its guard is stopped.
    """
    each = tuple(screened)
    if not any(one.later for one in each):
        return tuple([decision for one in each for decision in one.decisions])
    work = {(i, at): asyncio.ensure_future(told) for i, one in enumerate(each) for at, told in one.later.items()}
    try:
        await asyncio.sleep(0)
        await asyncio.wait(work.values(), timeout=within_s)
    finally:
        for task in work.values():
            task.cancel()
    told = {place: task.result() for place, task in work.items() if task.done() and not task.cancelled()}
    return tuple(told.get((i, at), one) for i, part in enumerate(each) for at, one in enumerate(part.decisions))


def dropped(screened: Iterable[Screened]) -> None:
    """Stop the guards that are still at work: nobody will hear of them."""
    for one in screened:
        for told in one.later.values():
            asyncio.ensure_future(told).cancel()
