"""Anthropic's Messages API, and whatever else speaks it.

System turns become the `system` field, joined by an empty line. The API takes no seed. Sampling is sent as it is asked
for, but for a `top_p` of 1, which cuts nothing off and which several models refuse beside a temperature. Models that
take no temperature refuse it: it is left out with `extra: {temperature: null}`, never silently.
A caller's wishes stand over `sampling`, but for a field that `extra` leaves out.
Source: Anthropic API reference, "Messages", "Streaming messages" and "Errors". Not implemented: tools beside thinking
(whose blocks would have to be sent back), the API's own tools, images, batches.
"""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Literal

from pydantic import JsonValue

from meant.core.base import content_id
from meant.core.errors import PluginError, SystemFailure
from meant.core.request import NO_WISHES, Request
from meant.core.system import Delta, Reply, Sampling, Timing, Usage
from meant.core.tool import Tool
from meant.core.turn import Turn
from meant.systems.conversing import at_once
from meant.systems.http.backoff import Backoff
from meant.systems.http.body import check_extra, encoded
from meant.systems.http.clock import Clock
from meant.systems.http.endpoint import Endpoint, Limits
from meant.systems.http.failure import Complaint
from meant.systems.http.key import Key
from meant.systems.http.remedies import for_key, usual
from meant.systems.http.url import checked
from meant.systems.messages import Message
from meant.systems.messages_request import asked
from meant.systems.tools.calls import calls_of
from meant.systems.usage import cost_usd, counted

ANTHROPIC = "https://api.anthropic.com"
HOST = "api.anthropic.com"
MESSAGES = "/v1/messages"
OWN = ("model", "messages", "system", "max_tokens", "stream", "tools")
SAMPLED = ("temperature", "top_p", "stop_sequences")
"""Fields of the body that `extra` may not set, and those that it may only leave out: `sampling` sets them."""
WITH_TOOLS = ("tool_choice",)
"""Fields that the API takes only beside tools: sent where some are offered, and left out elsewhere."""


