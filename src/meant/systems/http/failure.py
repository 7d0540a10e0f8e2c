"""What went wrong over HTTP, as one SystemFailure: its kind, the server's own words shortened, and the remedy."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import aiohttp
import orjson

from meant.core.errors import FailureKind, SystemFailure

SHOWN = 200
"""Characters of a server's words that a message repeats."""
OK, REDIRECT, SERVER_ERROR = 200, 300, 500
"""The first status of its kind."""
_KINDS: dict[int, FailureKind] = {408: "timeout", 409: "server", 429: "rate_limited"}
_CODES: dict[str, tuple[FailureKind, int]] = {
    "rate_limit_exceeded": ("rate_limited", 429),
    "rate_limit_error": ("rate_limited", 429),
    "insufficient_quota": ("rejected", 429),
    "invalid_request_error": ("rejected", 400),
    "authentication_error": ("rejected", 401),
    "permission_error": ("rejected", 403),
    "billing_error": ("rejected", 402),
    "not_found_error": ("rejected", 404),
    "request_too_large": ("rejected", 413),
    "timeout": ("timeout", 504),
    "timeout_error": ("timeout", 504),
}
"""OpenAI's and Anthropic's names of failures that come under a status of 200, and the status that they usually have.
Any other one is the server's."""
_TITLE = re.compile(rb"<title[^>]*>([^<]*)<", re.IGNORECASE)


class Complaint(NamedTuple):
    """What a server says about its own failure."""

    message: str
    code: str = ""
    """Its own name for it, as in `insufficient_quota`."""
    param: str = ""
    """The field of the request that it objects to."""


Remedy = Callable[[int, Complaint], str]
"""What a user can do about an HTTP status; "" where nothing."""


def shown(value: object) -> str:
    """A value from outside in one short line."""
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    line = " ".join(text[: 4 * SHOWN].split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def complaint(body: bytes) -> Complaint:
    """What the body of an error says: JSON in the usual shapes, the title of a web page, or the text itself."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        title = _TITLE.search(body)
        return Complaint(shown((title[1] if title else body[: 4 * SHOWN]).decode(errors="replace")))
    return _complaint(answer)


def _complaint(answer: Any) -> Complaint:
    """`{"error": {"message", "code", "type", "param"}}`, `{"error": "..."}`, `{"detail"}` or `{"message"}`."""
    said = answer.get("error") or answer if isinstance(answer, dict) else answer
    if not isinstance(said, dict):
        return Complaint(shown(said))
    message = said.get("message") or said.get("detail") or said
    code, param = said.get("code") or said.get("type"), said.get("param")
    return Complaint(shown(message), "" if code is None else str(code), param if isinstance(param, str) else "")


def refused(status: int, said: Complaint, *, remedy: str = "", retry_after_s: float | None = None) -> SystemFailure:
    """The failure of an HTTP status."""
    kind: FailureKind = _KINDS.get(status, "server" if status >= SERVER_ERROR else "rejected")
    if said.code == "insufficient_quota":
        kind = "rejected"
    words = f"HTTP {status}: {said.message}" if said.message else f"HTTP {status}"
    words = f"{words}; {remedy}" if remedy else words
    return SystemFailure(words, kind=kind, retry_after_s=retry_after_s, status=status, said=said.message)


def failed_inside(said: Complaint) -> SystemFailure:
    """The failure that came under a status of 200, whole or in the middle of a stream."""
    if said.code.isdigit() and int(said.code) > OK:
        return refused(int(said.code), said)
    kind, status = _CODES.get(said.code, ("server", SERVER_ERROR))
    return SystemFailure(f"the server failed: {said.message}", kind=kind, status=status, said=said.message)


def unreadable(problem: str) -> SystemFailure:
    """The failure of an answer that is not what the protocol says."""
    return SystemFailure(problem, kind="protocol")


def object_in(answer: Any, what: str) -> dict[str, Any]:
    """The JSON object that an answer, or a part of one, must be. Raises SystemFailure for anything else."""
    if not isinstance(answer, dict):
        raise unreadable(f"{what} is not an object but {type(answer).__name__}; is base_url right?")
    return answer


def broken(error: Exception, url: str, timeout_s: float, setting: str = "base_url") -> SystemFailure:
    """The failure that a client error is. Of the error only its text goes on: its repr holds the headers."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            return SystemFailure(f"no connection to {url}; is the server running?", kind="timeout")
        case TimeoutError():
            return SystemFailure(f"no answer from {url} within {timeout_s:g} s; raise timeout_s", kind="timeout")
        case aiohttp.ClientConnectorError():
            why = getattr(error.__cause__, "strerror", None) or type(error).__name__
            words = f"no connection to {url} ({why}); is the server running, and {setting} right?"
            return SystemFailure(words, kind="connection")
        case aiohttp.ClientPayloadError() | aiohttp.ClientConnectionError() | OSError():
            return SystemFailure(f"{url} broke the connection off before the answer was whole", kind="connection")
    return unreadable(f"{url} does not speak HTTP as it should: {shown(getattr(error, 'message', str(error)))}")
