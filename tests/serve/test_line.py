"""The line to a client: who hangs up is noticed, whether before somebody listens or after, and the work is cancelled."""

import asyncio

import pytest

from meant.serve import line
from meant.serve.asgi import HungUp, Message
from meant.serve.line import Line

FOREVER_S = 60.0


class Client:
    """Goes when it is told to."""

    def __init__(self) -> None:
        self.listened_to, self.gone = asyncio.Event(), asyncio.Event()

    async def receive(self) -> Message:
        self.listened_to.set()
        await self.gone.wait()
        return {"type": "http.disconnect"}


class Work:
    """Never ends by itself."""

    def __init__(self) -> None:
        self.began, self.cancelled = asyncio.Event(), False

    async def run(self, client: Client, within_s: float = FOREVER_S) -> None:
        with Line(client.receive, within_s):
            self.began.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled = True
                raise


async def test_who_went_before_anybody_listened_is_noticed_then() -> None:
    client, work = Client(), Work()
    client.gone.set()
    with pytest.raises(HungUp):
        await work.run(client)
    assert work.cancelled


async def test_who_goes_later_is_noticed_at_once() -> None:
    client, work = Client(), Work()
    running = asyncio.ensure_future(work.run(client))
    await client.listened_to.wait()
    assert not work.cancelled
    client.gone.set()
    with pytest.raises(HungUp):
        await running
    assert work.cancelled


@pytest.mark.parametrize("within_s", [0.0, 0.06])
async def test_the_time_is_up_before_somebody_listens_and_after(within_s: float) -> None:
    work = Work()
    with pytest.raises(TimeoutError):
        await work.run(Client(), within_s)
    assert work.cancelled


async def test_whoever_goes_on_after_it_is_no_longer_cancelled() -> None:
    client, task = Client(), asyncio.current_task()
    client.gone.set()
    with pytest.raises(HungUp):
        await Work().run(client)
    assert task is not None
    assert task.cancelling() == 0


async def test_what_somebody_else_cancels_is_cancelled() -> None:
    client, work = Client(), Work()
    running = asyncio.ensure_future(work.run(client))
    await work.began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_work_that_ended_is_let_be() -> None:
    client, task = Client(), asyncio.current_task()
    with Line(client.receive, FOREVER_S):
        await client.listened_to.wait()
    await some_turns()
    assert asyncio.all_tasks() == {task}


async def test_who_goes_while_the_work_ends_cancels_nothing_that_comes_after() -> None:
    client, task = Client(), asyncio.current_task()
    with Line(client.receive, FOREVER_S):
        await client.listened_to.wait()
        client.gone.set()
        await asyncio.sleep(0)
    await some_turns()
    assert task is not None
    assert task.cancelling() == 0


async def test_whether_somebody_is_there_is_told_without_waiting() -> None:
    client = Client()
    with Line(client.receive, FOREVER_S) as here:
        here.check()
        client.gone.set()
        with pytest.raises(HungUp):
            here.check()


async def test_nor_is_it_waited_for_who_listens_to_tell() -> None:
    client = Client()
    with Line(client.receive, FOREVER_S) as here:
        await client.listened_to.wait()
        client.gone.set()
        with pytest.raises(HungUp):
            here.check()


async def test_who_was_asked_about_is_still_listened_to() -> None:
    client = Client()
    with Line(client.receive, FOREVER_S) as here:
        here.check()
        client.listened_to.clear()
        await client.listened_to.wait()
        client.gone.set()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.Event().wait()
        task = asyncio.current_task()
        assert task is not None
        task.uncancel()


async def test_nobody_listens_to_who_is_answered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    with Line(client.receive, FOREVER_S):
        await some_turns()
    assert not client.listened_to.is_set()
    monkeypatch.setattr(line, "PATIENCE_S", 0.0)
    with Line(client.receive, FOREVER_S):
        pass
    await some_turns()
    assert not client.listened_to.is_set()


async def some_turns() -> None:
    """Of the loop: what is due has happened."""
    for _ in range(5):
        await asyncio.sleep(0)
