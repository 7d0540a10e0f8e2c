"""A system with guards is a system: what comes in is screened before the model sees it, what it says before anyone.

In between it does whatever the system that it wraps does. A blocked request is answered with the refusal, the finish
`content_filter` and the guards' decisions; the system inside is not asked.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from meant.core.base import content_id
from meant.core.errors import SystemFailure
from meant.core.request import Request
from meant.core.system import Acts, CallsTools, Delta, Loglik, Renders, Reply, Scores, Streams, System
from meant.core.tool import Simulated, Tool
from meant.core.turn import Turn
from meant.guard.cascade import Cascade
from meant.guard.passage import Passage
from meant.systems.conversing import answered, conversed
from meant.systems.prompted import spelled

Ask = Callable[[Sequence[Turn]], Awaitable[Reply]]


@dataclass(frozen=True)
class Guarded:
    """`inner` behind `cascade`; `refusal` is said in the place of what is blocked."""

    inner: System
    cascade: Cascade
    refusal: str

    @property
    def name(self) -> str:
        """The inner one's."""
        return self.inner.name

    @cached_property
    def fingerprint(self) -> str:
        """The inner one's, with the guards and the refusal."""
        return content_id([self.inner.fingerprint, "guarded 1", self.cascade.fingerprint, self.refusal])

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """The inner system's reply, as far as the guards let it go."""
        return await self._whole(turns, lambda inside: self.inner.reply(inside, seed=seed))

    async def act(self, turns: Sequence[Turn], *, tools: Sequence[Simulated], seed: int | None = None) -> Reply:
        """The same, with simulated tools. SystemFailure ("unsupported") where the inner system runs none."""
        inner = self.inner
        if not isinstance(inner, Acts):
            raise SystemFailure(f"{inner.name} cannot be given tools", kind="unsupported")
        return await self._whole(turns, lambda inside: inner.act(inside, tools=tools, seed=seed), tools)

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        """The same, with tools that the caller carries out. SystemFailure ("unsupported") where it takes none."""
        inner = self.inner
        if not isinstance(inner, CallsTools):
            raise SystemFailure(f"{inner.name} cannot be told of tools", kind="unsupported")
        return await self._whole(turns, lambda inside: inner.call(inside, tools=tools, seed=seed), tools)

    def stream(self, turns: Sequence[Turn], *, seed: int | None = None) -> AsyncIterator[Delta]:
        """The same, streamed as the guards let it go. SystemFailure ("unsupported") where the inner one does not."""
        inner = self.inner
        if not isinstance(inner, Streams):
            raise SystemFailure(f"{inner.name} does not stream", kind="unsupported")
        return self._pieces(turns, lambda inside: inner.stream(inside, seed=seed), streamed=True)

    def converse(self, request: Request) -> AsyncIterator[Delta]:
        """The same to a whole request, as far as the inner system can honour it; see `systems/conversing.py`."""

        def ask(inside: Sequence[Turn]) -> AsyncIterator[Delta]:
            return conversed(self.inner, _with_turns(request, inside))

        return self._pieces(request.turns, ask, streamed=request.stream, tools=request.tools)

    async def answer(self, request: Request) -> Reply:
        """The same, as one. The record waits for guards in shadow no longer than that of a stream."""

        async def ask(inside: Sequence[Turn]) -> Reply:
            return await answered(self.inner, _with_turns(request, inside))

        return await self._whole(request.turns, ask, request.tools, patient=False)

    async def loglik(self, turns: Sequence[Turn], continuations: Sequence[str]) -> list[Loglik]:
        """Of the inner system, whom no guard stops: nothing is said. SystemFailure where it does not score."""
        if not isinstance(self.inner, Scores):
            raise SystemFailure(f"{self.inner.name} gives no log-likelihoods", kind="unsupported")
        return await self.inner.loglik(self._instructed(turns), continuations)

    async def render(self, turns: Sequence[Turn]) -> str:
        """The rendered prompt, with what the guards have the model told; no guard has changed it."""
        full = self._instructed(turns)
        return await self.inner.render(full) if isinstance(self.inner, Renders) else spelled(full)

    async def aclose(self) -> None:
        """Close the inner system."""
        await self.inner.aclose()

    async def _whole(
        self, turns: Sequence[Turn], ask: Ask, tools: Sequence[Tool] = (), *, patient: bool = True
    ) -> Reply:
        passage = Passage(self.cascade, self.refusal, patient=patient, offered=_names(tools))
        try:
            inside = await passage.enter(turns)
            if inside is None:
                return await passage.refused()
            return await passage.whole(await ask(self._instructed(inside)))
        except SystemFailure as failure:
            raise await passage.failed(failure) from failure
        finally:
            passage.drop()

    async def _pieces(
        self,
        turns: Sequence[Turn],
        ask: Callable[[Sequence[Turn]], AsyncIterator[Delta]],
        *,
        streamed: bool,
        tools: Sequence[Tool] = (),
    ) -> AsyncGenerator[Delta]:
        passage = Passage(self.cascade, self.refusal, patient=False, offered=_names(tools))
        try:
            inside = await passage.enter(turns)
            if inside is None:
                reply = await passage.refused()
                yield Delta(text=reply.turn.text)
                yield Delta(text="", reply=reply)
                return
            async with aclosing(passage.pieces(ask(self._instructed(inside)), streamed=streamed)) as pieces:
                async for delta in pieces:
                    yield delta
        except SystemFailure as failure:
            raise await passage.failed(failure) from failure
        finally:
            passage.drop()

    def _instructed(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """With what the guards need the model to be told, after the system turns that come first."""
        told = self.cascade.instruction
        if told is None:
            return tuple(turns)
        first = tuple(takewhile(lambda turn: turn.role == "system", turns))
        return (*first, Turn(role="system", text=told), *turns[len(first) :])


def _with_turns(request: Request, turns: Sequence[Turn]) -> Request:
    inside = tuple(turns)
    return request if inside == request.turns else request.but(turns=inside)


def _names(tools: Sequence[Tool]) -> frozenset[str]:
    return frozenset(tool.name for tool in tools)
