"""What a wire is: a dialect read into a Request, and a Reply written in it, whole or as events.

Its rule: what cannot be understood is refused in the dialect's own words, before anybody is asked; and a stream ends
with a terminal event of its dialect whatever happened on the way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from meant.core.request import Dialect, Request
from meant.core.system import Delta, Reply

Why = Literal[
    "invalid",
    "too_large",
    "too_slow",
    "unauthorized",
    "forbidden",
    "not_found",
    "unknown_url",
    "rate_limited",
    "upstream",
    "stopped",
]
"""`upstream`: the system gave no answer. `stopped`: the operator has switched it off."""


class Refused(Exception):
    """A request that gets no reply, as it is told to the client: no stack trace, no key, no one else's data."""

    def __init__(
        self, status: int, why: Why, message: str, *, param: str | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.why, self.message, self.param = status, why, message, param
        self.retry_after_s = retry_after_s


class Asked(NamedTuple):
    """What a client wants, and of whom."""

    model: str
    request: Request


class Named(NamedTuple):
    """What an answer says of itself."""

    id: str
    """Without the dialect's prefix."""
    model: str
    at: int
    """Unix seconds."""


class Events(Protocol):
    """One streamed answer, as server-sent events. Each method gives the bytes to send, which may be none."""

    def begin(self) -> bytes:
        """Before the first piece."""
        ...

    def piece(self, delta: Delta) -> bytes:
        """A piece of text or of a call."""
        ...

    def end(self, reply: Reply) -> bytes:
        """The terminal events. `reply` has the finish and the usage; its text has been sent by then."""
        ...

    def fail(self, refused: Refused) -> bytes:
        """The terminal events of an answer that breaks off."""
        ...


@dataclass(frozen=True)
class Wire:
    """One dialect."""

    dialect: Dialect
    path: str
    """Where its clients send to, as in `/v1/chat/completions`."""
    key: Callable[[Mapping[str, str]], str | None]
    """The client's API key, from headers with lower-case names; None: it sent none."""
    read: Callable[[bytes], Asked]
    """The request. Raises Refused for whatever it cannot be, and names the field."""
    whole: Callable[[Reply, Named], bytes]
    """The body of an answer that is not streamed. Raises Refused where the dialect has no words for the answer."""
    events: Callable[[Request, Named], Events]
    """A streamed answer to the request."""
    error: Callable[[Refused], bytes]
    """The body of a refusal."""
