"""The python provider: functions of every kind, what they do wrong, and where they are looked for."""

import asyncio
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from meant.core.errors import FileFaults, PluginError, SystemFailure
from meant.core.policy import Policy
from meant.core.system import Reply, Sampling, System
from meant.core.turn import Turn
from meant.files.system import read_system
from meant.loop.assemble import Assembly
from meant.plugins import settings_of
from meant.systems.contract import PROVIDERS
from meant.systems.providers.python import Python
from meant.systems.threads import in_thread
from meant.testing import check_system
from tests.conftest import Ran
from tests.docs.page import blocks

TURNS = (Turn(role="user", text="Hello"),)
TALK = (Turn(role="system", text="Be kind."), *TURNS, Turn(role="assistant", text="Hi"), Turn(role="user", text="Bye"))
APP = """
import asyncio, functools, threading, time
from meant import Turn
from meant.core.errors import ConfigError, SystemFailure
from meant.core.system import Reply, Usage

def answer(turns): return " / ".join(f"{t.role}: {t.text}" for t in turns)
def shout(prompt): return prompt.upper()
async def later(turns):
    await asyncio.sleep(0)
    return "later"
def soon(turns): return later(turns)
def whole(turns): return Reply(turn=Turn(role="assistant", text="whole"), usage=Usage(output_tokens=1))
def told(turns, *, seed, sampling): return f"{seed} {sampling.max_tokens}"
def where(turns): return threading.current_thread().name
def longer(prefix, turns): return prefix + turns[-1].text
part = functools.partial(longer, "> ")
class Bot:
    def __call__(self, turns): return "bot"
    def method(self, turns): return "method"
class Late:
    async def __call__(self, turns): return "late"
bot, late = Bot(), Late()

def bad(turns): raise ValueError("no such thing")
async def bad_later(turns): raise ValueError("no such thing")
def mute(turns): raise ValueError
def lost(turns): raise SystemFailure("the queue is full", kind="rate_limited")
def leaves(turns): raise SystemExit(3)
async def leaves_later(turns): raise SystemExit(3)
def stops(turns): raise StopIteration
def config(turns): raise ConfigError("its own")
def slow_inside(turns): raise TimeoutError("its own clock")
async def cancels(turns):
    waiting = asyncio.ensure_future(asyncio.sleep(9))
    waiting.cancel()
    await waiting
def nothing(turns): return None
def number(turns): return 7
def user(turns): return Reply(turn=Turn(role="user", text="x"))
def hangs(turns): time.sleep(5)
async def hangs_later(turns): await asyncio.sleep(5)
two = lambda turns, more: "x"
none = lambda: "x"
value = 7
"""


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Modules that a test brings are forgotten, and so is where they lay."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    known = set(sys.modules)
    yield
    for name in set(sys.modules) - known:
        del sys.modules[name]


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Python]:
    """Builds providers of functions of APP."""
    (tmp_path / "theirs.py").write_text(APP)

    def build(name: str = "answer", **settings: Any) -> Python:
        return Python(f"theirs:{name}", folder=str(tmp_path), **settings)

    return build


async def failure_of(system: Python) -> SystemFailure:
    with pytest.raises(SystemFailure) as caught:
        await system.reply(TURNS)
    return caught.value


@pytest.mark.parametrize(("good", "bad"), [("answer", "bad"), ("later", "bad_later")])
async def test_it_keeps_the_contract(build: Callable[..., Python], good: str, bad: str) -> None:
    await check_system(build(good), broken=build(bad))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("answer", "user: Hello"),
        ("later", "later"),
        ("soon", "later"),
        ("whole", "whole"),
        ("told", "3 256"),
        ("part", "> Hello"),
        ("bot", "bot"),
        ("late", "late"),
        ("bot.method", "method"),
    ],
)
async def test_functions_of_every_kind(build: Callable[..., Python], name: str, text: str) -> None:
    reply = await build(name).reply(TURNS, seed=3)
    assert reply.turn == Turn(role="assistant", text=text)
    assert reply.timing is not None
    assert reply.timing.total_s >= 0


