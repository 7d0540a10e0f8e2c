"""What happens while something else does: a stop in a reload, a fault and a kill switch, limits that are changed."""

import asyncio
import threading
from pathlib import Path

import pytest

from meant.core.turn import Turn
from meant.files.noting import Stamps
from meant.loop.assemble import Assembly
from meant.serve import watch as module
from meant.serve.generation import Generation
from meant.serve.server import Plan, listening, opened
from meant.serve.switchboard import Switchboard
from meant.serve.watch import Watch
from meant.serve.wires.dialects import WIRES
from meant.systems.providers.scripted import Scripted
from tests.serve.talking import POLICY, serving, spec, turn
from tests.serve.test_switches import switched

ASKS = "{use: pii, then: ask, at: [input], on_error: block, mode: enforce}"


async def test_a_stop_in_the_middle_of_a_reload_ends_and_leaves_no_model_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built, go, closed = asyncio.Event(), threading.Event(), list[str]()

    async def aclose(self: Scripted) -> None:
        closed.append(self.name)

    monkeypatch.setattr(Scripted, "aclose", aclose)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(10), serving(tmp_path) as served:
        build = served.gateway.rebuild

        def slowly(old: Generation) -> Generation:
            new = build(old)
            loop.call_soon_threadsafe(built.set)
            go.wait(10)
            return new

        served.gateway.rebuild = slowly
        reloads = [asyncio.ensure_future(served.gateway.reload()) for _ in range(2)]
        await built.wait()
        loop.call_later(0.05, go.set)
    assert [await one for one in reloads] == [True, False]
    assert len(closed) == 2


async def test_whatever_is_wrong_with_the_files_switches_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.001)
    looks = 0

    def files() -> Stamps:
        nonlocal looks
        looks += 1
        raise RuntimeError("no such thing")

    board, seen = Switchboard(), asyncio.Event()
    watch = Watch(tmp_path / "s.db", board, asyncio.get_running_loop(), seen.set, print, files=files)
    watch.start()
    try:
        async with asyncio.timeout(10):
            while looks < 2:  # noqa: ASYNC110 - a thread looks
                await asyncio.sleep(0.001)
            turn(tmp_path / "s.db", switched("tool", "send_mail"))
            await seen.wait()
    finally:
        await asyncio.to_thread(watch.close)
    assert "send_mail" in board
    assert caplog.text.count("no such thing") == 1


async def test_a_model_that_cannot_be_closed_leaves_none_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = list[Assembly]()

    async def aclose(self: Assembly) -> None:
        closed.append(self)
        raise OSError("stuck")

    monkeypatch.setattr(Assembly, "aclose", aclose)
    async with serving(tmp_path):
        pass
    assert len(closed) == 2


async def test_how_long_a_person_is_waited_for_is_read_again_and_so_is_the_grace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY)
    words = (
        f"name: talker\nmodel: {{use: scripted, otherwise: Hello}}\nguards: {{unresolved: block, layers: [{ASKS}]}}\n"
    )
    (tmp_path / "talker.yaml").write_text(words)
    given = {"systems": {"talker": "talker.yaml"}, "grace_s": 600}
    now = [spec(**given, approval_s=600)]
    async with asyncio.timeout(10), opened(Plan(read=lambda: now[-1], folder=tmp_path, wires=WIRES)) as gateway:
        now.append(spec(**given | {"grace_s": 0}, approval_s=0))
        assert await gateway.reload()
        async with listening(gateway):
            reply = await gateway.generation.servings["talker"].system.reply(
                [Turn(role="user", text="I am ann@example.com")]
            )
            assert reply.finish == "content_filter"
            gateway.generation.under_way += 1
        gateway.generation.under_way -= 1
    assert "in 0 s at most" in caplog.text
