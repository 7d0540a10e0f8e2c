"""The embedded model: one from the cache of `meant model get`, on this machine's cores, in a process of its own.

Replies carry log-probabilities, and are greedy unless `sampling` says otherwise. Sampled replies repeat with their
seed as long as the engine does alike at the time, and differ without one. The settings, and what they cost and
promise, were measured: `docs/adr/0002-local-engine.md`. Tools are told in the prompt, and calls are read from the text
(`tools/hermes.py`). Not implemented: streaming while tools are offered (the reply then comes as one), a call that is
required, images, beam search.
"""

import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, TypeVar

from pydantic import Field

from meant.core.base import content_id
from meant.core.errors import MissingExtra, SystemFailure
from meant.core.request import Request
from meant.core.system import Delta, Loglik, Reply, Sampling, Timing, Usage
from meant.core.tool import Tool
from meant.core.turn import Turn
from meant.systems.conversing import at_once, reply_of, unheard
from meant.systems.local.client import Client
from meant.systems.local.prompt import unused
from meant.systems.local.wire import Ask, Began, Done, Load, Marks, Piece, Score, Scored, Show, Shown, Talk
from meant.systems.models.cache import answering, weights
from meant.systems.tools.calls import calls_of
from meant.systems.tools.hermes import PLAIN, Tags, written
from meant.systems.tools.hermes_reply import read

M = TypeVar("M", Scored, Shown)
ENGINE = "openvino-genai"
SETTINGS = (
    "f32 arithmetic, f16 keys and values, prefix cache, scoring apart, prompts by prompt.py 2, tools by hermes.py 1"
)
"""What else a reply may depend on; part of the fingerprint, so change it whenever that changes."""