async def test_a_reply_of_the_functions_own_is_kept(build: Callable[..., Python]) -> None:
    assert (await build("whole").reply(TURNS)).usage.output_tokens == 1


async def test_it_takes_turns_or_a_prompt(build: Callable[..., Python]) -> None:
    said = (await build().reply(TALK)).turn.text
    assert said == "system: Be kind. / user: Hello / assistant: Hi / user: Bye"
    assert (await build("shout", takes="prompt").reply(TURNS)).turn.text == "HELLO"


@pytest.mark.parametrize("turns", [TALK, TALK[:2], ()])
async def test_what_a_prompt_cannot_hold_is_not_left_out(build: Callable[..., Python], turns: Any) -> None:
    with pytest.raises(SystemFailure, match="set `takes: turns`") as caught:
        await build("shout", takes="prompt").reply(turns)
    assert caught.value.kind == "rejected"


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("bad", "crashed", "ValueError: no such thing"),
        ("bad_later", "crashed", "ValueError: no such thing"),
        ("mute", "crashed", "ValueError"),
        ("lost", "rate_limited", "the queue is full"),
        ("leaves", "crashed", "SystemExit: 3"),
        ("leaves_later", "crashed", "SystemExit: 3"),
        ("stops", "crashed", "RuntimeError: coroutine raised StopIteration"),
        ("config", "crashed", "ConfigError: its own"),
        ("slow_inside", "crashed", "TimeoutError: its own clock"),
        ("cancels", "crashed", "CancelledError"),
        ("nothing", "protocol", "theirs:nothing returned NoneType, not a text or a Reply"),
        ("number", "protocol", "returned int"),
        ("user", "protocol", "replied as 'user'"),
    ],
)
async def test_what_goes_wrong(build: Callable[..., Python], name: str, kind: str, words: str) -> None:
    failure = await failure_of(build(name))
    assert failure.kind == kind
    assert str(failure) == words if kind == "crashed" else words in str(failure)


@pytest.mark.parametrize("name", ["hangs", "hangs_later"])
async def test_a_call_that_never_ends_is_a_timeout_and_frees_its_slot(build: Callable[..., Python], name: str) -> None:
    system = build(name, timeout_s=0.02, at_once=1)
    began = time.perf_counter()
    for _ in range(3):
        failure = await failure_of(system)
        assert (failure.kind, "within 0.02 s; raise timeout_s" in str(failure)) == ("timeout", True)
    assert time.perf_counter() - began < 2


def test_a_call_that_never_ends_does_not_hold_up_the_end_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "hung.py").write_text("import time\ndef hangs(turns): time.sleep(60)\n")
    code = f"""
        import asyncio
        from meant.core.errors import SystemFailure
        from meant.core.turn import Turn
        from meant.systems.providers.python import Python
        system = Python("hung:hangs", folder={str(tmp_path)!r}, timeout_s=0.05)
        try:
            asyncio.run(system.reply([Turn(role="user", text="x")]))
        except SystemFailure as failure:
            print(failure.kind)
    """
    ran = subprocess.run([sys.executable, "-c", dedent(code)], capture_output=True, text=True, timeout=20, check=True)
    assert ran.stdout == "timeout\n"


async def test_cancelling_passes_through_and_frees_the_slot(build: Callable[..., Python]) -> None:
    for name in ("hangs", "hangs_later"):
        system = build(name, at_once=1, timeout_s=0.02)
        task = asyncio.ensure_future(system.reply(TURNS))
        await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await failure_of(system)).kind == "timeout"  # it got the slot, or this would wait for ever


GATE = """
import threading
opened, entered, most, now, lock = threading.Event(), threading.Semaphore(0), [], [], threading.Lock()
def waits(turns):
    with lock:
        now.append(1)
        most.append(len(now))
    entered.release()
    opened.wait(5)
    with lock:
        now.pop()
    return threading.current_thread().name
"""


