"""The child's work: takes messages, lets requests begin, reads what the engine made, answers.

Knows the engine by what it does, so that the tests can give it one that needs no weights.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from meant.systems.local.admission import Admission
from meant.systems.local.prompt import Prompts
from meant.systems.local.spool import Spool
from meant.systems.local.wire import (
    Ask,
    Began,
    Cancel,
    Done,
    Failed,
    FromChild,
    Piece,
    Request,
    Score,
    Scored,
    Show,
    Shown,
)


@dataclass(frozen=True)
class News:
    """What one request got in one step."""

    tokens: Sequence[int]
    logprobs: Sequence[float]
    """One a token, in nats."""
    finish: Literal["stop", "length", "failed"] | None
    """None while it goes on."""


class Engine(Protocol):
    """A language model that does many requests at once, a token each a step."""

    prompts: Prompts

    def begin(self, request: int, prompt: Sequence[int], ask: Ask, seed: int) -> None:
        """Take a request on."""
        ...

    def step(self) -> None:
        """Go on with everything that was taken on."""
        ...

    def news(self, request: int) -> News | None:
        """What is new since the last call; None where nothing is."""
        ...

    def cancel(self, request: int) -> None:
        """Let go of a request: stop it if it still runs, forget it otherwise."""
        ...

    def bytes_of(self, token: int) -> bytes:
        """A token's text as UTF-8, which may be a part of a character; empty for control tokens."""
        ...

    def score(self, prompt: Sequence[int], continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """Log-probabilities in nats, one a token. Raises ValueError where the engine gave another number of them."""
        ...


class Refused(Exception):
    """A request that cannot be done: the caller's fault, told to the caller."""


@dataclass
class _Request:
    ask: Ask
    prompt: list[int]
    spool: Spool
    text: list[str] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)


class Worker:
    """One engine's desk."""

    def __init__(self, engine: Engine, send: Callable[[FromChild], None], *, context: int, at_once: int) -> None:
        self._engine, self._send, self._context = engine, send, context
        self._admission = Admission(at_once)
        self._requests: dict[int, _Request] = {}
        self._begun: set[int] = set()

    @property
    def busy(self) -> bool:
        """Whether there is anything to step for."""
        return bool(self._requests)

    def take(self, message: Request) -> None:
        """Do what a message asks, or queue it. A request that fails is told to its caller, and to nobody else."""
        try:
            self._do(message)
        except Refused as fault:
            self._send(Failed(message.id, "rejected", str(fault)))
        except ValueError as fault:
            self._send(Failed(message.id, "protocol", str(fault)))
        except RuntimeError as fault:
            self._send(Failed(message.id, "server", str(fault)))

    def step(self) -> None:
        """Let requests begin, one step of the engine, and pass on what it made."""
        for request in list(self._admission.ready()):
            self._begin(request)
        self._engine.step()
        for request in list(self._begun):
            news = self._engine.news(request)
            if news is not None:
                self._pass_on(request, news)

    def _do(self, message: Request) -> None:
        match message:
            case Ask():
                self._queue(message)
            case Cancel():
                self._drop(message.id)
            case Score():
                self._send(Scored(message.id, self._scored(message)))
            case Show():
                self._send(Shown(message.id, self._engine.prompts.text(message.turns, message.marks)))

    def _queue(self, ask: Ask) -> None:
        prompt = self._engine.prompts.tokens(ask.turns, ask.marks)
        self._check_room(len(prompt) + 1, f"the prompt has {len(prompt)} tokens")
        self._requests[ask.id] = _Request(ask, prompt, Spool(ask.stop))
        self._admission.add(ask.id, prompt)

    def _begin(self, request: int) -> None:
        of = self._requests[request]
        seed = secrets.randbits(31) if of.ask.seed is None else of.ask.seed % 2**31
        self._engine.begin(request, of.prompt, of.ask, seed)
        self._begun.add(request)

    def _pass_on(self, request: int, news: News) -> None:
        of = self._requests[request]
        if news.finish == "failed":
            self._drop(request)
            self._send(Failed(request, "server", "the engine gave up on it: too little memory for keys and values"))
            return
        if news.tokens and not of.logprobs:
            self._admission.first_token(request)
            self._send(Began(request))
        self._show(request, of, of.spool.feed(b"".join(self._engine.bytes_of(token) for token in news.tokens)))
        of.logprobs += news.logprobs
        if news.finish is not None or of.spool.stopped:
            self._finish(request, of, "length" if news.finish == "length" and not of.spool.stopped else "stop")

    def _show(self, request: int, of: _Request, text: str) -> None:
        of.text.append(text)
        if text and of.ask.stream:
            self._send(Piece(request, text))

    def _finish(self, request: int, of: _Request, finish: Literal["stop", "length"]) -> None:
        self._show(request, of, of.spool.rest())
        self._drop(request)
        self._send(Done(request, "".join(of.text), finish, len(of.prompt), of.logprobs))

    def _drop(self, request: int) -> None:
        if request in self._begun:
            self._engine.cancel(request)
        self._begun.discard(request)
        self._admission.drop(request)
        self._requests.pop(request, None)

    def _scored(self, message: Score) -> list[list[float]]:
        prompt = self._engine.prompts.tokens(message.turns, message.marks)
        continuations = [self._engine.prompts.plain(text) for text in message.continuations]
        if not all(continuations):
            raise Refused("a continuation without text has no likelihood")
        longest = max(map(len, continuations), default=0)
        self._check_room(len(prompt) + longest, f"prompt and continuation have {len(prompt) + longest} tokens")
        return self._engine.score(prompt, continuations)

    def _check_room(self, tokens: int, what: str) -> None:
        if tokens > self._context:
            raise Refused(f"{what}, and the model's context holds {self._context}, the reply included; shorten it")
