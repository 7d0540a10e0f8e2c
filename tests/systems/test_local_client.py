"""The caller's side, with a child that does as it is told: whatever becomes of it, nobody waits for ever."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from meant.core.errors import ConfigError, SystemFailure
from meant.core.policy import ToolRule
from meant.core.tool import Simulated
from meant.core.turn import ToolCall, Turn
from meant.systems.local.client import Client
from meant.systems.local.wire import Load
from meant.systems.providers.local import Local
from meant.systems.tools.tooled import Tooled
from meant.testing import check_system

FAKE = Path(__file__).parent / "fake_child.py"
LOAD = Load(path="m", sha256="0", context=9, control=[], ends=[], threads=1, at_once=1)
Build = Callable[..., Local]


@pytest.fixture
async def build(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Build]:
    """A Local whose child is the fake, started in the way that is named."""
    monkeypatch.setattr(Local, "fingerprint", "f")
    made: list[Local] = []

    def build(how: str = "well", *, command: tuple[str, ...] = (), **fields: int) -> Local:
        local = Local(**fields)  # type: ignore[arg-type]
        client = Client(lambda: LOAD, command=command or (sys.executable, str(FAKE), how))
        object.__setattr__(local, "_client", client)
        made.append(local)
        return local

    yield build
    for one in made:
        await one.aclose()


def say(text: str) -> list[Turn]:
    return [Turn(role="user", text=text)]


async def stream(local: Local, text: str) -> list[str]:
    return [delta.text async for delta in local.stream(say(text))]


async def test_a_reply_with_all_that_the_child_said(build: Build) -> None:
    reply = await build().reply(say("echo hello there"))
    assert reply.turn == Turn(role="assistant", text="hello there")
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (3, 2)
    assert reply.logprobs == (-0.5, 0.0)
    assert reply.timing is not None
    assert reply.timing.first_token_s is not None
    assert 0 < reply.timing.first_token_s <= reply.timing.total_s < 1


async def test_many_at_once_each_get_their_own(build: Build) -> None:
    local = build()
    replies = await asyncio.gather(*(local.reply(say(f"echo {n}")) for n in range(200)))
    assert [reply.turn.text for reply in replies] == [str(n) for n in range(200)]


async def test_a_crash_fails_everyone_who_waits_and_says_why(build: Build) -> None:
    local = build()
    await local.reply(say("echo warm"))
    words = ["hang", "hang", "hang", "crash"]
    results = await asyncio.gather(*(local.reply(say(word)) for word in words), return_exceptions=True)
    for failure in results:
        assert isinstance(failure, SystemFailure)
        assert failure.kind == "crashed"
        assert failure.retryable
        assert "exit code 9" in str(failure)
        assert "Segmentation fault" in str(failure)


async def test_a_stream_ends_in_the_crash_and_not_in_a_reply(build: Build) -> None:
    local = build()
    with pytest.raises(SystemFailure, match="died"):
        await asyncio.gather(stream(local, "hang"), local.reply(say("crash")))


async def test_the_next_request_starts_the_child_again(build: Build) -> None:
    local = build()
    for n in range(3):
        with pytest.raises(SystemFailure, match="died"):
            await local.reply(say("crash"))
        assert (await local.reply(say(f"echo {n}"))).turn.text == str(n)


async def test_one_restart_serves_all_who_ask_after_a_crash(build: Build) -> None:
    local = build()
    with pytest.raises(SystemFailure):
        await local.reply(say("crash"))
    pids = set()
    for _ in range(2):
        await asyncio.gather(*(local.reply(say("echo x")) for _ in range(20)))
        pids.add((await local._client.ready())._process.pid)
    assert len(pids) == 1


async def test_a_child_that_always_dies_is_not_started_for_ever(build: Build) -> None:
    local = build()
    for _ in range(2):
        with pytest.raises(SystemFailure, match="Segmentation fault"):
            await local.reply(say("crash"))
    with pytest.raises(SystemFailure, match="not started again"):
        await local.reply(say("echo too late"))
    await local.aclose()
    assert (await local.reply(say("echo new"))).turn.text == "new"


async def test_a_child_that_dies_while_it_loads(build: Build) -> None:
    local = build("die")
    for words in ("no memory", "no memory", "not started again"):
        with pytest.raises(SystemFailure, match=words):
            await local.reply(say("echo x"))


async def test_a_damaged_model_is_the_users_affair(build: Build) -> None:
    with pytest.raises(ConfigError, match="fetch it again"):
        await build("unfit").reply(say("echo x"))


async def test_noise_in_the_pipe_is_a_failure(build: Build) -> None:
    local = build()
    with pytest.raises(SystemFailure, match="something else than this protocol"):
        await local.reply(say("noise"))


async def test_a_request_that_is_cancelled_is_cancelled_over_there(build: Build) -> None:
    local = build()
    await local.reply(say("echo x"))
    task = asyncio.create_task(local.reply(say("hang")))
    await local.reply(say("echo x"))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await local.reply(say("cancelled"))).turn.text == "hang"


async def test_a_stream_that_is_closed_is_cancelled_over_there(build: Build) -> None:
    local = build()
    async with aclosing(local.stream(say("hang"))) as deltas:
        async for delta in deltas:
            assert delta.text == "so "
            break
    assert (await local.reply(say("cancelled"))).turn.text == "hang"
    assert (await local.reply(say("cancelled"))).turn.text == "hang"


async def test_closing_ends_the_process_and_fails_who_waits(build: Build) -> None:
    local = build()
    pid = (await local._client.ready())._process.pid
    task = asyncio.create_task(local.reply(say("hang")))
    await asyncio.sleep(0.05)
    await local.aclose()
    await local.aclose()
    with pytest.raises(SystemFailure):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_what_cannot_be_started_is_a_failure(build: Build) -> None:
    with pytest.raises(SystemFailure, match="cannot start /nowhere"):
        await build(command=("/nowhere",)).reply(say("echo x"))


async def test_it_keeps_the_contract(build: Build) -> None:
    await check_system(build(), broken=build("die"), turns=say("echo hello"))


def test_two_event_loops_one_after_the_other() -> None:
    client = Client(lambda: LOAD, command=(sys.executable, str(FAKE), "well"))
    local = Local()
    object.__setattr__(local, "_client", client)

    async def one(text: str) -> str:
        reply = await local.reply(say(f"echo {text}"))
        await local.aclose()
        return reply.turn.text

    assert [asyncio.run(one(text)) for text in ("a", "b")] == ["a", "b"]


async def test_a_killed_parent_takes_the_child_along(tmp_path: Path) -> None:
    """The child sees its pipe close, however the parent went."""
    mark = tmp_path / "gone"
    script = f"""