async def test_a_sync_function_never_stalls_the_loop_and_runs_at_most_so_often_at_once(tmp_path: Path) -> None:
    (tmp_path / "gated.py").write_text(GATE)
    system = Python("gated:waits", folder=str(tmp_path), at_once=3)
    asked = [asyncio.ensure_future(system.reply(TURNS)) for _ in range(9)]
    gate = sys.modules["gated"]
    for _ in range(3):
        await asyncio.to_thread(gate.entered.acquire)  # the loop runs on, while three threads wait for this very test
    gate.opened.set()
    replies = await asyncio.gather(*asked)
    assert max(gate.most) == 3
    assert threading.current_thread().name not in {reply.turn.text for reply in replies}


def test_one_provider_serves_one_loop_after_another(build: Callable[..., Python]) -> None:
    system = build(at_once=1)
    for _ in range(2):
        assert asyncio.run(_twice(system)) == ["user: Hello"] * 2


async def _twice(system: Python) -> list[str]:
    replies: list[Reply] = await asyncio.gather(*(system.reply(TURNS) for _ in range(2)))
    return [reply.turn.text for reply in replies]


def test_a_result_that_comes_after_the_loop_is_closed_is_dropped() -> None:
    gate, done = threading.Event(), threading.Event()

    def work() -> None:
        gate.wait(5)
        done.set()

    async def ask() -> None:
        await asyncio.wait_for(in_thread(work), 0.01)

    with pytest.raises(TimeoutError):
        asyncio.run(ask())
    gate.set()
    assert done.wait(5)


@pytest.mark.parametrize(
    ("settings", "setting", "words"),
    [
        ({"function": "theirs"}, "function", "write module:name, as in app:answer"),
        ({"function": "theirs:"}, "function", "names no object"),
        ({"function": "theirs/app.py:answer"}, "function", "names no object"),
        ({"function": "nowhere_at_all:answer"}, "function", "no module named 'nowhere_at_all'; it was looked for in"),
        ({"function": "theirs.inner:answer"}, "function", "no module named 'theirs.inner'; it was looked for in"),
        ({"function": "theirs:anwser"}, "function", "has no 'anwser'; did you mean 'answer'? it has: "),
        ({"function": "theirs:value"}, "function", "theirs:value is int, not a function"),
        ({"function": "theirs:Bot"}, "function", "is a class"),
        ({"function": "theirs:two"}, "function", "cannot be called with the turns alone: missing a required"),
        ({"function": "theirs:none"}, "function", "too many positional"),
        ({"function": "broken_one:f"}, "function", "importing 'broken_one' failed: NameError: name 'oops'"),
        (
            {"function": "needs_more:f"},
            "function",
            "importing 'needs_more' failed: ModuleNotFoundError: No module named 'not_installed'",
        ),
        ({"function": "exits:f"}, "function", "importing 'exits' failed: SystemExit: 2"),
        ({"function": "json:dumps"}, "function", "the name 'json' is already taken by the module"),
        ({"function": "math:sqrt"}, "version", "math:sqrt has no source"),
        ({"takes": "history"}, "takes", "turns, prompt"),
        ({"at_once": 0}, "at_once", "greater"),
        ({"timeout_s": 0}, "timeout_s", "greater"),
        ({"modul": "x"}, "modul", "has no setting"),
    ],
)
def test_settings_that_cannot_work(tmp_path: Path, settings: dict[str, Any], setting: str, words: str) -> None:
    sources = {
        "theirs": APP,
        "broken_one": "oops",
        "needs_more": "import not_installed",
        "exits": "exit(2)",
        "json": "",
    }
    for name, source in sources.items():
        (tmp_path / f"{name}.py").write_text(source)
    with pytest.raises(PluginError) as caught:
        PROVIDERS.build({"use": "python", "function": "theirs:answer", "folder": str(tmp_path), **settings})
    assert caught.value.setting == setting
    assert words in str(caught.value)


def test_a_package_and_a_module_inside_one(tmp_path: Path) -> None:
    package = tmp_path / "packed"
    package.mkdir()
    (package / "__init__.py").write_text("from packed.inner import answer\n")
    (package / "inner.py").write_text("def answer(turns): return 'inner'\n")
    assert Python("packed.inner:answer", folder=str(tmp_path))
    assert Python("packed:answer", folder=str(tmp_path))


