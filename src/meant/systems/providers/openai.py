"""Any endpoint that speaks OpenAI's Chat Completions: api.openai.com, vLLM, llama.cpp, Ollama, OpenRouter and kin.

A reply is what the protocol says is one; whatever else comes back is a SystemFailure. A field that a server does not
take is left out with `extra: {field: null}`, never silently: sampling that nobody asked for would be measured.
A caller's wishes stand over `sampling`, but for a field that `extra` leaves out.
Source: OpenAI API reference, "Chat" (create chat completion, streaming). Not implemented: several choices, content
that is not text.
"""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Literal

from pydantic import JsonValue

from meant.core.base import content_id
from meant.core.errors import PluginError
from meant.core.request import NO_WISHES, Request
from meant.core.system import Delta, Reply, Sampling, Timing, Usage
from meant.core.tool import Tool
from meant.core.turn import Turn
from meant.systems.chat import Said
from meant.systems.chat_request import asked
from meant.systems.conversing import at_once
from meant.systems.http.backoff import Backoff
from meant.systems.http.body import check_extra, encoded
from meant.systems.http.clock import Clock
from meant.systems.http.endpoint import Endpoint, Limits
from meant.systems.http.failure import Complaint
from meant.systems.http.key import Key
from meant.systems.http.remedies import for_key, usual
from meant.systems.http.sse import Event
from meant.systems.http.url import checked
from meant.systems.tools.calls import calls_of
from meant.systems.usage import cost_usd, counted

OPENAI = "https://api.openai.com/v1"
HOST = "api.openai.com"
DONE = b"[DONE]"
CHAT = "/chat/completions"
OWN = ("model", "messages", "stream", "n", "seed", "logprobs", "tools")
SAMPLED = ("temperature", "top_p", "stop", "max_tokens", "max_completion_tokens")
"""Fields of the body that `extra` may not set, and those that it may only leave out: `sampling` sets them."""
WITH_TOOLS = ("tool_choice", "parallel_tool_calls")
"""Fields that the endpoint takes only beside tools: sent where some are offered, and left out elsewhere."""


