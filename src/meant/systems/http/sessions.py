"""One aiohttp session and one set of slots for each event loop: opened when first asked for, closed by `aclose`.

Its rule: nothing is looked up for a request that can be looked up for a session.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

CONNECT_S = 10.0
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Here(NamedTuple):
    """What belongs to the running loop."""

    session: aiohttp.ClientSession
    slots: asyncio.Semaphore
    """Held while a request is under way. The connector has no limit of its own: waiting in it would count as time."""


class Sessions:
    """The sessions of one endpoint. `headers` is called when one is opened, and may raise."""

    def __init__(self, url: str, headers: Callable[[], Mapping[str, str]], *, at_once: int, timeout_s: float) -> None:
        self._url, self._headers, self._at_once, self._timeout_s = url, headers, at_once, timeout_s
        self._by_loop: dict[asyncio.AbstractEventLoop, Here] = {}

    def here(self) -> Here:
        """The running loop's; opened if need be."""
        loop = asyncio.get_running_loop()
        here = self._by_loop.get(loop)
        if here is None:
            self._by_loop = {known: its for known, its in self._by_loop.items() if not known.is_closed()}
            here = self._by_loop[loop] = Here(self._open(), asyncio.Semaphore(self._at_once))
        return here

    async def aclose(self) -> None:
        """Close the running loop's; a later request opens another."""
        here = self._by_loop.pop(asyncio.get_running_loop(), None)
        if here is not None:
            await here.session.close()

    def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            headers=self._headers(),
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=self._timeout_s, sock_connect=CONNECT_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=_proxy(self._url),
        )


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for this URL: looked up once, where aiohttp would at every request."""
    to = urlsplit(url)
    host = to.hostname or ""
    return None if host in LOOPBACK or proxy_bypass(host) else getproxies().get(to.scheme)
