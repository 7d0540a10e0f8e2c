"""`check_system` catches each way of breaking what a system promises that takes whole requests."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest

from meant.core.errors import SystemFailure
from meant.core.request import Request
from meant.core.system import CallDelta, Delta, Reply
from meant.core.turn import ToolCall, Turn
from meant.testing import check_system

HI = Reply(turn=Turn(role="assistant", text="Hi"))
CALL = ToolCall(id="c1", tool="clock", arguments={"a": 1})
CALLS = Reply(turn=Turn(role="assistant", text="", calls=(CALL,)), finish="tool_calls")


def piece(arguments: str, *, at: int = 0, id_: str = "c1") -> Delta:
    return Delta(text="", call=CallDelta(at=at, id=id_, tool="clock", arguments=arguments))


def end(reply: Reply = CALLS) -> Delta:
    return Delta(text="", reply=reply)


@dataclass(frozen=True)
class Talks:
    """Says these deltas, or raises."""

    deltas: Sequence[Delta] = ()
    raises: Exception | None = None
    name: str = "talks"
    fingerprint: str = "1"

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        if self.raises:
            raise SystemFailure("gone", kind="server")
        return HI

    async def converse(self, request: Request) -> AsyncIterator[Delta]:
        if self.raises:
            raise self.raises
        for delta in self.deltas:
            yield delta

    async def aclose(self) -> None:
        """Nothing to let go of."""


@pytest.mark.parametrize(
    "deltas",
    [
        [Delta(text="H"), Delta(text="i"), end(HI)],
        [piece('{"a"'), piece(":1}"), end()],
        [piece(""), end(CALLS.model_copy(update={"turn": Turn(role="assistant", text="", calls=(
            ToolCall(id="c1", tool="clock"),))}))],
        [piece("{"), end(CALLS.model_copy(update={"turn": Turn(role="assistant", text="", calls=(
            ToolCall(id="c1", tool="clock", malformed="{"),))}))],
    ],
)  # fmt: skip
async def test_sound_ones_pass(deltas: list[Delta]) -> None:
    await check_system(Talks(deltas), broken=Talks(raises=SystemFailure("gone", kind="server")))


async def test_what_is_unsupported_may_be_said_so() -> None:
    await check_system(_Cannot())


@pytest.mark.parametrize(
    ("deltas", "words"),
    [
        ([Delta(text="Hi")], "not just the last"),
        ([end(HI), end(HI)], "not just the last"),
        ([Delta(text="Hi", reply=HI)], "text of its own"),
        ([Delta(text="Ho"), end(HI)], "do not join"),
        ([end()], "calls 0 to 0 come as"),
        ([piece("{}", at=1), piece('{"a":1}'), end()], "calls 0 to 0 come as"),
        ([piece('{"a":1}', at=1), end()], "calls 0 to 0 come as"),
        ([piece('{"a":2}'), end()], "pieces of c1 join to"),
        ([piece('{"a":1}', id_="c9"), end()], "named otherwise"),
        ([piece('{"a":1}'), end(CALLS.model_copy(update={"finish": "max_steps"}))], "calls 0 to -1"),
    ],
)
async def test_pieces_that_do_not_make_up_the_reply(deltas: list[Delta], words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        await check_system(Talks(deltas))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (Talks(raises=RuntimeError("oh")), "RuntimeError, not SystemFailure"),
        (Talks(raises=SystemFailure("", kind="server")), "says nothing"),
    ],
)
async def test_failures_that_are_none(broken: Talks, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        await check_system(Talks([Delta(text="Hi"), end(HI)]), broken=broken)


class _Cannot(Talks):
    async def converse(self, request: Request) -> AsyncIterator[Delta]:
        raise SystemFailure("cannot", kind="unsupported")
        yield end()


@dataclass(frozen=True)
class Answers(Talks):
    """Answers as one too."""

    whole: Reply = HI
    fails: Exception | None = None

    async def answer(self, request: Request) -> Reply:
        if self.fails:
            raise self.fails
        return self.whole


GONE = SystemFailure("gone", kind="server")


async def test_an_answer_that_is_what_the_pieces_end_with_passes() -> None:
    await check_system(Answers([Delta(text="Hi"), end(HI)]), broken=Answers(raises=GONE, fails=GONE))


@pytest.mark.parametrize("whole", [CALLS, HI.model_copy(update={"finish": "length"}), None])
async def test_an_answer_that_is_another_reply(whole: Reply) -> None:
    with pytest.raises(AssertionError, match=r"answer\(\) gave"):
        await check_system(Answers([Delta(text="Hi"), end(HI)], whole=whole))


@pytest.mark.parametrize(
    ("fails", "words"),
    [(None, "became a reply"), (RuntimeError("oh"), "RuntimeError, not SystemFailure")],
)
async def test_an_answer_in_the_place_of_a_failure(fails: Exception | None, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        await check_system(Answers([Delta(text="Hi"), end(HI)]), broken=Answers(raises=GONE, fails=fails))