@dataclass(frozen=True)
class Local:
    """A cached model. Asking it raises MissingModel or MissingExtra where it is not there."""

    model: str = "smollm2-135m"
    name: str = ""
    """"": `local:MODEL`."""
    sampling: Sampling = field(default_factory=Sampling)
    threads: Annotated[int, Field(ge=0)] = 0
    """0: every core that this process may use."""
    at_once: Annotated[int, Field(ge=1)] = 64
    """Requests that the engine works on together; more wait."""
    _client: Client = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "name", self.name or f"local:{self.model}")
        put(self, "_client", Client(self._load))

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the weights as the engine reads them, the engine and its version, its settings, the sampling.

        The chat template is in the weights' file.
        """
        sampling = self.sampling.model_dump(mode="json")
        return content_id(["local", answering(self.model).sha256, ENGINE, _engine_version(), SETTINGS, sampling])

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """The model's reply. `output_tokens` and `logprobs` count the token that ends it."""
        return await reply_of(self._answer(Request(turns=tuple(turns), seed=seed)))

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        """The model's reply, in which it may call tools; its turn's text is what stands outside the calls."""
        return await self._calling(Request(turns=tuple(turns), tools=tuple(tools), seed=seed))

    def stream(self, turns: Sequence[Turn], *, seed: int | None = None) -> AsyncGenerator[Delta, None]:
        """The same reply in pieces. Closing it early lets the engine drop the rest."""
        return self._answer(Request(turns=tuple(turns), seed=seed, stream=True))

    def converse(self, request: Request) -> AsyncIterator[Delta]:
        """The same for a whole request. SystemFailure ("unsupported") for extra fields, and for a call that must be."""
        if request.tools and request.tool_choice != "none":
            return at_once(lambda: self._calling(request))
        asked = request.model_copy(update={"tools": ()})
        return self._answer(asked) if request.stream else at_once(lambda: reply_of(self._answer(asked)))

    async def loglik(self, turns: Sequence[Turn], continuations: Sequence[str]) -> list[Loglik]:
        """Of each continuation's own tokens, after the rendered turns; not of the token that would end the reply.

        The first one loads the weights anew: beside those that answer where replies are under way, else in their place.
        """
        talk, marks = _talk(turns)
        scored = await self._last(lambda n: Score(n, talk, list(continuations), marks), Scored)
        return [Loglik(tokens=tuple(tokens)) for tokens in scored.tokens]

    async def render(self, turns: Sequence[Turn]) -> str:
        """The prompt as the model reads it; a backslash stands where a turn spells a control token."""
        return (await self._last(lambda n: Show(n, *_talk(turns)), Shown)).text

    async def aclose(self) -> None:
        """End the engine's process."""
        await self._client.aclose()

    async def _calling(self, request: Request) -> Reply:
        if request.tool_choice != "auto":
            raise unheard("a call that it has to make: tool_choice")
        reply = await reply_of(self._answer(request.model_copy(update={"stream": False})))
        found = read(reply.turn.text, [tool.name for tool in request.tools])
        calls = calls_of(found.calls, request.turns)
        turn = Turn(role="assistant", text=found.text, calls=calls)
        return reply.model_copy(update={"turn": turn, "finish": "tool_calls" if calls else reply.finish})

    async def _answer(self, request: Request) -> AsyncGenerator[Delta, None]:
        if request.extra:
            raise unheard(", ".join(request.extra))
        await self._client.ready()
        (talk, marks), sent, first_s = _talk(request.turns, request.tools), time.perf_counter(), None
        async with aclosing(self._client.ask(lambda n: self._ask(n, talk, marks, request))) as messages:
            async for message in messages:
                if isinstance(message, Began):
                    first_s = time.perf_counter() - sent
                elif isinstance(message, Piece):
                    yield Delta(text=message.text)
                elif isinstance(message, Done):
                    timing = Timing(total_s=time.perf_counter() - sent, first_token_s=first_s)
                    yield Delta(text="", reply=_reply(message, timing))

    def _ask(self, number: int, talk: Talk, marks: Marks, request: Request) -> Ask:
        drawn = request.wishes.over(self.sampling)
        return Ask(
            id=number,
            turns=talk,
            marks=marks,
            temperature=drawn.temperature,
            top_p=drawn.top_p,
            max_tokens=drawn.max_tokens,
            stop=list(drawn.stop),
            seed=request.seed,
            stream=request.stream,
        )

    async def _last(self, make: Callable[[int], Score | Show], kind: type[M]) -> M:
        async with aclosing(self._client.ask(make)) as messages:
            async for message in messages:
                if isinstance(message, kind):
                    return message
        raise SystemFailure(f"the local engine gave no {kind.__name__}", kind="protocol")

    def _load(self) -> Load:
        known = answering(self.model)
        _engine_version()
        return Load(
            path=str(weights(self.model)),
            sha256=known.sha256,
            context=known.context,
            control=list(known.control),
            ends=list(known.ends),
            threads=self.threads or len(os.sched_getaffinity(0)),
            at_once=self.at_once,
        )


def _engine_version() -> str:
    """Raises MissingExtra. Asks the installed package's data: importing it here would call home."""
    try:
        return version(ENGINE)
    except PackageNotFoundError:
        raise MissingExtra(ENGINE, "local") from None


def _talk(turns: Sequence[Turn], tools: Sequence[Tool] = ()) -> tuple[Talk, Marks]:
    """The turns as the chat template takes them, and what stands for a call's tags in them."""
    plain, marks = written(turns, tools), Marks()
    if tools or any(turn.calls for turn in turns):
        tags = Tags(*unused([turn.text for turn in plain], len(PLAIN)))
        plain, marks = written(turns, tools, tags=tags), dict(zip(tags, PLAIN, strict=True))
    return [{"role": turn.role, "content": turn.text} for turn in plain], marks


def _reply(done: Done, timing: Timing) -> Reply:
    return Reply(
        turn=Turn(role="assistant", text=done.text),
        usage=Usage(input_tokens=done.input_tokens, output_tokens=len(done.logprobs)),
        finish=done.finish,
        timing=timing,
        logprobs=tuple(min(0.0, nats) for nats in done.logprobs),
    )


PLUGIN = Local