@dataclass(frozen=True)
class Anthropic:
    """A model behind `base_url`. Raises PluginError for settings that cannot work."""

    model: str
    base_url: str = ""
    """Up to and without `/v1/messages`. "": the environment's ANTHROPIC_BASE_URL, else Anthropic's own."""
    api_key_env: str = "ANTHROPIC_API_KEY"
    """Environment variable that holds the key, which is sent to `base_url`. "": send none."""
    key_header: Literal["x-api-key", "authorization"] = "x-api-key"
    """The header that carries the key; the second as a bearer token, as Anthropic's own client sends it."""
    api_version: str = "2023-06-01"
    """Sent as `anthropic-version`."""
    sampling: Sampling = field(default_factory=Sampling)
    name: str = ""
    """"": `anthropic:MODEL`."""
    timeout_s: float = Limits.timeout_s
    """For one try, from sending it to the last byte."""
    max_tries: int = Limits.max_tries
    at_once: int = Limits.at_once
    requests_per_minute: float | None = None
    """None: as many as `at_once` allows."""
    extra: Mapping[str, JsonValue] = field(default_factory=dict)
    """Further fields of the request's body, as in `{thinking: {...}}`. A null leaves a field out."""
    price_per_million: tuple[float, float] | None = None
    """USD for a million input tokens that are not cached and for a million output tokens."""
    cache_price_per_million: tuple[float, float] | None = None
    """USD for a million input tokens written to the cache and for a million read from it."""
    backoff: Backoff = field(default_factory=Backoff)
    clock: Clock = field(default_factory=Clock, repr=False, compare=False)
    """Not for files: a test's own time."""
    listed_as: str = field(init=False, compare=False)
    """For the price list: `anthropic:MODEL`, or "" behind any host but Anthropic's own."""
    _endpoint: Endpoint = field(init=False, repr=False, compare=False)
    _fixed: dict[str, Any] = field(init=False, repr=False, compare=False)
    """The part of the body that is the same for every request without wishes."""

    def __post_init__(self) -> None:
        url = (self.base_url or os.environ.get("ANTHROPIC_BASE_URL") or ANTHROPIC).rstrip("/")
        host = _check(self.model, url, self.extra, self.sampling)
        endpoint = Endpoint(
            url=f"{url}{MESSAGES}",
            secrets=Key(self.api_key_env, self._auth, needed=host == HOST),
            headers={"anthropic-version": self.api_version},
            remedy=self._remedy,
            limits=Limits(self.timeout_s, self.max_tries, self.at_once, self.requests_per_minute),
            backoff=self.backoff,
            clock=self.clock,
        )
        put = object.__setattr__
        put(self, "base_url", url)
        put(self, "name", self.name or f"anthropic:{self.model}")
        put(self, "listed_as", f"anthropic:{self.model}" if host == HOST else "")
        put(self, "_endpoint", endpoint)
        put(self, "_fixed", self._fields(self.sampling))

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the endpoint, the API's version and every field of the body but the turns."""
        return content_id(["anthropic", self.base_url, self.api_version, self._fixed])

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """The model's reply; `seed` changes nothing. Its time is that of the try that was answered."""
        return await self._whole(Request(turns=tuple(turns)))

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        """The model's reply, in which it may call tools. An answer that was cut off leaves its last call malformed."""
        return await self._whole(Request(turns=tuple(turns), tools=tuple(tools)))

    def stream(self, turns: Sequence[Turn], *, seed: int | None = None) -> AsyncIterator[Delta]:
        """The reply in the pieces that the server sends. Ends in SystemFailure where it is cut short."""
        return self._pieces(Request(turns=tuple(turns), stream=True))

    def converse(self, request: Request) -> AsyncIterator[Delta]:
        """The same for a whole request. SystemFailure ("unsupported") for a seed or another dialect's extra fields."""
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
        read = partial(Message.of, tools=bool(request.tools))
        message, timing = await self._endpoint.post(self._body(request), read)
        return self._reply(message, timing, request.turns)

    async def _pieces(self, request: Request) -> AsyncIterator[Delta]:
        message = Message(tools=bool(request.tools), turns=request.turns)
        first_s, last_s = None, 0.0
        stream = self._endpoint.stream(self._body(request), last=lambda _: message.over)
        async with aclosing(stream) as arrivals:
            async for event, last_s in arrivals:
                if delta := message.add(self._endpoint.parsed(event.data)):
                    first_s = last_s if first_s is None else first_s
                    yield delta
        timing = Timing(total_s=last_s, first_token_s=first_s)
        yield Delta(text="", reply=self._reply(message, timing, request.turns))

    def _fields(self, drawn: Sampling) -> dict[str, Any]:
        return {
            "model": self.model,
            "max_tokens": drawn.max_tokens,
            "temperature": drawn.temperature,
            "top_p": drawn.top_p if drawn.top_p < 1 else None,
            "stop_sequences": list(drawn.stop) or None,
            **self.extra,
        }

    def _body(self, request: Request) -> bytes:
        wished = request.wishes != NO_WISHES
        fixed = self._fields(request.wishes.over(self.sampling)) if wished else self._fixed
        fields = {**fixed, **asked(request)}
        if request.tools and _thinks(fields):
            words = "tools beside thinking are not supported, since its blocks would have to be sent back"
            raise SystemFailure(f"{words}; take `thinking` out", kind="unsupported")
        return encoded(fields, without=() if request.tools else WITH_TOOLS)

    def _reply(self, message: Message, timing: Timing, turns: Sequence[Turn]) -> Reply:
        calls = calls_of(message.calls, turns, end=message.end)
        return Reply(
            turn=Turn(role="assistant", text="".join(message.pieces), calls=calls),
            usage=self._usage(message.usage),
            finish=message.ended(),
            timing=timing,
        )

    def _usage(self, told: Mapping[str, Any]) -> Usage:
        """Cached tokens are counted apart by the API; here they are input tokens like all others."""
        fresh, said = counted(told.get("input_tokens")), counted(told.get("output_tokens"))
        cached = [counted(told.get(f"cache_{name}_input_tokens", 0)) for name in ("creation", "read")]
        cost = None
        if self.price_per_million:
            prices = (*self.price_per_million, *(self.cache_price_per_million or (None, None)))
            cost = cost_usd((fresh, said, *cached), prices)
        whole = None if fresh is None or None in cached else fresh + sum(n or 0 for n in cached)
        return Usage(input_tokens=whole, output_tokens=said, cost_usd=cost)

    def _auth(self, key: str) -> dict[str, str]:
        return {self.key_header: key if self.key_header == "x-api-key" else f"Bearer {key}"}

    def _remedy(self, status: int, said: Complaint) -> str:
        where = f"is there a model {self.model!r}, and does base_url {self.base_url} end where {MESSAGES} begins?"
        named = next((f for f in SAMPLED if f in said.message and self._fixed.get(f) is not None), None)
        leave_out = f"in a system file, `extra: {{{named}: null}}` leaves the field out" if named else ""
        return usual(status, key=for_key(self.api_key_env), where=where) or leave_out


def _check(model: str, url: str, extra: Mapping[str, JsonValue], sampling: Sampling) -> str:
    """The URL's host. Raises PluginError."""
    if not model:
        raise PluginError("no model", "name one, as in `model: claude-sonnet-4-5`", setting="model")
    to = checked(url, setting="base_url", example=ANTHROPIC, below=MESSAGES)
    if url.endswith("/v1"):
        raise PluginError("base_url ends in /v1, which is added to it", "leave /v1 off", setting="base_url")
    check_extra(extra, own=OWN, sampled=SAMPLED)
    if sampling.temperature > 1:
        words = f"Anthropic's models take a temperature of 0 to 1, not {sampling.temperature:g}"
        raise PluginError(words, "lower it", setting="sampling.temperature")
    if blank := [text for text in sampling.stop if not text.strip()]:
        words = f"Anthropic's models take no stop text that is blank, as {blank[0]!r} is"
        raise PluginError(words, "leave it out", setting="sampling.stop")
    return to.hostname or ""


def _thinks(extra: Mapping[str, JsonValue]) -> bool:
    thinking = extra.get("thinking")
    return isinstance(thinking, Mapping) and thinking.get("type") != "disabled"


PLUGIN = Anthropic
