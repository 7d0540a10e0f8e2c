"""A System: anything that answers. A bare model, an app behind HTTP, a checkpoint, a guarded system.

Guards, attacks and measures are written against `System` and nothing wider; what only some systems can do
(stream, score a given text) is a Protocol of its own, asked for with `isinstance`.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Literal, Protocol, runtime_checkable

from pydantic import Field

from meant.core.base import Value
from meant.core.guard import GuardDecision
from meant.core.tool import Decision, Simulated, Tool
from meant.core.turn import Turn

Finish = Literal["stop", "length", "content_filter", "cancelled", "tool_calls", "max_steps"]
"""How a reply ended; `tool_calls`: its turn wants tools called; `max_steps`: it went on calling for too long."""


class Sampling(Value):
    """How tokens are drawn. The defaults are greedy, so that two runs can be compared."""

    temperature: Annotated[float, Field(ge=0, le=5)] = 0.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    max_tokens: Annotated[int, Field(ge=1)] = 256
    """New tokens at most, a reply."""
    stop: tuple[str, ...] = ()
    """Texts that end the reply; never part of it."""


class Usage(Value):
    """Tokens, as the provider counted them. None where it did not say: never a guess."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        """Both together; what only one of them tells is counted as far as it is told."""
        return Usage(**{name: _sum(getattr(self, name), getattr(other, name)) for name in Usage.model_fields})


def _sum(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else one + other


class Timing(Value):
    """Seconds from sending the request, by the caller's clock."""

    total_s: float
    first_token_s: float | None = None


class Reply(Value):
    """One answer of a system."""

    turn: Turn
    usage: Usage = Usage()
    finish: Finish = "stop"
    timing: Timing | None = None
    logprobs: tuple[float, ...] | None = None
    """Natural-log probabilities of the reply's tokens, one a token, where the system gives them."""
    steps: tuple[Turn, ...] = ()
    """What happened before `turn`, of a system that runs tools: calls and their results, in order."""
    decisions: tuple[Decision, ...] = ()
    """One for each call of the steps and of `turn`, in order; those of `turn` came too late to be carried out."""
    guards: tuple[GuardDecision, ...] = ()
    """Of a guarded system: what each guard said, in order."""


class CallDelta(Value):
    """A piece of a tool call in a streamed reply."""

    at: int
    """Which of the reply's calls, from 0."""
    id: str
    tool: str
    arguments: str
    """What is added to the arguments' JSON."""


class Delta(Value):
    """A piece of a streamed reply. The last one carries the whole `reply`, and its text is then empty."""

    text: str
    call: CallDelta | None = None
    reply: Reply | None = None


class Loglik(Value):
    """Log-likelihood of one continuation, in nats."""

    tokens: tuple[float, ...]
    """One value a token of the continuation."""

    @property
    def total(self) -> float:
        """Sum over the tokens."""
        return sum(self.tokens)


@runtime_checkable
class System(Protocol):
    """Anything that answers."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever its answers may: weights, engine, endpoint, prompt, sampling."""
        ...

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """Answer the last user turn. Raises SystemFailure when there is no answer: a failure is never a reply."""
        ...

    async def aclose(self) -> None:
        """Let go of connections and processes. Calling it twice is fine."""
        ...


@runtime_checkable
class Streams(Protocol):
    """A system that can answer piece by piece."""

    def stream(self, turns: Sequence[Turn], *, seed: int | None = None) -> AsyncIterator[Delta]:
        """Deltas whose texts joined are the reply's text; the last carries the Reply."""
        ...


@runtime_checkable
class Scores(Protocol):
    """A system that tells how likely a given continuation is."""

    async def loglik(self, turns: Sequence[Turn], continuations: Sequence[str]) -> list[Loglik]:
        """One Loglik for each continuation of the assistant's turn, in order."""
        ...


@runtime_checkable
class Renders(Protocol):
    """A system that can show the text the model really sees, chat template and all."""

    async def render(self, turns: Sequence[Turn]) -> str:
        """The rendered prompt."""
        ...


@runtime_checkable
class Listed(Protocol):
    """A model that its provider may sell at a list price."""

    @property
    def listed_as(self) -> str:
        """`PROVIDER:MODEL` where the provider's own endpoint answers; "" where another's does, whose prices differ."""
        ...


@runtime_checkable
class CallsTools(Protocol):
    """A model that can be told of tools, and then may answer with calls instead of words. It carries nothing out."""

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        """Like `reply`, with `tools` offered. The reply's turn may carry calls, and its finish is then `tool_calls`."""
        ...


@runtime_checkable
class Acts(Protocol):
    """A system that runs tools itself, under the policy's tool rules, until it has an answer in words."""

    async def act(self, turns: Sequence[Turn], *, tools: Sequence[Simulated], seed: int | None = None) -> Reply:
        """Like `reply`, with simulated `tools` in the place of its own ones; what was done is in the reply's steps."""
        ...
