"""Waiting for a guard in good time comes to what `asyncio.timeout` around an `await` does, whatever the guard does."""

import asyncio
from collections.abc import Awaitable, Callable, Generator

import pytest

from meant.guard.promptly import within

LONG_S, SHORT_S = 60.0, 0.01
Work = Callable[[], Awaitable[str]]


async def at_once() -> str:
    return "said"


async def waits() -> str:
    await asyncio.sleep(0)
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, "said")
    return str(await future)


async def has_a_task() -> str:
    return await asyncio.create_task(waits())


async def has_timeouts_of_its_own() -> str:
    try:
        async with asyncio.timeout(0):
            await asyncio.Event().wait()
    except TimeoutError:
        return await asyncio.wait_for(waits(), LONG_S)
    return "in time"


async def fails_first() -> str:
    raise ValueError("broke")


async def fails_later() -> str:
    await asyncio.sleep(0)
    raise ValueError("broke")


async def stops_iterating() -> str:
    raise StopIteration("said")


async def never() -> str:
    await asyncio.Event().wait()
    return "said"


async def clears_up_slowly() -> str:
    try:
        return await never()
    finally:
        await asyncio.sleep(0)


async def will_not_stop() -> str:
    try:
        return await never()
    except asyncio.CancelledError:
        return await waits()


class NoCoroutine:
    """It can be awaited, and that is all."""

    def __await__(self) -> Generator[object, None, str]:
        return waits().__await__()


WORKS: list[Work] = [
    at_once, waits, has_a_task, has_timeouts_of_its_own, fails_first, fails_later, stops_iterating, never,
    clears_up_slowly, will_not_stop, NoCoroutine,
]  # fmt: skip


async def plainly(timeout_s: float, work: Awaitable[str]) -> str:
    async with asyncio.timeout(timeout_s):
        return await work


async def outcome(waiting: Awaitable[str]) -> str:
    try:
        return await waiting
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("work", WORKS)
async def test_it_comes_to_what_a_timeout_around_it_does(work: Work) -> None:
    assert await outcome(within(SHORT_S, work())) == await outcome(plainly(SHORT_S, work()))


@pytest.mark.parametrize("work", [waits, never, clears_up_slowly, will_not_stop])
async def test_so_it_does_where_somebody_cancels_it(work: Work) -> None:
    ends = list[object]()
    for wait in (within, plainly):
        task = asyncio.ensure_future(wait(LONG_S, work()))
        await asyncio.sleep(0)
        task.cancel()
        ends.append(await asyncio.gather(task, return_exceptions=True))
        assert not task.cancelling() or task.cancelled() or task.result() == "said"
    assert repr(ends[0]) == repr(ends[1])


async def test_what_takes_no_time_is_not_late_and_what_waits_then_is() -> None:
    assert await within(-1.0, at_once()) == "said"
    with pytest.raises(TimeoutError):
        await within(-1.0, never())


async def test_work_that_is_given_up_is_closed() -> None:
    closed = list[str]()

    async def tells() -> str:
        try:
            return await never()
        finally:
            closed.append("closed")

    work = tells()
    waiting = within(LONG_S, work)
    waiting.send(None)
    waiting.close()
    assert closed == ["closed"]


async def test_no_timer_is_set_for_an_answer_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_ = list[float]()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "call_at", lambda when, *_, **__: set_.append(when))
    assert await within(LONG_S, at_once()) == "said"
    assert not set_
