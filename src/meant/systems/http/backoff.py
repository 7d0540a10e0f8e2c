"""When to ask again: exponential back-off with full jitter, on top of the server's own wish where it says one.

Sources: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015 ("full jitter"); RFC 9110, 10.2.3
(`Retry-After`, seconds or a date). `retry-after-ms` is OpenAI's finer spelling of it and wins.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from meant.systems.http.clock import Clock


@dataclass(frozen=True)
class Backoff:
    """How long to wait after the n-th failure, in seconds."""

    first_s: float = 0.5
    """Longest wait after the first failure; it doubles with each further one."""
    cap_s: float = 60.0
    """Longest back-off, and the longest wish of a server that is honoured."""

    def delay_s(self, failures: int, wish_s: float | None, clock: Clock) -> float:
        """The wish, if any, plus a uniform draw from [0, first_s * 2 ** (failures - 1)], each within the cap.

        The draw is added to a wish too: callers that were told the same second must not all come back in it.
        """
        widest = min(self.cap_s, self.first_s * 2.0 ** min(failures - 1, 32))
        return min(wish_s or 0.0, self.cap_s) + clock.chance() * widest


def retry_after_s(headers: Mapping[str, str], clock: Clock) -> float | None:
    """Seconds that the server wishes us to wait; None where it says none or nothing readable."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    said = headers.get("retry-after")
    seconds = _number(said)
    return seconds if seconds is not None or said is None else _until(said, clock)


def _number(said: str | None) -> float | None:
    try:
        value = float(said or "")
    except ValueError:
        return None
    return value if value >= 0 and math.isfinite(value) else None


def _until(date: str, clock: Clock) -> float | None:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - clock.wall())
