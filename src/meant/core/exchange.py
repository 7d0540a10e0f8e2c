"""An Exchange: one request to a live system, who made it, and what came of it. What was said is in its Transcript."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from meant.core.base import Value
from meant.core.guard import GuardDecision
from meant.core.request import Dialect, Request
from meant.core.transcript import Transcript

Ending = Literal["answered", "failed", "hung_up", "switched_off", "cut_off"]
"""`failed`: the system gave no answer. `hung_up`: the client went before the end, or did not take all of it in time, as
the transcript's error says then. `switched_off`: an operator had stopped what it asked for. `cut_off`: the gateway
itself had to end before the answer did."""


Spoken = Dialect | Literal["litellm"]
"""`litellm`: guards alone were asked, by LiteLLM's generic guardrail API."""


class Exchange(Value):
    """One request of a caller. Whether a guard stopped it is not told here but by the transcript's decisions."""

    request: str
    """The gateway's id of it, which the answer carries, too. Later requests have greater ids."""
    at: datetime
    """When the request came, UTC."""
    system: str
    """The name that it was asked for by."""
    policy: str
    """Id of the policy that was in force."""
    tenant: str | None
    """None: the gateway knows no tenants."""
    key: str | None
    """The name of the tenant's key, never the key."""
    dialect: Spoken
    ending: Ending
    status: int
    """The HTTP status that was sent; 200 for a stream that broke off later, 0 where nothing was sent."""
    took_s: float
    """Seconds from the request to the end of the answer, as the gateway saw it."""
    first_s: float | None = None
    """Seconds to a stream's first bytes."""
    traceparent: str | None = None
    """The caller's W3C trace context, where it sent one."""
    asked: Request
    """Tools, sampling and whatever else was asked for; its turns are the transcript's, and left out here."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange with what was said in it."""

    exchange: Exchange
    transcript: Transcript
    """Its `case` is ""."""

    @property
    def stopped(self) -> tuple[GuardDecision, ...]:
        """What kept something from passing."""
        return tuple(one for one in self.transcript.guards if one.stops)

    @property
    def would_have_stopped(self) -> tuple[GuardDecision, ...]:
        """What would have, were it not in shadow."""
        return tuple(one for one in self.transcript.guards if one.would_stop)
