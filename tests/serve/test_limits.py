"""What a tenant may ask for: bytes, requests a minute, requests at once, and which systems; who needs a key."""

import asyncio
import contextlib
import json
from pathlib import Path

import pytest

from meant.files.gateway import Bounds
from meant.serve.limits import Lane
from meant.serve.wires.contract import Refused
from tests.serve.talking import CHAT, Talker, asking, kept, serving, spec


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_bucket_fills_by_the_minute_and_says_when_to_come_back() -> None:
    clock = Clock()
    lane = Lane(Bounds(requests_per_minute=2), clock)
    for _ in range(2):
        with lane:
            pass
    with pytest.raises(Refused) as refused, lane:
        pass
    assert (refused.value.status, refused.value.why, refused.value.retry_after_s) == (429, "rate_limited", 30)
    clock.now_s = 29.0
    with pytest.raises(Refused) as refused, lane:
        pass
    assert refused.value.retry_after_s == 1
    clock.now_s = 30.0
    with lane:
        pass
    clock.now_s = 3600.0
    for _ in range(2):
        with lane:
            pass
    with pytest.raises(Refused), lane:
        pass


def test_a_rate_below_one_a_minute_lets_one_through() -> None:
    clock = Clock()
    lane = Lane(Bounds(requests_per_minute=0.5), clock)
    clock.now_s = 120.0
    with lane:
        pass
    with pytest.raises(Refused) as refused, lane:
        pass
    assert refused.value.retry_after_s == 120


def test_slots_are_given_back_whatever_happened() -> None:
    lane = Lane(Bounds(at_once=1))
    with pytest.raises(ZeroDivisionError), lane:
        raise ZeroDivisionError
    with lane, pytest.raises(Refused), lane:
        pass
    with lane:
        pass


async def test_the_dialect_says_when_to_come_back(tmp_path: Path) -> None:
    async with serving(tmp_path, file=spec(limits={"requests_per_minute": 1})) as served:
        assert (await served.ask()).status == 200
        late = await served.ask()
    assert late.status == 429
    assert int(late.headers["retry-after"]) > 50
    assert "message" in json.loads(late.body)["error"]


async def test_one_request_at_a_time(tmp_path: Path) -> None:
    talker = Talker(held=0)
    async with serving(tmp_path, talker, file=spec(limits={"at_once": 1})) as served:
        first = asyncio.ensure_future(served.ask())
        await talker.began.wait()
        assert (await served.ask()).status == 429
        talker.gate.set()
        assert (await first).status == 200
        assert (await served.ask()).status == 200


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_huge_body_is_refused_before_it_is_read(tmp_path: Path, chunked: bool) -> None:
    async def pieces() -> object:
        for _ in range(40):
            yield b"x" * 1000

    async with serving(tmp_path, file=spec(limits={"body_bytes": 1000})) as served:
        body = pieces() if chunked else b"x" * 40_000
        async with served.http.post(f"{served.url}{CHAT}", data=body) as response:
            assert response.status == 413
            assert "1000 bytes" in (await response.json())["error"]["message"]
        assert (await served.ask()).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe{}",
        b'{"model": "talker"}',
        b'{"model": "talker", "messages": []}',
        b'{"model": "talker", "messages": [{"role": "emperor", "content": "x"}]}',
        b'{"model": "talker", "messages": [{"role": "user", "content": "\xff"}]}',
        b'{"model": 7, "messages": [{"role": "user", "content": "x"}]}',
        b'{"model": "talker", "messages": [{"role": "user", "content": "\\ud800"}]}',
        b"[" * 100_000,
    ],
)
async def test_bad_input_is_the_dialects_own_error(tmp_path: Path, body: bytes) -> None:
    async with serving(tmp_path) as served:
        answered = await served.send(body)
    assert 400 <= answered.status < 500
    assert json.loads(answered.body)["error"]["message"]
    assert b"Traceback" not in answered.body
    assert kept(tmp_path / "store.db") == []


async def test_no_web_page_asks_a_gateway_without_keys(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        assert (await served.send(b"{}", origin="https://evil.example")).status == 403
        assert (await served.send(b"{}", host="evil.example:8080")).status == 403
        assert (await served.get("/v1/models", origin="https://evil.example")).status == 403


async def test_routes_beside_the_dialects(tmp_path: Path) -> None:
    async with serving(tmp_path, Talker(), Talker("other")) as served:
        listed = json.loads((await served.get("/v1/models")).body)
        assert [one["id"] for one in listed["data"]] == ["other", "talker"]
        assert json.loads((await served.get("/v1/models/other")).body)["id"] == "other"
        assert (await served.get("/v1/models/nobody")).status == 404
        assert (await served.get("/health")).status == 200
        assert (await served.get("/ready")).status == 200
        assert b"meant_requests_under_way" in (await served.get("/metrics")).body


async def test_metrics_can_have_a_key_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPER", "scraper-0123456789abcdef")
    async with serving(tmp_path, file=spec(metrics={"name": "scraper", "env": "SCRAPER"})) as served:
        assert (await served.get("/metrics")).status == 403
        assert (await served.get("/metrics", authorization="Bearer scraper-0123456789abcdef")).status == 200


async def test_a_head_that_never_ends_is_ended(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        _, writer = await asyncio.open_connection("127.0.0.1", int(served.url.rsplit(":", 1)[1]))
        writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nx-long: ")
        chunks, written = 200, 0
        with contextlib.suppress(ConnectionError):
            for written in range(chunks):  # noqa: B007
                writer.write(b"a" * 100_000)
                await writer.drain()
        assert written < chunks - 1
        writer.close()
        large = await served.send(json.dumps(asking()).encode(), x_large="a" * 5_000)
        assert large.status == 200
