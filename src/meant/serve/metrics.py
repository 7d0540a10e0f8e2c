"""What a gateway counts, for Prometheus. Labels are closed sets, or names of the gateway file: they do not grow.

A guard in shadow is told from one that is enforced by `mode`, and from one that had nothing to say by `action`.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics import MetricWrapperBase

from meant.core.guard import GuardDecision

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
GUARD_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)
M = TypeVar("M", bound=MetricWrapperBase)
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
        self._requests = Counter(
            "meant_requests", "Requests by the status that was sent.", (*who, "status"), registry=here
        )
        self._seconds = Histogram(
            "meant_request_seconds", "From the request to the last byte.", who, buckets=SECONDS, registry=here
        )
        self._first = Histogram(
            "meant_first_token_seconds", "To a stream's first bytes.", who, buckets=SECONDS, registry=here
        )
        self._tokens = Counter(
            "meant_tokens", "As the models' providers count them.", ("system", "direction"), registry=here
        )
        told = ("system", "guard", "place", "action", "mode")
        self._decisions = Counter("meant_guard_decisions", "What guards said.", told, registry=here)
        self._errors = Counter("meant_guard_errors", "Guards that failed.", ("system", "guard"), registry=here)
        self._guard_s = Histogram(
            "meant_guard_seconds", "Of one guard, once.", ("guard",), buckets=GUARD_SECONDS, registry=here
        )
        self._failures = Counter(
            "meant_upstream_failures", "Systems that gave no answer.", ("system", "kind"), registry=here
        )
        self._endings = Counter("meant_exchanges", "Exchanges by how they ended.", ("system", "ending"), registry=here)
        self.under_way = 0
        """Requests that are being answered."""
        under_way = Gauge("meant_requests_under_way", "Requests that are being answered.", registry=here)
        under_way.set_function(lambda: self.under_way)
        self._off = Gauge("meant_switched_off", "What an operator has switched off.", ("kind", "name"), registry=here)
        Gauge("meant_store_queue", "Exchanges that wait to be written.", registry=here).set_function(queue)
        Gauge("meant_store_lost", "Exchanges that were not recorded.", registry=here).set_function(lost)
        Gauge("meant_approvals_waiting", "Questions that wait for a person.", registry=here).set_function(waiting)
        self._children = dict[tuple[object, ...], MetricWrapperBase]()

    def request(self, told: Told, took_s: float, first_s: float | None) -> None:
        """One request is over."""
        who = told[:3]
        self._child(self._requests, (*who, str(told.status))).inc()
        self._child(self._seconds, who).observe(took_s)
        if first_s is not None:
            self._child(self._first, who).observe(first_s)

    def exchange(self, system: str, ending: str, tokens: tuple[int | None, int | None]) -> None:
        """One exchange is over."""
        self._child(self._endings, (system, ending)).inc()
        for direction, count in zip(("input", "output"), tokens, strict=True):
            if count:
                self._child(self._tokens, (system, direction)).inc(count)

    def guards(self, system: str, decisions: Iterable[GuardDecision]) -> None:
        """What was said of one exchange."""
        for one in decisions:
            self._child(self._decisions, (system, one.guard, one.place, one.action, one.mode)).inc()
            self._child(self._guard_s, (one.guard,)).observe(one.took_s)
            if one.error is not None:
                self._child(self._errors, (system, one.guard)).inc()

    def failure(self, system: str, kind: str) -> None:
        """A system gave no answer."""
        self._child(self._failures, (system, kind)).inc()

    def switched_off(self, off: Iterable[tuple[str, str]]) -> None:
        """What is off now."""
        self._off.clear()
        for kind, name in off:
            self._off.labels(kind, name).set(1)

    def page(self) -> bytes:
        """What `/metrics` shows."""
        return generate_latest(self.registry)

    def _child(self, parent: M, labels: tuple[str, ...]) -> M:
        """Kept, since looking one up costs more than counting."""
        child = self._children.get((parent, *labels))
        if child is None:
            child = self._children[parent, *labels] = parent.labels(*labels)
        return cast("M", child)
