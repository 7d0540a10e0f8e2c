"""`--reload` sees a change of whatever was read to make what is served, and of what could not be read at the last try."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from meant.files.gateway import read_gateway
from meant.serve import watch
from meant.serve.gateway import Gateway
from meant.serve.generation import Builder
from meant.serve.server import Plan, opened
from meant.serve.watch import differs
from meant.serve.wires.dialects import WIRES
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
    return Plan(read=lambda: read_gateway(path)[0], folder=folder, file=path, wires=WIRES, reload=True)


@asynccontextmanager
async def watching(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    monkeypatch.setattr(watch, "EVERY_S", 0.001)
    async with opened(plan(folder)) as gateway:
        yield gateway


async def touched(path: Path, text: str, seen: Callable[[], bool]) -> None:
    """Write it, each time a bit longer, until that was seen: the thread that looks may not have looked before."""
    async with asyncio.timeout(10):
        while not seen():
            text += "\n"
            path.write_text(text)  # noqa: ASYNC240 - a line or two
            await asyncio.sleep(0.005)


def test_every_file_that_was_read_is_one_that_is_watched(folder: Path) -> None:
    one = plan(folder)
    assert one.file is not None
    files = Builder(folder, None, ()).build(one.read(), None, one.file).files
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


def test_other_files_are_no_change_of_files() -> None:
    one, two = Path("one"), Path("two")
    assert not differs({one: (1, 1)}, {one: (1, 1), two: (1, 1)})
    assert not differs({one: (1, 1), two: (1, 1)}, {two: (1, 1)})
    assert differs({one: (1, 1)}, {one: (2, 1), two: (1, 1)})
    assert differs({one: None}, {one: (1, 1)})
