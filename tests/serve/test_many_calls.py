"""A model that makes very many calls keeps nobody else waiting: what is done for them grows with them, and makes way."""

import asyncio
import sys
from collections.abc import Callable, Iterator

import pytest

from meant.core.system import CallDelta, Delta
from meant.core.turn import ToolCall
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from meant.serve.account import _calls
from meant.serve.switchboard import Switchboard
from meant.serve.tools_off import ToolsOff
from tests.guard.fakes import Finds, Says, layer, user


class Looked(list[CallDelta]):
    """Whose items count as a function's call each time that they are looked at."""

    def __iter__(self) -> Iterator[CallDelta]:
        yield from super().__iter__()


def pieces(count: int) -> Looked:
    return Looked(
        CallDelta(at=at, id=f"c{at}", tool="look", arguments=one) for at in range(count) for one in ("{", "}")
    )


def put_together(count: int) -> Callable[[], object]:
    given = pieces(count)
    return lambda: _calls(given)


def numbered(count: int) -> Callable[[], object]:
    off, given = ToolsOff(Switchboard(tools=frozenset({"send"}))), pieces(count)
    return lambda: [off.call(Delta(text="", call=one)) for one in given]


def done(work: Callable[[], object]) -> int:
    """How many functions are called for it, generators each time that they go on."""
    count, before = 0, sys.getprofile()

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("work", [put_together, numbered])
def test_what_is_done_for_calls_grows_with_them(work: Callable[[int], Callable[[], object]]) -> None:
    assert done(work(400)) <= 2.2 * done(work(200))


def test_calls_come_together_from_their_pieces_in_their_order() -> None:
    given = [CallDelta(at=at, id=f"c{at}", tool="look", arguments=one) for at, one in ((1, "{"), (0, "{}"), (1, "}"))]
    assert _calls(given) == tuple(ToolCall(id=f"c{at}", tool="look", arguments={}) for at in (0, 1))


async def test_others_have_their_turn_between_the_calls_of_a_reply() -> None:
    turns, over = 0, False

    async def others() -> None:
        nonlocal turns
        while not over:
            turns += 1
            await asyncio.sleep(0)

    calls = tuple(ToolCall(id=f"c{at}", tool="look", arguments={"of": at}) for at in range(640))
    guards = Cascade((layer(Finds("nothing")),), "block")
    beside = asyncio.ensure_future(others())
    await asyncio.sleep(0)
    began = turns
    reply = await Guarded(Says((), calls), guards, "No.").call([user("Look")], tools=[])
    over = True
    assert len(reply.turn.calls) == 640
    assert turns - began >= 10
    await beside
