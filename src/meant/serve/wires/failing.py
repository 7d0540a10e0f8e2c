"""What a client is told where the system gave no answer.

Its rule: a failure's message is for who runs the system, since it may name the endpoint, a variable or a file. A client
hears the provider's own words only about its own request, and those without addresses; all else it hears as a kind.
"""

import re

from meant.core.errors import FailureKind, SystemFailure
from meant.serve.wires.contract import Refused

AT_FAULT = (400, 413, 422)
"""Statuses by which a provider objects to the request itself, and not to the key, the model or the path."""
TOO_LARGE = 413
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_STATUSES: dict[FailureKind, tuple[int, str]] = {
    "timeout": (504, "The model behind this endpoint took too long to answer."),
    "connection": (502, "The model behind this endpoint cannot be reached."),
    "protocol": (502, "The model behind this endpoint gave no usable answer."),
    "server": (502, "The model behind this endpoint failed."),
    "crashed": (502, "The model behind this endpoint failed."),
    "rejected": (502, "The model behind this endpoint refused the gateway's request."),
}


def refusal(error: Exception) -> Refused:
    """The refusal that a failure comes to. What is no SystemFailure is ours, and nothing is told of it."""
    if not isinstance(error, SystemFailure):
        return Refused(500, "upstream", "The gateway failed.")
    if error.kind == "rate_limited":
        words = "The model behind this endpoint takes no more requests just now."
        return Refused(429, "rate_limited", words, retry_after_s=error.retry_after_s)
    if error.kind == "unsupported":
        return Refused(400, "invalid", str(error))
    if error.kind == "rejected" and error.status is None and not error.said:
        return Refused(400, "invalid", without_addresses(str(error)))
    if error.kind == "rejected" and error.status in AT_FAULT:
        return _passed_on(error)
    status, words = _STATUSES[error.kind]
    return Refused(status, "upstream", words)


def without_addresses(words: str) -> str:
    """The words with `[address]` in the place of every URL."""
    return _ADDRESS.sub("[address]", words)


def _passed_on(error: SystemFailure) -> Refused:
    words = without_addresses(error.said) or "no reason given"
    if error.status == TOO_LARGE:
        return Refused(TOO_LARGE, "too_large", f"The model refused the request: {words}")
    return Refused(400, "invalid", f"The model refused the request: {words}")
