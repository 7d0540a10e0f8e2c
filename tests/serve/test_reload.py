"""Hot reload and draining: what is under way ends where it began."""

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest

from meant.core.errors import ConfigError
from meant.serve.gateway import Gateway
from meant.serve.generation import Generation
from meant.serve.server import Plan, opened
from meant.serve.wires.dialects import WIRES
from meant.systems.providers.scripted import Scripted
from tests.serve.talking import POLICY, Talker, kept, serving, spec


async def reload_with(gateway: Gateway, *talkers: Talker) -> bool:
    """As SIGHUP does, with these systems in the place of the files' models."""
    build = gateway.rebuild

    def built(old: Generation) -> Generation:
        new = build(old)
        new.servings = {
            name: one._replace(system=next((t for t in talkers if t.name == name), one.system))
            for name, one in new.servings.items()
        }
        return new

    gateway.rebuild = built
    return await gateway.reload()


async def test_new_requests_get_the_new_files_and_a_running_stream_ends_on_the_old(tmp_path: Path) -> None:
    old, new = Talker(pieces=("old ", "words"), held=1), Talker(pieces=("new words",))
    async with serving(tmp_path, old) as served:
        models = served.gateway.generation.assemblies
        stream = asyncio.ensure_future(served.ask(stream=True))
        await old.began.wait()
        first = served.gateway.generation
        assert await reload_with(served.gateway, new)
        answered = json.loads((await served.ask()).body)
        assert answered["choices"][0]["message"]["content"] == "new words"
        assert (first.retired, first.under_way) == (True, 1)
        old.gate.set()
        assert b"words" in (await stream).body
        assert first.under_way == 0
        assert models is not served.gateway.generation.assemblies
    texts = sorted(one.transcript.last_reply for one in kept(tmp_path / "store.db"))
    assert texts == ["new words", "old words"]


async def test_a_broken_file_changes_nothing_and_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with serving(tmp_path) as served:
        before = served.gateway.generation
        (tmp_path / "talker.yaml").write_text("name: talker\nmodel: {use: nobody}\n")
        assert not await served.gateway.reload()
        assert served.gateway.generation is before
        assert "no provider named 'nobody'" in caplog.text
        assert (await served.ask()).status == 200


async def test_reloads_that_come_together_leave_no_models_open(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        seen, build = list[Generation](), served.gateway.rebuild

        def built(old: Generation) -> Generation:
            seen.append(old)
            return build(old)

        served.gateway.rebuild = built
        assert list(await asyncio.gather(served.gateway.reload(), served.gateway.reload())) == [True, True]
        assert seen[0] is not seen[1]
        assert [one.retired for one in (*seen, served.gateway.generation)] == [True, True, False]


async def test_a_reload_that_breaks_in_an_unforeseen_way_changes_nothing_and_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(tmp_path) as served:
        before = served.gateway.generation

        def broken(old: Generation) -> Generation:
            raise RecursionError("too deep")

        served.gateway.rebuild = broken
        assert not await served.gateway.reload()
        assert served.gateway.generation is before
    assert "too deep" in caplog.text


async def test_sighup_reloads(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        before = served.gateway.generation
        (tmp_path / "policy.yaml").write_text((tmp_path / "policy.yaml").read_text().replace('"1"', '"2"'))
        os.kill(os.getpid(), signal.SIGHUP)
        while served.gateway.generation is before:  # noqa: ASYNC110 - the signal's handler sets no event
            await asyncio.sleep(0.001)
        assert served.gateway.generation.assemblies[0].policy.version == "2"


async def test_limits_are_not_reset_by_a_reload_that_leaves_them_as_they_are(tmp_path: Path) -> None:
    async with serving(tmp_path, file=spec(limits={"requests_per_minute": 1})) as served:
        assert (await served.ask()).status == 200
        assert await served.gateway.reload()
        assert (await served.ask()).status == 429


async def test_models_of_the_old_files_are_closed_when_nobody_is_on_them(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        closed = list[Generation]()
        first = served.gateway.generation
        done = first.emptied

        def emptied(one: Generation) -> None:
            closed.append(one)
            done(one)

        first.emptied = emptied
        with first:
            assert await served.gateway.reload()
            assert closed == []
        assert closed == [first]


async def test_answers_under_way_end_before_the_gateway_does_and_are_kept(tmp_path: Path) -> None:
    talker = Talker(held=1)
    async with serving(tmp_path, talker) as served:
        asking = asyncio.ensure_future(served.ask(stream=True))
        await talker.began.wait()
        served.gateway.draining = True
        assert (await served.get("/ready")).status == 503
        asyncio.get_running_loop().call_later(0.05, talker.gate.set)
    answered = await asking
    assert answered.body.endswith(b"data: [DONE]\n\n")
    assert kept(tmp_path / "store.db")[0].exchange.ending == "answered"


async def test_what_does_not_end_within_the_grace_is_cut_off_and_kept(tmp_path: Path) -> None:
    talker = Talker(held=1)
    async with serving(tmp_path, talker, file=spec(grace_s=0)) as served:
        asking = asyncio.ensure_future(served.ask(stream=True))
        await talker.began.wait()
    await asyncio.gather(asking, return_exceptions=True)
    (one,) = kept(tmp_path / "store.db")
    assert one.exchange.ending == "cut_off"
    assert talker.ended in (["CancelledError"], ["GeneratorExit"])


async def test_whoever_is_in_a_hurry_cuts_them_off(tmp_path: Path) -> None:
    talker = Talker(held=1)
    async with serving(tmp_path, talker, file=spec(grace_s=600)) as served:
        whole, stream = (asyncio.ensure_future(served.ask(stream=stream)) for stream in (False, True))
        await talker.began.wait()
        while len(served.gateway.answering) < 2:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.001)
        asyncio.get_running_loop().call_soon(served.gateway.cut_off)
    assert (await whole).status == 503
    assert b"The gateway is stopping" in (await stream).body or (await stream).status == 503
    assert [one.exchange.ending for one in kept(tmp_path / "store.db")] == ["cut_off", "cut_off"]


async def test_models_of_judges_are_closed_with_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = list[str]()

    async def aclose(self: Scripted) -> None:
        closed.append(self.otherwise)

    monkeypatch.setattr(Scripted, "aclose", aclose)
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "asked.yaml").write_text('name: asked\nmodel: {use: scripted, otherwise: "the judge\'s"}\n')
    (tmp_path / "judge.yaml").write_text("use: llm\nsystem: asked.yaml\n")
    layer = "{use: judge, judge: judge.yaml, principle: help, expect: comply, on_error: block, mode: enforce}"
    guards = f"guards: {{unresolved: block, layers: [{layer}]}}"
    (tmp_path / "talker.yaml").write_text(f"name: talker\nmodel: {{use: scripted, otherwise: mine}}\n{guards}\n")
    file = spec(systems={"talker": "talker.yaml"})
    async with opened(Plan(read=lambda: file, folder=tmp_path, wires=WIRES)) as gateway:
        assert await gateway.reload()
        await asyncio.sleep(0)
    assert sorted(closed) == ["mine", "mine", "the judge's", "the judge's"]


async def test_an_address_that_is_taken_is_the_users_mistake(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        port = int(served.url.rsplit(":", 1)[1])
        other = tmp_path / "other"
        other.mkdir()
        words = f"cannot listen on 127.0.0.1:{port}: Address already in use; choose another with --port"
        with pytest.raises(ConfigError, match=words):
            async with serving(other, file=spec(listen={"port": port})):
                pass
