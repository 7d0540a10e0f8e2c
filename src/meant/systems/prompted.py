"""A system with a name and a system prompt is a system: it does whatever the one it wraps does."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from meant.core.base import content_id
from meant.core.errors import SystemFailure
from meant.core.request import Request
from meant.core.system import Acts, CallsTools, Delta, Loglik, Renders, Reply, Scores, Streams, System
from meant.core.tool import Simulated, Tool
from meant.core.turn import Turn
from meant.systems.conversing import answered, conversed


@dataclass(frozen=True)
class Prompted:
    """`inner` with `prompt` as the first system turn, if any; a caller's own system turns come after it."""

    inner: System
    name: str
    prompt: str | None = None

    @property
    def fingerprint(self) -> str:
        """The inner one's and the prompt's."""
        inner = self.inner.fingerprint
        return inner if self.prompt is None else content_id([inner, self.prompt])

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """The inner system's reply to the prompt and the turns."""
        return await self.inner.reply(self._with_prompt(turns), seed=seed)

    async def act(self, turns: Sequence[Turn], *, tools: Sequence[Simulated], seed: int | None = None) -> Reply:
        """The same, with simulated tools. SystemFailure ("unsupported") where the inner system runs none."""
        if not isinstance(self.inner, Acts):
            raise SystemFailure(f"{self.inner.name} cannot be given tools", kind="unsupported")
        return await self.inner.act(self._with_prompt(turns), tools=tools, seed=seed)

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        """The same, with tools that the caller carries out. SystemFailure ("unsupported") where it takes none."""
        if not isinstance(self.inner, CallsTools):
            raise SystemFailure(f"{self.inner.name} cannot be told of tools", kind="unsupported")
        return await self.inner.call(self._with_prompt(turns), tools=tools, seed=seed)

    def stream(self, turns: Sequence[Turn], *, seed: int | None = None) -> AsyncIterator[Delta]:
        """The same, streamed. SystemFailure ("unsupported") where the inner system does not stream."""
        if not isinstance(self.inner, Streams):
            raise SystemFailure(f"{self.inner.name} does not stream", kind="unsupported")
        return self.inner.stream(self._with_prompt(turns), seed=seed)

    def converse(self, request: Request) -> AsyncIterator[Delta]:
        """The same for a whole request, as far as the inner system can honour it; see `conversing.py`."""
        return conversed(self.inner, self._prompted(request))

    async def answer(self, request: Request) -> Reply:
        """The same, as one."""
        return await answered(self.inner, self._prompted(request))

    async def loglik(self, turns: Sequence[Turn], continuations: Sequence[str]) -> list[Loglik]:
        """Log-likelihoods after the prompt. SystemFailure ("unsupported") where the inner system does not score."""
        if not isinstance(self.inner, Scores):
            raise SystemFailure(f"{self.inner.name} gives no log-likelihoods", kind="unsupported")
        return await self.inner.loglik(self._with_prompt(turns), continuations)

    async def render(self, turns: Sequence[Turn]) -> str:
        """The rendered prompt, or the turns one after another where the inner system cannot show it."""
        full = self._with_prompt(turns)
        if isinstance(self.inner, Renders):
            return await self.inner.render(full)
        return spelled(full)

    async def aclose(self) -> None:
        """Close the inner system."""
        await self.inner.aclose()

    def _prompted(self, request: Request) -> Request:
        if self.prompt is None:
            return request
        return request.model_copy(update={"turns": self._with_prompt(request.turns)})

    def _with_prompt(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        return tuple(turns) if self.prompt is None else (Turn(role="system", text=self.prompt), *turns)


def spelled(turns: Sequence[Turn]) -> str:
    """The turns one after another, where a system cannot show what the model sees."""
    return "\n\n".join(f"[{turn.role}]\n{turn.text}" for turn in turns)
