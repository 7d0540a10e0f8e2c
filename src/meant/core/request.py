"""A Request: all that a caller may ask of a model beside the words: tools, sampling, streaming."""

from collections.abc import AsyncIterator, Hashable, Mapping
from functools import cache
from typing import Annotated, Literal, Protocol, TypeGuard, cast, runtime_checkable

from pydantic import Field, JsonValue

from meant.core.base import Value
from meant.core.system import Delta, Reply, Sampling
from meant.core.tool import Tool
from meant.core.turn import Turn

Dialect = Literal["chat", "responses", "messages"]
"""OpenAI's Chat Completions and Responses, Anthropic's Messages."""


class Wishes(Value):
    """What a caller wants of the sampling; None: as the system has it."""

    temperature: Annotated[float, Field(ge=0, le=5)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    stop: tuple[str, ...] | None = None

    def over(self, sampling: Sampling) -> Sampling:
        """The sampling with the wishes in the place of what they speak of."""
        return sampling.model_copy(update=self.model_dump(exclude_none=True))


NO_WISHES = Wishes()


class Request(Value):
    """One request of a caller who carries the tools out himself."""

    turns: tuple[Turn, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    """`auto`, `none`, `required`, or the name of the tool that is to be called."""
    wishes: Wishes = NO_WISHES
    seed: int | None = None
    stream: bool = False
    """Whether the caller wants it piece by piece. Where not, the reply may come as one."""
    stream_usage: bool = False
    """Whether a stream ends with the tokens' counts, in a dialect that leaves it to the caller."""
    dialect: Dialect | None = None
    """Which one it came in."""
    extra: Mapping[str, JsonValue] = {}
    """Fields of that dialect which nothing above holds: only a model of the same dialect understands them."""


@runtime_checkable
class Converses(Protocol):
    """A system that takes a whole request."""

    def converse(self, request: Request) -> AsyncIterator[Delta]:
        """Deltas whose texts joined are the reply's text, and whose calls joined its calls; the last has the Reply.

        The pieces of a call follow one another: once another one has begun, there are no more of it.
        Raises SystemFailure, before the first delta or between two, where there is no answer.
        """
        ...


@runtime_checkable
class Answers(Protocol):
    """A system that takes a whole request, and whose reply may be had without its pieces: for whom they cost time."""

    async def answer(self, request: Request) -> Reply:
        """The Reply that `converse` would end with, of a request that is not to be streamed. Raises SystemFailure."""
        ...


def converses(system: object) -> TypeGuard[Converses]:
    """Whether it takes a whole request. Asked once a class: of a Protocol, `isinstance` takes as long as a guard."""
    return _of_kind(cast("Hashable", type(system)), Converses)


def answers(system: object) -> TypeGuard[Answers]:
    """Whether its reply may be had without pieces; likewise."""
    return _of_kind(cast("Hashable", type(system)), Answers)


@cache
def _of_kind(kind: Hashable, wanted: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, wanted)
