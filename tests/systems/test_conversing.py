"""A whole request to systems that can do less: what is honoured by other means, and what is refused."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest

from meant.core.errors import SystemFailure
from meant.core.policy import ToolRule
from meant.core.request import Request, Wishes
from meant.core.system import Delta, Reply
from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.systems.conversing import answered, conversed, pieces_of, reply_of
from meant.systems.prompted import Prompted
from meant.systems.providers.scripted import Scripted
from meant.systems.tools.carriers import Function
from meant.systems.tools.tooled import Tooled

ASKED = (Turn(role="user", text="Hello"),)
LOOK = Tool(name="look", says="Looks.")
CALLING = 'Hm. <tool_call>{"name": "look", "arguments": {"n": 1}}</tool_call>'


@dataclass(frozen=True)
class Replies:
    """A system that can do nothing but reply."""

    name: str = "replies"
    fingerprint: str = "replies"
    seeds: list[int | None] = field(default_factory=list, compare=False)

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        self.seeds.append(seed)
        return Reply(turn=Turn(role="assistant", text="Hi there."))

    async def aclose(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True)
class Streaming(Replies):
    """One that streams too."""

    closed: list[bool] = field(default_factory=list, compare=False)

    async def stream(self, turns: Sequence[Turn], *, seed: int | None = None) -> AsyncIterator[Delta]:
        try:
            for piece in ("Hi ", "there."):
                yield Delta(text=piece)
            yield Delta(text="", reply=await self.reply(turns, seed=seed))
        finally:
            self.closed.append(True)


@dataclass(frozen=True)
class Calling(Replies):
    """One that calls tools too."""

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        call = ToolCall(id="c1", tool=tools[0].name, arguments={"n": 1})
        return Reply(turn=Turn(role="assistant", text="", calls=(call,)), finish="tool_calls")


async def pieces(system: Replies, request: Request) -> list[str]:
    return [d.call.arguments if d.call else d.text async for d in conversed(system, request)]


async def test_by_what_the_system_can_do() -> None:
    assert await pieces(Replies(), Request(turns=ASKED, stream=True)) == ["Hi there.", ""]
    assert await pieces(Streaming(), Request(turns=ASKED, stream=True)) == ["Hi ", "there.", ""]
    assert await pieces(Streaming(), Request(turns=ASKED)) == ["Hi there.", ""]
    assert await pieces(Calling(), Request(turns=ASKED, tools=(LOOK,), stream=True)) == ['{"n":1}', ""]
    assert await pieces(Calling(), Request(turns=ASKED, tools=(LOOK,), tool_choice="none")) == ["Hi there.", ""]


async def test_the_seed_is_passed_on() -> None:
    one = Replies()
    await answered(one, Request(turns=ASKED, seed=5))
    assert one.seeds == [5]


async def test_leaving_early_closes_the_stream() -> None:
    one = Streaming()
    deltas = conversed(one, Request(turns=ASKED, stream=True))
    assert (await anext(deltas)).text == "Hi "
    await deltas.aclose()  # type: ignore[attr-defined]
    assert one.closed == [True]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Request(turns=ASKED, wishes=Wishes(temperature=0.5, stop=("x",))), "temperature, stop"),
        (Request(turns=ASKED, wishes=Wishes(max_tokens=5), dialect="chat"), "max_tokens"),
        (Request(turns=ASKED, dialect="chat", extra={"verbosity": "low"}), "verbosity"),
        (Request(turns=ASKED, tools=(LOOK,)), "cannot be told of tools"),
        (Request(turns=ASKED, tools=(LOOK,), tool_choice="required"), "tool_choice"),
    ],
)
async def test_what_cannot_be_honoured_is_unsupported(request_: Request, words: str) -> None:
    for stream in (False, True):
        with pytest.raises(SystemFailure, match=words) as failure:
            await answered(Streaming(), request_.model_copy(update={"stream": stream}))
        assert failure.value.kind == "unsupported"


async def test_a_bound_that_a_dialect_demands_is_no_wish() -> None:
    request = Request(turns=ASKED, wishes=Wishes(max_tokens=5), dialect="messages")
    assert (await answered(Replies(), request)).turn.text == "Hi there."


def test_calls_that_nobody_is_to_carry_out_are_no_pieces() -> None:
    turn = Turn(role="assistant", text="", calls=(ToolCall(id="c1", tool="wipe_disk"),))
    assert [delta.call for delta in pieces_of(Reply(turn=turn, finish="max_steps"))] == [None]


async def test_a_stream_without_a_reply_is_a_failure() -> None:
    async def nothing() -> AsyncIterator[Delta]:
        yield Delta(text="Hi")

    with pytest.raises(SystemFailure, match="without a reply"):
        await reply_of(nothing())


@pytest.mark.parametrize(("cut", "count"), [(None, 4), (1, 31), (100, 3)])
async def test_scripted_in_pieces_of_any_length(cut: int | None, count: int) -> None:
    system = Scripted(otherwise=f"Well now. {CALLING}", piece_characters=cut)
    deltas = [delta async for delta in system.converse(Request(turns=ASKED, tools=(LOOK,), stream=True))]
    assert "".join(delta.text for delta in deltas) == "Well now. Hm."
    assert "".join(delta.call.arguments for delta in deltas if delta.call) == '{"n":1}'
    assert [delta.call.id for delta in deltas if delta.call][:1] == ["call_1"]
    assert len(deltas) == len("Well now. Hm.") + len('{"n":1}') + 1 if cut == 1 else count


async def test_prompts_and_tools_pass_a_request_on() -> None:
    inner = Scripted(script={"Hello": CALLING})
    system = Prompted(Tooled(inner, ()), "mine", prompt="Be kind.")
    reply = await answered(system, Request(turns=ASKED, tools=(LOOK,)))
    assert (reply.finish, reply.turn.calls) == ("tool_calls", (ToolCall(id="call_1", tool="look", arguments={"n": 1}),))
    assert (await answered(system, Request(turns=ASKED, tools=(LOOK,), tool_choice="none"))).finish == "stop"
    assert reply.usage.input_tokens == 3


async def test_a_system_with_tools_of_its_own_takes_no_others() -> None:
    async def seen(n: int) -> str:
        return "Rain." * n

    own = Function(LOOK, "test:seen", seen, timeout_s=1.0)
    rule = ToolRule(tool="look", rule="allow", because="It only looks.", principle="p")
    system = Tooled(Scripted(script={"Hello": CALLING, "Rain": "It rains."}), (rule,), own=(own,))
    deltas = [delta async for delta in system.converse(Request(turns=ASKED, stream=True, seed=1))]
    assert [delta.text for delta in deltas] == ["It rains.", ""]
    assert deltas[-1].reply is not None
    assert deltas[-1].reply.steps[0].calls[0].tool == "look"
    with pytest.raises(SystemFailure, match="tools of its own") as failure:
        await answered(system, Request(turns=ASKED, tools=(LOOK,)))
    assert failure.value.kind == "unsupported"
