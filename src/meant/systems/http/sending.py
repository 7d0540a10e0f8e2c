"""Sends a request in one try: its slot, its place under the rate, and one failure for whatever goes wrong.

Its rule: a slot is held from before the request is sent until its answer has been read, and is let go whatever happens.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from meant.core.errors import SystemFailure
from meant.systems.http.failure import REDIRECT
from meant.systems.http.rate import Limiter
from meant.systems.http.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Sender:
    """What all requests to one URL share."""

    method: str
    url: URL
    sessions: Sessions
    limiter: Limiter
    now: Callable[[], float]
    refusal: Callable[[aiohttp.ClientResponse], Awaitable[SystemFailure]]
    """What an answer of another status than 200 and its kin comes to."""
    broken: Callable[[Exception], SystemFailure]
    """What a client's error comes to."""


class Sending:
    """One request. `async with` it, the request was accepted. Raises SystemFailure, for what breaks inside too.

    Written out, since every request goes through it: a generator made a context manager costs three times as much.
    """

    __slots__ = ("_body", "_request", "_sender", "_slots", "at", "response")

    def __init__(self, sender: Sender, body: bytes) -> None:
        self._sender, self._body = sender, body

    async def __aenter__(self) -> Self:
        sender, accepted = self._sender, False
        session, self._slots = sender.sessions.here()
        await self._slots.acquire()
        try:
            await sender.limiter.admit()
            self.at = sender.now()
            self._request = session.request(sender.method, sender.url, data=self._body, allow_redirects=False)
            self.response = await self._request.__aenter__()
            accepted = self.response.status < REDIRECT
            if accepted:
                return self
            failure = await self._refused()
        except (aiohttp.ClientError, OSError) as error:
            failure = sender.broken(error)
        finally:
            if not accepted:
                self._slots.release()
        raise failure from None  # out here, so that the client's error, which holds the key, is not its context

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._request.__aexit__(kind, error, trace)
        finally:
            self._slots.release()
        if isinstance(error, aiohttp.ClientError | OSError):
            raise self._sender.broken(error) from None

    async def _refused(self) -> SystemFailure:
        async with self.response:
            return await self._sender.refusal(self.response)
