"""What a client is told when a system gives no answer.

Its rule: the client learns what it can act on and the request's id. What the failure says of hosts, keys and settings is
the operator's: it goes to the log and to the record.
"""

from meant.core.errors import FailureKind, SystemFailure
from meant.serve.wires.contract import Refused

_CALLERS = (400, 413, 422)
"""Statuses by which a model's provider says that the request itself is at fault: asking again would not help."""
_TOLD: dict[FailureKind, tuple[int, str]] = {
    "connection": (502, "the model cannot be reached"),
    "timeout": (504, "the model did not answer in time"),
    "rate_limited": (429, "the model has more requests than it takes; try again later"),
    "rejected": (502, "the model does not take requests of this gateway"),
    "server": (502, "the model failed"),
    "protocol": (502, "the model's answer cannot be read"),
    "crashed": (502, "the model failed"),
}


def refused_by(failure: SystemFailure, request: str) -> Refused:
    """The failure, as the client is told of it. `request` is the id to ask the operator about."""
    if failure.kind == "unsupported":
        return Refused(400, "invalid", str(failure))
    if failure.status in _CALLERS:
        return Refused(400, "invalid", _with_id("the model's provider refused the request as it is", request))
    status, words = _TOLD[failure.kind]
    why = "rate_limited" if failure.kind == "rate_limited" else "upstream"
    return Refused(status, why, _with_id(words, request), retry_after_s=failure.retry_after_s)


def too_late(seconds: float, request: str) -> Refused:
    """The answer took longer than the owner allows."""
    return Refused(504, "upstream", _with_id(f"there was no whole answer within {seconds:g} s", request))


def broken(request: str) -> Refused:
    """Something of ours failed: what, is in the log under the id."""
    return Refused(500, "upstream", _with_id("the gateway failed", request))


def _with_id(words: str, request: str) -> str:
    return f"{words} (request {request})"
