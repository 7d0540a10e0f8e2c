"""What a gateway counts, for Prometheus. Labels are closed sets, or names of the gateway file: they do not grow.

A guard in shadow is told from one that is enforced by `mode`, and from one that had nothing to say by `action`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from meant.core.guard import GuardDecision
from meant.serve.tally import About, Counts, Times

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
GUARD_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)
NONE = "-"
"""In the place of a tenant or a system that there is none of."""


class Told(NamedTuple):
    """One request, as it is counted."""

    system: str
    tenant: str
    dialect: str
    status: int


class Metrics:
    """One gateway's. `queue` and `lost` are asked when somebody looks."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, *, queue: Callable[[], float], lost: Callable[[], float], waiting: Callable[[], float]) -> None:
        self.registry = CollectorRegistry()
        here = self.registry
        who = ("system", "tenant", "dialect")
        told = ("system", "guard", "place", "action", "mode")
        self._requests = self._counts("meant_requests", "Requests by the status that was sent.", *who, "status")
        self._seconds = self._times("meant_request_seconds", "From the request to the last byte.", SECONDS, *who)
        self._first = self._times("meant_first_token_seconds", "To a stream's first bytes.", SECONDS, *who)
        self._tokens = self._counts("meant_tokens", "As the models' providers count them.", "system", "direction")
        self._decisions = self._counts("meant_guard_decisions", "What guards said.", *told)
        self._errors = self._counts("meant_guard_errors", "Guards that failed.", "system", "guard")
        self._guard_s = self._times("meant_guard_seconds", "Of one guard, once.", GUARD_SECONDS, "guard")
        self._failures = self._counts("meant_upstream_failures", "Systems that gave no answer.", "system", "kind")
        self._endings = self._counts("meant_exchanges", "Exchanges by how they ended.", "system", "ending")
        self.under_way = 0
        """Requests that are being answered."""
        under_way = Gauge("meant_requests_under_way", "Requests that are being answered.", registry=here)
        under_way.set_function(lambda: self.under_way)
        self._off = Gauge("meant_switched_off", "What an operator has switched off.", ("kind", "name"), registry=here)
        Gauge("meant_store_queue", "Exchanges that wait to be written.", registry=here).set_function(queue)
        Gauge("meant_store_lost", "Exchanges that were not recorded.", registry=here).set_function(lost)
        Gauge("meant_approvals_waiting", "Questions that wait for a person.", registry=here).set_function(waiting)

    def request(self, told: Told, took_s: float, first_s: float | None) -> None:
        """One request is over."""
        who = told[:3]
        self._requests.add((*who, str(told.status)))
        self._seconds.add(who, took_s)
        if first_s is not None:
            self._first.add(who, first_s)

    def exchange(self, system: str, ending: str, tokens: tuple[int | None, int | None]) -> None:
        """One exchange is over."""
        self._endings.add((system, ending))
        for direction, count in zip(("input", "output"), tokens, strict=True):
            if count:
                self._tokens.add((system, direction), count)

    def guards(self, system: str, decisions: Iterable[GuardDecision]) -> None:
        """What was said of one exchange."""
        for one in decisions:
            self._decisions.add((system, one.guard, one.place, one.action, one.mode))
            self._guard_s.add((one.guard,), one.took_s)
            if one.error is not None:
                self._errors.add((system, one.guard))

    def failure(self, system: str, kind: str) -> None:
        """A system gave no answer."""
        self._failures.add((system, kind))

    def switched_off(self, off: Iterable[tuple[str, str]]) -> None:
        """What is off now."""
        self._off.clear()
        for kind, name in off:
            self._off.labels(kind, name).set(1)

    def page(self) -> bytes:
        """What `/metrics` shows."""
        return generate_latest(self.registry)

    def _counts(self, name: str, says: str, *labels: str) -> Counts:
        counts = Counts(About(name, says, labels))
        self.registry.register(counts)
        return counts

    def _times(self, name: str, says: str, bounds: Sequence[float], *labels: str) -> Times:
        times = Times(About(name, says, labels), bounds)
        self.registry.register(times)
        return times
