"""Keeps requests under a rate, in the order they came, and lets all of them pause when the server asks for it.

A token bucket in its virtual-scheduling form (GCRA: ITU-T I.371, annex A): each caller is given the moment at which it
may go and sleeps until then, so there is no lock and no queue, and nobody overtakes. At most one second's worth
of requests goes in one burst. During a pause the bucket's own time stands still: every place moves back by it.
"""

from meant.systems.http.clock import Clock

MINUTE_S = 60.0
BURST_S = 1.0
SPREAD = 0.1
"""Without a rate, those who came during a pause go spread over this share of it after its end, not all at once."""


class Limiter:
    """Admits `per_minute` callers a minute (None: any number), none during a pause."""

    def __init__(self, per_minute: float | None, clock: Clock) -> None:
        self._interval_s = MINUTE_S / per_minute if per_minute else 0.0
        self._burst_s = max(0.0, BURST_S - self._interval_s)
        self._clock = clock
        self._due = self._open = -float("inf")
        """When the bucket is full again, in the bucket's time; when the pause ends, by the clock."""
        self._paused_s = 0.0
        """All pauses so far: how far the bucket's time is behind the clock."""

    async def admit(self) -> None:
        """Return when the caller may go. A cancelled wait gives its place up."""
        place = self._place()
        while (left_s := place + self._paused_s - self._clock.now()) > 0:
            await self._clock.sleep(left_s)

    def pause(self, seconds: float) -> None:
        """Admit nobody for so long; a shorter pause never ends a longer one."""
        now = self._clock.now()
        begins, ends = max(now, self._open), now + seconds
        if ends > begins:
            self._paused_s += ends - begins
            self._open = ends

    def _place(self) -> float:
        clock = self._clock.now()
        now = max(clock, self._open) - self._paused_s
        if not self._interval_s:
            return now + SPREAD * self._clock.chance() * max(0.0, self._open - clock)
        place = max(now, self._due - self._burst_s)
        self._due = max(now, self._due) + self._interval_s
        return place
