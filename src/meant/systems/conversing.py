"""A whole request put to any system: as it takes one itself, else by what it can do.

Its rule: what a system cannot honour is a SystemFailure ("unsupported") that names it, and is never left out.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext

from pydantic import JsonValue

from meant.core.errors import SystemFailure
from meant.core.request import Dialect, Request, answers, converses
from meant.core.system import CallDelta, CallsTools, Delta, Reply, Streams, System
from meant.core.turn import ToolCall

BOUNDED: tuple[Dialect, ...] = ("messages",)
"""Dialects whose every request has to bound the reply: not a wish, and a system's own bound holds."""


def conversed(system: System, request: Request) -> AsyncIterator[Delta]:
    """What the system says to the request, as in Converses."""
    return system.converse(request) if converses(system) else _by_other_means(system, request)


async def answered(system: System, request: Request) -> Reply:
    """The reply alone, which is not asked for in pieces where it need not be."""
    if answers(system) and not request.stream:
        return await system.answer(request)
    return await reply_of(conversed(system, request))


async def reply_of(deltas: AsyncIterator[Delta]) -> Reply:
    """The reply at the end of the deltas. SystemFailure ("protocol") where none comes."""
    reply = None
    async for delta in deltas:
        reply = delta.reply or reply
    if reply is None:
        raise SystemFailure("the system ended without a reply", kind="protocol")
    return reply


def closing(deltas: AsyncIterator[Delta]) -> AbstractAsyncContextManager[object]:
    """Closes them at the end, if they are such as can be closed, so that whoever makes them lets go at once."""
    return aclosing(deltas) if isinstance(deltas, AsyncGenerator) else nullcontext()


async def at_once(ask: Callable[[], Awaitable[Reply]]) -> AsyncIterator[Delta]:
    """A reply that comes as one, as deltas."""
    for delta in pieces_of(await ask()):
        yield delta


def pieces_of(reply: Reply) -> Iterator[Delta]:
    """The reply as deltas; of its calls, those that are the caller's to carry out."""
    if reply.turn.text:
        yield Delta(text=reply.turn.text)
    if reply.finish == "tool_calls":
        yield from (Delta(text="", call=_whole(at, call)) for at, call in enumerate(reply.turn.calls))
    yield Delta(text="", reply=reply)


def extra_for(dialect: Dialect, request: Request) -> Mapping[str, JsonValue]:
    """The request's extra fields, for a model that speaks `dialect`. SystemFailure where they are of another."""
    if request.extra and request.dialect != dialect:
        raise unheard(", ".join(request.extra))
    return request.extra


def unheard(what: str) -> SystemFailure:
    """The failure of a wish that a system cannot honour."""
    return SystemFailure(f"this model cannot be asked for {what}; leave it out", kind="unsupported")


async def _by_other_means(system: System, request: Request) -> AsyncIterator[Delta]:
    _check(request)
    if request.stream and not request.tools and isinstance(system, Streams):
        deltas = system.stream(request.turns, seed=request.seed)
    else:
        deltas = at_once(lambda: _asked(system, request))
    async with closing(deltas):
        async for delta in deltas:
            yield delta


async def _asked(system: System, request: Request) -> Reply:
    if not request.tools or request.tool_choice == "none":
        return await system.reply(request.turns, seed=request.seed)
    if not isinstance(system, CallsTools):
        raise SystemFailure(f"{system.name} cannot be told of tools", kind="unsupported")
    return await system.call(request.turns, tools=request.tools, seed=request.seed)


def _check(request: Request) -> None:
    """Raises SystemFailure for what a system cannot be told that takes nothing but turns, a seed and tools."""
    asked = request.wishes.model_dump(exclude_none=True)
    if request.dialect in BOUNDED:
        asked.pop("max_tokens", None)
    choice = {"tool_choice"} if request.tools and request.tool_choice not in ("auto", "none") else set[str]()
    if wanted := [*asked, *request.extra, *choice]:
        raise unheard(", ".join(wanted))


def _whole(at: int, call: ToolCall) -> CallDelta:
    return CallDelta(at=at, id=call.id, tool=call.tool, arguments=call.written)
