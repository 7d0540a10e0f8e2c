"""What a system must keep that takes whole requests."""

from collections.abc import Awaitable, Sequence

import orjson

from meant.core.errors import SystemFailure
from meant.core.request import Answers, Converses, Request
from meant.core.system import CallDelta, Delta, Reply
from meant.core.tool import Tool
from meant.core.turn import ToolCall
from meant.testing.asking import must


async def check_converse(system: Converses, request: Request) -> None:
    """The deltas of a request and of the same one streamed, and its answer as one; nothing where it is unsupported."""
    replies = list[Reply]()
    for stream in (False, True):
        try:
            deltas = await told(system, request.model_copy(update={"stream": stream}))
        except SystemFailure as failure:
            if failure.kind == "unsupported":
                return
            raise
        replies.append(check_deltas(deltas))
    if isinstance(system, Answers):
        _check_answer(await system.answer(request), replies)


def _check_answer(reply: Reply, conversed: Sequence[Reply]) -> None:
    """It is what `converse` ends with, of a system that says the same when it is asked again."""
    must(isinstance(reply, Reply), f"answer() gave {type(reply).__name__}, not Reply")
    said = [(one.turn, one.finish) for one in (reply, *conversed)]
    must(said[1] != said[2] or said[0] == said[1], f"answer() gave {said[0]}, and converse() ends with {said[1]}")


async def told(system: Converses, request: Request) -> list[Delta]:
    """All the deltas."""
    return [delta async for delta in system.converse(request)]


def check_deltas(deltas: Sequence[Delta]) -> Reply:
    """The reply, which the last delta has and the others make up."""
    must(all(isinstance(delta, Delta) for delta in deltas), "the stream gave something else than a Delta")
    must([d.reply is not None for d in deltas] == [False] * (len(deltas) - 1) + [True], "not just the last Delta ends")
    last, reply = deltas[-1], deltas[-1].reply
    assert reply is not None
    must(last.text == "" and last.call is None, "the last Delta has text of its own")
    must("".join(d.text for d in deltas) == reply.turn.text, "the Deltas' texts do not join to the reply's")
    _check_calls([d.call for d in deltas if d.call], reply.turn.calls if reply.finish == "tool_calls" else ())
    return reply


def _check_calls(pieces: Sequence[CallDelta], calls: Sequence[ToolCall]) -> None:
    """Only those calls are told that are the caller's to carry out."""
    order = [piece.at for piece in pieces]
    must(order == sorted(order) and {*order} == {*range(len(calls))}, f"calls 0 to {len(calls) - 1} come as {order}")
    for at, call in enumerate(calls):
        mine = [piece for piece in pieces if piece.at == at]
        must({(one.id, one.tool) for one in mine} == {(call.id, call.tool)}, f"a piece of {call.id} is named otherwise")
        text = "".join(one.arguments for one in mine)
        whole = text == call.malformed if call.malformed is not None else _read(text) == call.arguments
        must(whole, f"the pieces of {call.id} join to {text!r}")


def _read(text: str) -> object:
    """A call without arguments may be written as nothing."""
    return orjson.loads(text) if text.strip() else {}


async def must_fail(broken: Converses, request: Request, tools: Sequence[Tool]) -> None:
    """Asked for pieces, or for the answer as one, it raises SystemFailure."""
    for offered in ((), tuple(tools)):
        for stream in (False, True):
            await _fails(told(broken, request.model_copy(update={"stream": stream, "tools": offered})))
        if isinstance(broken, Answers):
            await _fails(broken.answer(request.model_copy(update={"tools": offered})))


async def _fails(asked: Awaitable[object]) -> None:
    try:
        await asked
    except SystemFailure as failure:
        must(str(failure) != "", "the SystemFailure says nothing")
    except Exception as error:
        raise AssertionError(f"it failed with {type(error).__name__}, not SystemFailure") from error
    else:
        raise AssertionError("a failed request became a reply")
