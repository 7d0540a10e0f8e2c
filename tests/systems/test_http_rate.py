"""The limiter, in virtual time: several callers sleep at once and the earliest wakes first."""

import asyncio
import heapq
from collections.abc import Coroutine
from itertools import count

from meant.systems.http.clock import Clock
from meant.systems.http.rate import Limiter


class Hours:
    """A virtual clock that several sleepers share."""

    def __init__(self, chance: float = 0.0) -> None:
        self.now = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self.clock = Clock(now=lambda: self.now, sleep=self.sleep, chance=lambda: chance)

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), woken))
        await woken

    async def run(self, *callers: Coroutine[None, None, None]) -> None:
        """Run all to the end, moving time on whenever everybody sleeps."""
        tasks = [asyncio.ensure_future(c) for c in callers]
        while not all(task.done() for task in tasks):
            for _ in range(5):
                await asyncio.sleep(0)
            if self._sleepers:
                self.now, _, woken = heapq.heappop(self._sleepers)
                if not woken.cancelled():
                    woken.set_result(None)
        await asyncio.gather(*tasks)


async def admitted(hours: Hours, limiter: Limiter, n: int) -> list[tuple[int, float]]:
    """Who went when, in the order they went."""
    went: list[tuple[int, float]] = []

    async def caller(i: int) -> None:
        await limiter.admit()
        went.append((i, round(hours.now, 6)))

    await hours.run(*(caller(i) for i in range(n)))
    return went


async def test_a_slow_rate_spaces_callers_in_their_order() -> None:
    hours = Hours()
    assert await admitted(hours, Limiter(3, hours.clock), 3) == [(0, 0.0), (1, 20.0), (2, 40.0)]


async def test_a_fast_rate_lets_one_seconds_worth_go_at_once_and_spaces_the_rest() -> None:
    hours = Hours()
    times = [at for _, at in await admitted(hours, Limiter(300, hours.clock), 15)]  # one each 0.2 s, five in a second
    assert times[:5] == [0.0] * 5
    assert times[5:] == [round(0.2 * i, 6) for i in range(1, 11)]


async def test_no_rate_admits_everybody() -> None:
    hours = Hours()
    assert {at for _, at in await admitted(hours, Limiter(None, hours.clock), 100)} == {0.0}


async def test_a_pause_moves_every_place_back_waiting_ones_too() -> None:
    hours = Hours()
    limiter = Limiter(3, hours.clock)

    async def pauses() -> None:
        await hours.sleep(10)
        limiter.pause(50)
        limiter.pause(5)  # a shorter one does not end it

    async def all_of_them() -> None:
        went = await asyncio.gather(*(_go(limiter, hours) for _ in range(3)), pauses())
        assert went[:3] == [0.0, 70.0, 90.0]

    await hours.run(all_of_them())


async def test_after_a_pause_without_a_rate_callers_do_not_all_come_at_once() -> None:
    hours = Hours(chance=0.5)
    limiter = Limiter(None, hours.clock)
    limiter.pause(10)
    assert await admitted(hours, limiter, 1) == [(0, 10.5)]
    assert await admitted(hours, limiter, 1) == [(0, 10.5)]


async def test_a_cancelled_caller_holds_nobody_up() -> None:
    hours = Hours()
    limiter = Limiter(3, hours.clock)
    await limiter.admit()
    waiting = asyncio.ensure_future(limiter.admit())
    await asyncio.sleep(0)
    waiting.cancel()
    assert await admitted(hours, limiter, 1) == [(0, 40.0)]


async def _go(limiter: Limiter, hours: Hours) -> float:
    await limiter.admit()
    return hours.now
