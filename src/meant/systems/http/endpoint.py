"""One URL that is sent JSON: one session a loop, at most so many requests at once and a minute, tried again politely.

Its rule: a request that was answered is never sent again, and every failure leaves as SystemFailure.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import aiohttp
import orjson
from yarl import URL

from meant.core.errors import PluginError, SystemFailure
from meant.core.system import Timing
from meant.systems.http.backoff import Backoff, retry_after_s
from meant.systems.http.clock import Clock
from meant.systems.http.failure import (
    Complaint,
    Remedy,
    broken,
    complaint,
    failed_inside,
    refused,
    shown,
    unreadable,
)
from meant.systems.http.key import Secrets
from meant.systems.http.rate import Limiter
from meant.systems.http.sending import Sender, Sending
from meant.systems.http.sessions import Sessions
from meant.systems.http.sse import Event, Parser

T = TypeVar("T")
LINGER_S = 0.05
"""How long a server may take to end an answer in which all is said; after that the connection is given up."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """How hard an endpoint may be driven. Raises PluginError for a value that makes no sense."""

    timeout_s: float = 120.0
    """For one try, from sending it to the last byte."""
    max_tries: int = 6
    at_once: int = 64
    requests_per_minute: float | None = None
    """None: any number."""

    def __post_init__(self) -> None:
        for name in ("timeout_s", "max_tries", "at_once", "requests_per_minute"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise PluginError(f"{name} is {value}", f"give {name} a value above 0", setting=name)


class Arrival(NamedTuple):
    """An event of a stream, and how many seconds after the request was sent it came."""

    event: Event
    at_s: float


@dataclass(frozen=True)
class Endpoint:
    """Ask it with `post` or `stream`; close it with `aclose`, after which it opens again when it is asked."""

    url: str
    secrets: Secrets
    remedy: Remedy
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of every request, besides those of the secrets; none of them is secret."""
    setting: str = "base_url"
    """What a user calls the URL."""
    limits: Limits = field(default_factory=Limits)
    backoff: Backoff = field(default_factory=Backoff)
    clock: Clock = field(default_factory=Clock)
    _sender: Sender = field(init=False, repr=False)

    def __post_init__(self) -> None:
        limits = self.limits
        sender = Sender(
            method=self.method,
            url=URL(self.url),
            sessions=Sessions(self.url, self._headers, at_once=limits.at_once, timeout_s=limits.timeout_s),
            limiter=Limiter(limits.requests_per_minute, self.clock),
            now=self.clock.now,
            refusal=self._refusal,
            broken=self._broken,
        )
        object.__setattr__(self, "_sender", sender)

    def check(self) -> None:
        """Raises ConfigError where a request's headers lack a secret."""
        self.secrets.headers()

    async def post(self, body: bytes, read: Callable[[Any], T]) -> tuple[T, Timing]:
        """What `read` makes of the JSON answer. It raises SystemFailure for an answer that it cannot use."""
        return await self.tried(lambda: self.once(body, read))

    async def once(self, body: bytes, read: Callable[[Any], T]) -> tuple[T, Timing]:
        """As `post`, in one try."""
        async with Sending(self._sender, body) as sent:
            data = await sent.response.read()
            took_s = self.clock.now() - sent.at
        return read(self.parsed(data, sent.response)), Timing(total_s=took_s)

    async def tried(self, once: Callable[[], Awaitable[T]]) -> T:
        """What `once` gives, called again while its SystemFailure may pass and tries are left."""
        tries = 0
        while True:
            tries += 1
            try:
                return await once()
            except SystemFailure as error:
                failure = error
            if failure.kind == "rate_limited":
                self._sender.limiter.pause(min(failure.retry_after_s or 0.0, self.backoff.cap_s))
            if not failure.retryable or tries == self.limits.max_tries:
                raise _after(tries, failure)
            delay_s = self.backoff.delay_s(tries, failure.retry_after_s, self.clock)
            _log.info("%s; try %d of %d in %.1f s", failure, tries + 1, self.limits.max_tries, delay_s)
            await self.clock.sleep(delay_s)

    async def stream(self, body: bytes, *, last: Callable[[Event], bool]) -> AsyncGenerator[Arrival, None]:
        """The events of the answer as they come. Tried again until it begins; once begun, a failure is final.

        Asked of each event once the caller has taken it, `last` tells whether more can come.
        """
        async with AsyncExitStack() as stack:
            sent = await self.tried(lambda: stack.enter_async_context(Sending(self._sender, body)))
            if sent.response.content_type in ("application/json", "text/html"):
                self.parsed(await sent.response.read(), sent.response)
                raise unreadable("asked for a stream, got an answer in one piece; the server cannot stream")
            parser = Parser()
            async for piece in sent.response.content.iter_any():
                at_s = self.clock.now() - sent.at
                for event in parser.feed(piece):
                    yield Arrival(event, at_s)
                    if last(event):
                        await _read_out(sent.response.content)
                        return

    def parsed(self, data: bytes, whole: aiohttp.ClientResponse | None = None) -> Any:
        """The JSON in what came with status 200. Raises SystemFailure where it is none or tells of a failure.

        `whole`: the answer whose body it is; None: it is an event.
        """
        try:
            answer = orjson.loads(data)
        except orjson.JSONDecodeError:
            said = complaint(self.secrets.hide(data)).message or "nothing"
            kind = "an event" if whole is None else whole.content_type
            failure = unreadable(f"expected JSON, got {kind}: {said}; is {self.setting} right?")
        else:
            if not (isinstance(answer, dict) and answer.get("error")):
                return answer
            failure = failed_inside(complaint(self.secrets.hide(data)))
        raise failure

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        await self._sender.sessions.aclose()

    def _headers(self) -> Mapping[str, str]:
        given = {**self.headers, **self.secrets.headers()}
        told = any(name.lower() == "content-type" for name in given)
        return given if told else {"Content-Type": "application/json", **given}

    def _broken(self, error: Exception) -> SystemFailure:
        return broken(error, self.url, self.limits.timeout_s, self.setting)

    async def _refusal(self, response: aiohttp.ClientResponse) -> SystemFailure:
        if to := response.headers.get("location"):
            said = Complaint(f"redirects to {shown(self.secrets.hide(to.encode()).decode())}")
        else:
            said = complaint(self.secrets.hide(await response.read()))
        wish_s = retry_after_s(response.headers, self.clock)
        return refused(response.status, said, remedy=self.remedy(response.status, said), retry_after_s=wish_s)


async def _read_out(content: aiohttp.StreamReader) -> None:
    """To the end of an answer in which nothing more is said: its connection can then be used again."""
    if content.at_eof():
        return
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(LINGER_S):
            async for _ in content.iter_any():
                pass


def _after(tries: int, failure: SystemFailure) -> SystemFailure:
    if tries == 1:
        return failure
    return failure.put(f"{failure} (tried {tries} times)")
