"""What one tenant may ask for at once and a minute. Whoever asks for more is told when to come back."""

import math
import time
from collections.abc import Callable
from types import TracebackType

from meant.files.gateway import Bounds
from meant.serve.wires.contract import Refused

MINUTE_S = 60.0


class Lane:
    """One tenant's: a bucket that fills by `requests_per_minute`, and slots. `with` it, a request is under way.

    Raises Refused ("rate_limited"), with the seconds until the next one may come, where there is no room.
    """

    def __init__(self, bounds: Bounds, now: Callable[[], float] = time.monotonic) -> None:
        self.bounds, self._now = bounds, now
        self._left, self._at, self._under_way = bounds.requests_per_minute or 0.0, now(), 0

    def __enter__(self) -> None:
        if self.bounds.at_once is not None and self._under_way >= self.bounds.at_once:
            words = f"there are {self._under_way} requests of yours under way, which is all that is allowed"
            raise Refused(429, "rate_limited", words, retry_after_s=1.0)
        if self.bounds.requests_per_minute is not None:
            self._take(self.bounds.requests_per_minute)
        self._under_way += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._under_way -= 1

    def _take(self, per_minute: float) -> None:
        now = self._now()
        room = max(per_minute, 1.0)
        self._left = min(room, self._left + (now - self._at) * per_minute / MINUTE_S)
        self._at = now
        if self._left < 1:
            wait_s = math.ceil((1 - self._left) * MINUTE_S / per_minute)
            words = f"more than the {per_minute:g} requests a minute that are allowed; try again in {wait_s} s"
            raise Refused(429, "rate_limited", words, retry_after_s=wait_s)
        self._left -= 1
