"""A guard's answer in good time. One that need not wait for anything costs no timer: most answer at once.

The first step is taken by hand, and what is left of the work, where there is any, is awaited under the timeout: see
PEP 492 (`send` and `throw` of a coroutine) and PEP 380 (what `yield from` comes to).
"""

import asyncio
from collections.abc import Awaitable, Coroutine, Generator
from types import CoroutineType, coroutine
from typing import Any, TypeVar, cast

T = TypeVar("T")


async def within(timeout_s: float, work: Awaitable[T]) -> T:
    """What the work gives. Raises TimeoutError where it still waits for something after so many seconds."""
    until = asyncio.get_running_loop().time() + timeout_s
    if not isinstance(work, CoroutineType):
        async with asyncio.timeout_at(until):
            return await work
    try:
        waits_for = work.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    async with asyncio.timeout_at(until):
        return cast("T", await _rest(work, waits_for))


@coroutine
def _rest(work: Coroutine[Any, Any, T], waits_for: object) -> Generator[object, Any, T]:
    """The work from there on: whatever it is sent, or is thrown at it, it gets."""
    while True:
        try:
            sent, thrown = (yield waits_for), None
        except GeneratorExit:
            work.close()
            raise
        except BaseException as error:  # noqa: BLE001
            sent, thrown = None, error
        try:
            waits_for = work.send(sent) if thrown is None else work.throw(thrown)
        except StopIteration as done:
            return cast("T", done.value)
