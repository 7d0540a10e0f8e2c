"""OpenTelemetry: a span an exchange, and below it one a guard. Made from the record, in the recorder's thread.

Its rule: nothing leaves the process unless the gateway file names where to. What was said is in no span. A guard's span
has its true length; when within the exchange it ran is not recorded, so they stand one after another from its start.
"""

from collections.abc import Sequence

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from meant import __version__
from meant.core.exchange import Recorded
from meant.serve import conventions

_NS = 1_000_000_000
_FAILED = 500


class Tracing:
    """Hands exchanges to an exporter, batched."""

    def __init__(self, exporter: SpanExporter) -> None:
        resource = Resource.create({"service.name": "meant", "service.version": __version__})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("meant.serve", __version__, schema_url=conventions.SCHEMA_URL)
        self._propagator = TraceContextTextMapPropagator()

    def tell(self, batch: Sequence[Recorded]) -> None:
        """A span each."""
        for one in batch:
            self._tell(one)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()

    def _tell(self, one: Recorded) -> None:
        exchange = one.exchange
        start = int(exchange.at.timestamp() * _NS)
        parent = exchange.traceparent
        span = self._tracer.start_span(
            conventions.span_name(one),
            context=self._propagator.extract({"traceparent": parent}) if parent else None,
            kind=SpanKind.SERVER,
            attributes=conventions.of_exchange(one),
            start_time=start,
        )
        below, at = set_span_in_context(span), start
        for decision in one.transcript.guards:
            name = f"{conventions.GUARD_SPAN} {decision.guard}"
            child = self._tracer.start_span(
                name, context=below, attributes=conventions.of_guard(decision), start_time=at
            )
            at += int(decision.took_s * _NS)
            child.end(at)
        if one.transcript.error is not None or exchange.status >= _FAILED:
            span.set_status(Status(StatusCode.ERROR, exchange.ending))
        span.end(start + int(exchange.took_s * _NS))


def otlp(endpoint: str) -> Tracing:
    """To an OTLP endpoint over HTTP."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return Tracing(OTLPSpanExporter(endpoint=endpoint))
