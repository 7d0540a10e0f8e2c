"""`--reload` sees a change of whatever was read to make what is served, and of what could not be read at the last try."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from meant.files.atomic import write_text
from meant.files.gateway import read_gateway
from meant.files.noting import Stamp, stamp
from meant.serve import server, watch
from meant.serve.gateway import Gateway
from meant.serve.generation import Builder, Generation
from meant.serve.server import Plan, opened
from meant.serve.switchboard import Switchboard
from meant.serve.wires.dialects import WIRES
from meant.systems.prompted import Prompted
from tests.serve.talking import POLICY

FILES = {
    "gateway.yaml": "policy: policy.yaml\nsystems: {kind: system.yaml+policy}\nstore: {path: s.db, when_full: wait}\n",
    "policy.yaml": POLICY,
    "system.yaml": """
name: kind
model: {use: scripted, otherwise: "Hello."}
prompt_file: prompts/kind.md
guards:
  unresolved: block
  layers:
    - {use: judge, judge: judges/panel.yaml, principle: help, expect: comply, at: [output], on_error: block, mode: enforce}
""",
    "prompts/kind.md": "Be kind.",
    "judges/panel.yaml": "use: panel\njudges: [one.yaml, two.yaml]\n",
    "judges/one.yaml": "use: llm\nsystem: asked.yaml\n",
    "judges/two.yaml": "use: llm\nsystem: asked.yaml\nrepeats: 2\n",
    "judges/asked.yaml": 'name: asked\nmodel: {use: scripted, otherwise: "fine"}\n',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def plan(folder: Path) -> Plan:
    path = folder / "gateway.yaml"
    return Plan(read=lambda: read_gateway(path)[0], folder=folder, wires=WIRES, reload=True)


@asynccontextmanager
async def watching(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    monkeypatch.setattr(watch, "EVERY_S", 0.001)
    async with opened(plan(folder)) as gateway:
        yield gateway


async def touched(path: Path, text: str, seen: Callable[[], bool]) -> None:
    """Write it at once, so that no look finds a part, and wait until that was seen."""
    write_text(path, f"{text}\n")
    await until(seen)


async def until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not seen():  # noqa: ASYNC110 - a thread looks
            await asyncio.sleep(0.001)


def test_every_file_that_was_read_is_one_that_is_watched(folder: Path) -> None:
    one = plan(folder)
    files = Builder(folder, None, ()).build(*one.noted()).files
    assert {path.resolve() for path in files} == {(folder / name).resolve() for name in FILES}


async def test_a_change_is_seen_wherever_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watching(folder, monkeypatch) as gateway:
        for name, text in FILES.items():
            before = gateway.generation
            await touched(folder / name, text, lambda before=before: gateway.generation is not before)  # type: ignore[misc]


async def test_what_a_broken_change_has_brought_in_is_watched_as_well(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with watching(folder, monkeypatch) as gateway:
        before, judges = gateway.generation, folder / "judges"
        await touched(
            judges / "panel.yaml", "use: panel\njudges: [one.yaml, three.yaml]", lambda: "three.yaml" in caplog.text
        )
        assert gateway.generation is before
        await touched(judges / "three.yaml", FILES["judges/two.yaml"], lambda: gateway.generation is not before)


def prompt_of(gateway: Gateway) -> str | None:
    system = gateway.generation.servings["kind"].system
    assert isinstance(system, Prompted)
    assert isinstance(system.inner, Prompted)
    return system.inner.prompt


async def test_a_file_that_changes_right_after_it_was_read_for_the_first_time_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, build = folder / "prompts" / "new.md", Builder.build

    def built(*args: Any) -> Generation:
        generation = build(*args)
        if new in generation.files:
            new.write_text("Be brief, and kind.")
        return generation

    monkeypatch.setattr(Builder, "build", built)
    new.write_text("Be brief.")
    async with watching(folder, monkeypatch) as gateway:
        system = FILES["system.yaml"].replace("prompts/kind.md", "prompts/new.md")
        (folder / "system.yaml").write_text(system)
        await until(lambda: prompt_of(gateway) == "Be brief, and kind.")


@pytest.mark.parametrize("name", ["gateway.yaml", "prompts/kind.md"])
async def test_so_is_one_that_changes_right_after_the_start_has_read_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    changed = {
        "gateway.yaml": FILES["gateway.yaml"].replace("system.yaml", "other.yaml"),
        "prompts/kind.md": "Be otherwise.",
    }
    (folder / "other.yaml").write_text(FILES["system.yaml"].replace("prompts/kind.md", "other.md"))
    (folder / "other.md").write_text("Be otherwise.")
    look = server._first_look

    def later(board: Switchboard, store: Path) -> None:
        look(board, store)
        (folder / name).write_text(changed[name])

    monkeypatch.setattr(server, "_first_look", later)
    async with watching(folder, monkeypatch) as gateway:
        await until(lambda: prompt_of(gateway) == "Be otherwise.")


async def test_a_change_that_no_attempt_gets_as_far_as_is_told_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The policy is read first, and broken. Once it is mended the other change counts, too."""
    tries, looks = 0, 0

    def looked(path: Path) -> Stamp | None:
        nonlocal looks
        looks += path.name == "system.yaml" and tries > 1
        return stamp(path)

    async with watching(folder, monkeypatch) as gateway:
        build = gateway.rebuild

        def rebuilt(old: Generation) -> Generation:
            nonlocal tries
            tries += 1
            return build(old)

        gateway.rebuild = rebuilt
        monkeypatch.setattr(watch, "stamp", looked)
        await touched(folder / "policy.yaml", "name: [", lambda: tries == 1)
        changed = FILES["system.yaml"].replace("prompts/kind.md", "other.md")
        (folder / "other.md").write_text("Be otherwise.")
        await touched(folder / "system.yaml", changed, lambda: looks > 30)
        assert tries == 2
        await touched(folder / "policy.yaml", FILES["policy.yaml"], lambda: prompt_of(gateway) == "Be otherwise.")