@dataclass(frozen=True)
class OpenAI:
    """A model behind `base_url`. Raises PluginError for settings that cannot work."""

    model: str
    base_url: str = ""
    """Up to and without `/chat/completions`. "": the environment's OPENAI_BASE_URL, else OpenAI's own."""
    api_key_env: str = "OPENAI_API_KEY"
    """Environment variable that holds the key, which is sent to `base_url`. "": send none."""
    sampling: Sampling = field(default_factory=Sampling)
    name: str = ""
    """"": `openai:MODEL`."""
    timeout_s: float = Limits.timeout_s
    """For one try, from sending it to the last byte."""
    max_tries: int = Limits.max_tries
    at_once: int = Limits.at_once
    requests_per_minute: float | None = None
    """None: as many as `at_once` allows."""
    extra: Mapping[str, JsonValue] = field(default_factory=dict)
    """Further fields of the request's body, as in `{reasoning_effort: low}`. A null leaves a field out."""
    max_tokens_field: Literal["max_completion_tokens", "max_tokens"] | None = None
    """None: the first for OpenAI's own hosts, the second for all others."""
    logprobs: bool = False
    price_per_million: tuple[float, float] | None = None
    """USD for a million input tokens and for a million output tokens; discounts for cached input are not known."""
    backoff: Backoff = field(default_factory=Backoff)
    clock: Clock = field(default_factory=Clock, repr=False, compare=False)
    """Not for files: a test's own time."""
    listed_as: str = field(init=False, compare=False)
    """For the price list, which regional hosts are not on: `openai:MODEL`, or "" behind any other host."""
    _endpoint: Endpoint = field(init=False, repr=False, compare=False)
    _max_tokens_field: str = field(init=False, repr=False, compare=False)
    _fixed: dict[str, Any] = field(init=False, repr=False, compare=False)
    """The part of the body that is the same for every request without wishes."""

    def __post_init__(self) -> None:
        url = (self.base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI).rstrip("/")
        host = _check(self.model, url, self.extra)
        limits = Limits(self.timeout_s, self.max_tries, self.at_once, self.requests_per_minute)
        endpoint = Endpoint(
            url=f"{url}{CHAT}",
            secrets=Key(self.api_key_env, _bearer, needed=_own(host)),
            remedy=self._remedy,
            limits=limits,
            backoff=self.backoff,
            clock=self.clock,
        )
        put = object.__setattr__
        put(self, "base_url", url)
        put(self, "name", self.name or f"openai:{self.model}")
        put(self, "listed_as", f"openai:{self.model}" if host == HOST else "")
        put(self, "_endpoint", endpoint)
        limit = self.max_tokens_field or ("max_completion_tokens" if _own(host) else "max_tokens")
        put(self, "_max_tokens_field", limit)
        put(self, "_fixed", self._fields(self.sampling))

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the endpoint and of every field of the body but the messages and the seed."""
        return content_id(["openai", self.base_url, self._fixed])

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """The model's reply. Its time is that of the try that was answered."""
        return await self._whole(Request(turns=tuple(turns), seed=seed))

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        """The model's reply, in which it may call tools. An answer that was cut off leaves its last call malformed."""
        return await self._whole(Request(turns=tuple(turns), tools=tuple(tools), seed=seed))

    def stream(self, turns: Sequence[Turn], *, seed: int | None = None) -> AsyncIterator[Delta]:
        """The reply in the pieces that the server sends. Ends in SystemFailure where it is cut short."""
        return self._pieces(Request(turns=tuple(turns), seed=seed, stream=True))

    def converse(self, request: Request) -> AsyncIterator[Delta]:
        """The same for a whole request. SystemFailure ("unsupported") for extra fields of another dialect."""
        return self._pieces(request) if request.stream else at_once(lambda: self._whole(request))

    async def answer(self, request: Request) -> Reply:
        """The same, as one."""
        return await self._whole(request)

    def check(self) -> None:
        """Raises ConfigError where no request could be sent: a key is missing."""
        self._endpoint.check()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._endpoint.aclose()

    async def _whole(self, request: Request) -> Reply:
        said, timing = await self._endpoint.post(self._body(request), partial(Said.of, tools=bool(request.tools)))
        return self._reply(said, timing, request.turns)

    async def _pieces(self, request: Request) -> AsyncIterator[Delta]:
        said = Said(tools=bool(request.tools), turns=request.turns)
        first_s, last_s = None, 0.0
        async with aclosing(self._endpoint.stream(self._body(request), last=_done)) as arrivals:
            async for event, last_s in arrivals:
                for delta in said.add(self._endpoint.parsed(event.data)) if event.data != DONE else ():
                    first_s = last_s if first_s is None else first_s
                    yield delta
        timing = Timing(total_s=last_s, first_token_s=first_s)
        yield Delta(text="", reply=self._reply(said, timing, request.turns))

    def _fields(self, drawn: Sampling) -> dict[str, Any]:
        return {
            "model": self.model,
            "temperature": drawn.temperature,
            "top_p": drawn.top_p,
            self._max_tokens_field: drawn.max_tokens,
            "stop": list(drawn.stop) or None,
            "logprobs": self.logprobs or None,
            **self.extra,
        }

    def _body(self, request: Request) -> bytes:
        streaming = {"stream": True, "stream_options": {"include_usage": True}} if request.stream else {}
        wished = request.wishes is not NO_WISHES and request.wishes != NO_WISHES
        fixed = self._fields(request.wishes.over(self.sampling)) if wished else self._fixed
        return encoded({**streaming, **fixed, **asked(request)}, without=() if request.tools else WITH_TOOLS)

    def _reply(self, said: Said, timing: Timing, turns: Sequence[Turn]) -> Reply:
        calls = calls_of(said.calls, turns, end=said.end)
        return Reply(
            turn=Turn(role="assistant", text="".join(said.pieces), calls=calls),
            usage=self._usage(said.usage),
            finish=said.ended(),
            timing=timing,
            logprobs=tuple(said.logprobs) or None,
        )

    def _usage(self, told: Mapping[str, Any]) -> Usage:
        tokens = [counted(told.get(name)) for name in ("prompt_tokens", "completion_tokens")]
        cost = cost_usd(tokens, self.price_per_million) if self.price_per_million else None
        return Usage(input_tokens=tokens[0], output_tokens=tokens[1], cost_usd=cost)

    def _remedy(self, status: int, said: Complaint) -> str:
        if said.code == "insufficient_quota":
            return "the account has no credit left"
        if said.param in ("max_tokens", "max_completion_tokens"):
            return "set max_tokens_field to the one that it takes"
        where = f"is there a model {self.model!r}, and does base_url {self.base_url} end where {CHAT} begins?"
        leave_out = f"`extra: {{{said.param}: null}}` leaves the field out" if said.param in self._fixed else ""
        return usual(status, key=for_key(self.api_key_env), where=where) or leave_out


def _own(host: str) -> bool:
    """Whether the host is one of OpenAI's."""
    return host == "api.openai.com" or host.endswith(".api.openai.com")


def _done(event: Event) -> bool:
    return event.data == DONE


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _check(model: str, url: str, extra: Mapping[str, JsonValue]) -> str:
    """The URL's host. Raises PluginError."""
    if not model:
        raise PluginError("no model", "name one, as in `model: gpt-4.1-mini`", setting="model")
    to = checked(url, setting="base_url", example=OPENAI, below=CHAT)
    check_extra(extra, own=OWN, sampled=SAMPLED)
    return to.hostname or ""


PLUGIN = OpenAI
