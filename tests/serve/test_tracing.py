"""Spans: one an exchange, one a guard, under the names of the table; none holds what was said."""

from datetime import UTC, datetime

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from meant.core.exchange import Exchange, Recorded
from meant.core.guard import GuardDecision
from meant.core.request import Request, Wishes
from meant.core.system import Usage
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.serve import conventions
from meant.serve.tracing import Tracing

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


def recorded(**fields: object) -> Recorded:
    guards = (
        GuardDecision(
            guard="rules",
            place="input",
            action="block",
            mode="shadow",
            reason="says secret",
            call="secret",
            took_s=0.25,
        ),
        GuardDecision(guard="pii", place="output", action="allow", mode="enforce", error="ValueError: x"),
    )
    said = Transcript.model_validate(
        {
            "case": "", "system": "inner", "fingerprint": "f", "at": NOON, "usage": Usage(input_tokens=3, output_tokens=5),
            "turns": (Turn(role="user", text="my secret"),), "finish": "stop", "guards": guards, "error": fields.get("error"),
        }
    )  # fmt: skip
    exchange = Exchange(
        request="r1", at=NOON, system="assistant", policy="p", tenant="acme", key="prod",
        dialect="messages", ending="failed" if said.error else "answered", status=502 if said.error else 200, took_s=1.5,
        traceparent=PARENT, asked=Request(turns=(), stream=True, wishes=Wishes(temperature=0.5, stop=("secret",))),
    )  # fmt: skip
    return Recorded(exchange=exchange, transcript=said)


def test_an_exchange_and_its_guards(exporter: InMemorySpanExporter) -> None:
    tracing = Tracing(exporter)
    tracing.tell([recorded()])
    tracing.close()
    spans = {span.name: span for span in exporter.get_finished_spans()}
    assert set(spans) == {"chat assistant", "guard rules", "guard pii"}
    whole, rules = spans["chat assistant"], spans["guard rules"]
    assert whole.attributes is not None
    assert whole.attributes["gen_ai.request.model"] == "assistant"
    assert whole.attributes["gen_ai.usage.output_tokens"] == 5
    assert whole.attributes["gen_ai.request.temperature"] == 0.5
    assert whole.attributes["meant.would_have_stopped"] is True
    assert whole.attributes["meant.stopped"] is False
    assert whole.attributes[conventions.VERSION_NAME] == conventions.VERSION
    assert whole.end_time is not None
    assert whole.start_time is not None
    assert whole.end_time - whole.start_time == 1_500_000_000
    assert whole.parent is not None
    assert f"{whole.parent.span_id:x}" == "b7ad6b7169203331"
    assert rules.attributes is not None
    assert rules.attributes["meant.guard.mode"] == "shadow"
    assert rules.parent is not None
    assert whole.context is not None
    assert rules.parent.span_id == whole.context.span_id
    assert rules.end_time is not None
    assert rules.start_time is not None
    assert rules.end_time - rules.start_time == 250_000_000


def test_what_was_said_is_in_no_span(exporter: InMemorySpanExporter) -> None:
    tracing = Tracing(exporter)
    tracing.tell([recorded()])
    tracing.close()
    told = "".join(span.to_json() for span in exporter.get_finished_spans())
    assert "assistant" in told
    assert "secret" not in told


def test_a_failure_is_an_error_of_its_span(exporter: InMemorySpanExporter) -> None:
    tracing = Tracing(exporter)
    tracing.tell([recorded(error="broke off")])
    tracing.close()
    (whole,) = [span for span in exporter.get_finished_spans() if span.name.startswith("chat")]
    assert not whole.status.is_ok
    assert whole.attributes is not None
    assert whole.attributes["http.response.status_code"] == 502