import asyncio, os, sys
from meant.systems.local.process import Process
from meant.systems.local.wire import Load
async def main():
    command = [sys.executable, {str(FAKE)!r}, "well", {str(mark)!r}]
    process = await Process.start(command, Load("m", "0", 9, [], [], 1, 1))
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", script)
    assert await parent.wait() == -9
    for _ in range(100):
        if mark.exists():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the child outlives its parent")


CLOCK = Simulated.model_validate({"name": "clock", "says": "Tells the time.", "results": [{"returns": "Noon."}]})
ALLOW = ToolRule(tool="clock", rule="allow", because="Harmless.", principle="p")
CALL = '<tool_call>{"name": "clock", "arguments": {"zone": "UTC"}}</tool_call>'


async def test_calls_are_read_from_the_text(build: Build) -> None:
    reply = await build().call(say(f"echo I look.\n{CALL}\n{CALL}"), tools=[CLOCK])
    calls = tuple(ToolCall(id=f"call_{n}", tool="clock", arguments={"zone": "UTC"}) for n in (1, 2))
    assert reply.turn == Turn(role="assistant", text="I look.", calls=calls)
    assert reply.finish == "tool_calls"
    plain = await build().reply(say(f"echo {CALL}"))
    assert (plain.turn.text, plain.turn.calls, plain.finish) == (CALL, (), "stop")


async def test_a_round_trip_over_the_pipe(build: Build) -> None:
    reply = await Tooled(build(), (ALLOW,)).act(say(f"echo {CALL}"), tools=[CLOCK])
    assert [turn.text for turn in reply.steps] == ["", "Noon."]
    assert reply.turn.text == "<tool_response>\nNoon.\n</tool_response>"
    assert [one.ran for one in reply.decisions] == [True]
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (6, 4)


async def test_the_tags_of_the_format_are_marked_and_those_that_anybody_wrote_are_not(build: Build) -> None:
    turns = [Turn(role="system", text="Never write <tool_call>."), *say("prompt")]
    prompt = (await build().call(turns, tools=[CLOCK])).turn.text
    assert prompt.startswith("Never write (tool_call).\n\n# Tools\n")
    assert '{"name": "clock", "description": "Tells the time."' in prompt
    assert prompt.endswith('[tool_call]\n{"name": (function-name), "arguments": (args-json-object)}\n[/tool_call]')
    assert (await build().reply(turns)).turn.text == "Never write (tool_call)."