def print_of(folder: Path, source: str = APP, function: str = "answer", **settings: Any) -> str:
    """The fingerprint in a folder of its own, imported anew."""
    folder.mkdir(exist_ok=True)
    (folder / "theirs.py").write_text(source)
    sys.modules.pop("theirs", None)
    sys.path[:] = [path for path in sys.path if path != str(folder)]
    return Python(f"theirs:{function}", folder=str(folder), **settings).fingerprint


def test_the_fingerprint_covers_the_source_and_the_settings_but_not_the_place(tmp_path: Path) -> None:
    sampling = Sampling(max_tokens=7)
    others = [
        print_of(tmp_path / "a", f"{APP}\n"),
        print_of(tmp_path / "b", function="whole"),
        print_of(tmp_path / "c", takes="prompt"),
        print_of(tmp_path / "d", version="2"),
        print_of(tmp_path / "e", function="told"),
        print_of(tmp_path / "f", function="told", sampling=sampling),
    ]
    plain = print_of(tmp_path / "g")
    assert len({plain, *others}) == len(others) + 1
    assert print_of(tmp_path / "h", name="x", at_once=1, timeout_s=1.0, sampling=sampling) == plain


def test_the_fingerprint_covers_the_module_that_defines_the_function(tmp_path: Path) -> None:
    prints = set()
    for reply in ("one", "two"):
        (tmp_path / "inside.py").write_text(f"def answer(turns): return '{reply}'\n")
        for name in ("inside", "theirs"):
            sys.modules.pop(name, None)
        prints.add(print_of(tmp_path, "from inside import answer\n"))
    assert len(prints) == 2


def test_what_has_no_source_needs_a_version() -> None:
    assert Python("math:sqrt", version="1").fingerprint != Python("math:sqrt", version="2").fingerprint


def test_a_module_lies_beside_the_system_file(tmp_path: Path, policy: Policy) -> None:
    """Wherever the command is run; `folder` is seen from the file, too."""
    (tmp_path / "below").mkdir()
    (tmp_path / "theirs.py").write_text(APP)
    (tmp_path / "below" / "deeper.py").write_text(APP)
    system, faulty = tmp_path / "system.yaml", tmp_path / "faulty.yaml"
    model = "name: s\nmodel: {use: python, function: "
    system.write_text(f"{model}'theirs:answer'}}\n")
    assert isinstance(Assembly(policy).system(str(system)), System)
    system.write_text(f"{model}'deeper:answer', folder: below}}\n")
    assert isinstance(Assembly(policy).system(str(system)), System)
    faulty.write_text("name: s\nmodel:\n  use: python\n  function: theirs:anser\n")
    with pytest.raises(FileFaults) as caught:
        Assembly(policy).system(str(faulty))
    fault = caught.value.faults[0]
    assert (fault.line, fault.column, fault.where, fault.value) == (4, 3, "model.function", "theirs:anser")


def test_without_a_file_it_lies_where_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "theirs.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    assert Python("theirs:answer").name == "python:theirs:answer"


def test_a_file_is_measured_from_the_command_line(meant: Callable[..., Ran]) -> None:
    Path("theirs.py").write_text(APP)
    Path("app.yaml").write_text("name: the-app\nmodel: {use: python, function: 'theirs:answer'}\n")
    assert meant("check", "app.yaml").code == 0
    ran = meant("eval", "app.yaml", "--limit", "4", "--suite", "refusal", "--json")
    assert ran.code == 0, ran.err
    assert list(ran.json["profiles"]) == ["the-app"]


PAGE = Path(__file__).parents[2] / "docs" / "systems" / "python.md"


def test_the_examples_in_the_docs_work(tmp_path: Path, policy: Policy) -> None:
    files = {block.file: block.text for block in blocks(PAGE) if block.file}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    systems = [name for name in files if name.endswith(".yaml")]
    assert systems
    for name in systems:
        spec, _ = read_system(tmp_path / name)
        assert spec.model["use"] == "python"
        system = Assembly(policy).system(str(tmp_path / name))
        assert asyncio.run(system.reply(TURNS)).turn.text == "You asked: Hello"


def test_the_docs_name_every_setting() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE))
    assert set(settings_of(Python)) - {"sampling"} <= named
