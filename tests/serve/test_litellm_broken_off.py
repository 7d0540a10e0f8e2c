"""A check of LiteLLM's that comes to no answer: it is no pass, and what guards had said by then is in the record."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from meant.core.guard import ALLOW, Opinion, Sight
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from meant.guard.layer import Layer
from meant.serve.litellm import PATH
from tests.serve.talking import Answered, Served, Talker, kept, serving, spec, turn
from tests.serve.test_litellm import EVERYWHERE, Ponders, behind, request, response
from tests.serve.test_switches import look, switched


@dataclass(frozen=True)
class Waits:
    """Lets pass, once the test says so."""

    begun: asyncio.Event
    go: asyncio.Event
    places: frozenset[Any] = EVERYWHERE
    fingerprint: str = "waits"
    hold_back: int | None = 0

    async def check(self, sight: Sight) -> Opinion:
        self.begun.set()
        await self.go.wait()
        return ALLOW


BODY = json.dumps(request(("user", "Hello"), ("user", "And then?"))).encode()


@asynccontextmanager
async def pondering(folder: Path, **fields: Any) -> AsyncIterator[tuple[Served, Ponders]]:
    """A gateway whose guard does not come to an end."""
    ponders = Ponders(asyncio.Event(), asyncio.Event())
    layer = Layer(ponders, name="ponders", at=EVERYWHERE, on_error="allow", mode="enforce", timeout_s=60.0)
    async with asyncio.timeout(10), serving(folder, file=spec(**fields)) as served:
        behind(served, Guarded(Talker(), Cascade((layer,), "block"), "No."))
        yield served, ponders


async def test_one_that_takes_too_long_is_kept_as_failed(tmp_path: Path) -> None:
    async with pondering(tmp_path, answer_timeout_s=0.05) as (served, _):
        assert (await served.send(BODY, PATH)).status == 504
    (one,) = kept(tmp_path / "store.db")
    assert (one.exchange.ending, one.exchange.status, one.exchange.dialect) == ("failed", 504, "litellm")
    assert "0.05 s" in (one.transcript.error or "")


async def test_one_that_a_proxy_does_not_wait_for_is_kept_as_hung_up(tmp_path: Path) -> None:
    async with pondering(tmp_path) as (served, ponders):
        asking = asyncio.ensure_future(served.send(BODY, PATH))
        await ponders.begun.wait()
        asking.cancel()
        await ponders.stopped.wait()
    (one,) = kept(tmp_path / "store.db")
    assert (one.exchange.ending, one.exchange.status) == ("hung_up", 0)
    assert [said.text for said in one.transcript.turns[:2]] == ["Hello", "And then?"]


async def test_one_under_way_ends_where_its_system_is_switched_off(tmp_path: Path) -> None:
    async with pondering(tmp_path) as (served, ponders):
        asking = asyncio.ensure_future(served.send(BODY, PATH))
        await ponders.begun.wait()
        turn(served.store, switched("system", "talker"))
        look(served)
        served.gateway.switched()
        assert (await asking).status == 503
    (one,) = kept(tmp_path / "store.db")
    assert (one.exchange.ending, one.exchange.status) == ("switched_off", 503)


async def test_nor_does_it_pass_where_nobody_had_to_be_stopped(tmp_path: Path) -> None:
    """The switch was turned, and seen, while the last guard was about to answer."""
    waits = Waits(asyncio.Event(), asyncio.Event())
    layer = Layer(waits, name="waits", at=EVERYWHERE, on_error="block", mode="enforce", timeout_s=60.0)
    async with asyncio.timeout(10), serving(tmp_path) as served:
        behind(served, Guarded(Talker(), Cascade((layer,), "block"), "No."))
        asking = asyncio.ensure_future(served.send(BODY, PATH))
        await waits.begun.wait()
        turn(served.store, switched("system", "talker"))
        look(served)
        waits.go.set()
        assert (await asking).status == 503


async def test_one_that_the_gateway_cuts_off_is_told_so(tmp_path: Path) -> None:
    async with pondering(tmp_path) as (served, ponders):
        asking = asyncio.ensure_future(served.send(BODY, PATH))
        await ponders.begun.wait()
        served.gateway.cut_off()
        answered: Answered = await asking
    assert (answered.status, b"stopping" in answered.body) == (503, True)
    (one,) = kept(tmp_path / "store.db")
    assert one.exchange.ending == "cut_off"


async def test_one_that_breaks_is_kept_with_what_was_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("wires crossed")

    go = asyncio.Event()
    go.set()
    layer = Layer(Waits(asyncio.Event(), go), name="waits", at=EVERYWHERE, on_error="block", mode="enforce")
    async with serving(tmp_path) as served:
        behind(served, Guarded(Talker(), Cascade((layer,), "block"), "No."))
        monkeypatch.setattr("meant.serve.litellm._answer", broken)
        assert (await served.send(json.dumps(response("Hello")).encode(), PATH)).status == 500
    (one,) = kept(tmp_path / "store.db")
    assert (one.exchange.ending, one.exchange.status) == ("failed", 500)
    assert "wires crossed" in (one.transcript.error or "")
    assert [said.action for said in one.transcript.guards] == ["allow"]
