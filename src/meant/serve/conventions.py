"""Names of span attributes: the one place where a convention's name stands.

The GenAI conventions are still in development, and have no names for guards yet (open as
open-telemetry/semantic-conventions-genai#427 when this was written): those are ours, under `meant.guard`, and are
mapped here alone. `VERSION` goes on every span, so that whoever reads old ones knows which names they bear.

Source: OpenTelemetry semantic conventions for generative AI, client spans, as of 2026-08-20 (commit 384d661).
"""

from collections.abc import Mapping
from typing import Final

from meant.core.exchange import Recorded, Spoken
from meant.core.guard import GuardDecision

VERSION: Final = "2026-08-20"
VERSION_NAME: Final = "meant.conventions.version"
SCHEMA_URL: Final = "https://opentelemetry.io/schemas/1.37.0"
OPERATION: Final[Mapping[Spoken, str]] = {"chat": "chat", "responses": "chat", "messages": "chat", "litellm": "guard"}
GUARD_SPAN: Final = "guard"

Value = str | int | float | bool | tuple[str, ...]


def span_name(one: Recorded) -> str:
    """As in `chat assistant`."""
    return f"{OPERATION[one.exchange.dialect]} {one.exchange.system}"


def of_exchange(one: Recorded) -> dict[str, Value]:
    """The attributes of an exchange's span. None of them holds what was said: `gen_ai.request.stop_sequences` would."""
    exchange, said = one.exchange, one.transcript
    wishes = exchange.asked.wishes
    told: dict[str, Value | None] = {
        VERSION_NAME: VERSION,
        "gen_ai.operation.name": OPERATION[exchange.dialect],
        "gen_ai.provider.name": "meant",
        "gen_ai.request.model": exchange.system,
        "gen_ai.response.model": said.system,
        "gen_ai.response.id": exchange.request,
        "gen_ai.request.stream": exchange.asked.stream,
        "gen_ai.request.temperature": wishes.temperature,
        "gen_ai.request.top_p": wishes.top_p,
        "gen_ai.request.max_tokens": wishes.max_tokens,
        "gen_ai.request.seed": said.seed,
        "gen_ai.response.finish_reasons": (said.finish,) if said.finish else None,
        "gen_ai.response.time_to_first_chunk": exchange.first_s,
        "gen_ai.usage.input_tokens": said.usage.input_tokens,
        "gen_ai.usage.output_tokens": said.usage.output_tokens,
        "http.response.status_code": exchange.status,
        "error.type": exchange.ending if said.error else None,
        "meant.tenant": exchange.tenant,
        "meant.policy": exchange.policy,
        "meant.fingerprint": said.fingerprint,
        "meant.ending": exchange.ending,
        "meant.transcript": said.id,
        "meant.stopped": bool(one.stopped),
        "meant.would_have_stopped": bool(one.would_have_stopped),
    }
    return {name: value for name, value in told.items() if value is not None}


def of_guard(decision: GuardDecision) -> dict[str, Value]:
    """The attributes of a guard's span. A reason may quote, where a model judged; a call's id is what a model wrote."""
    told: dict[str, Value | None] = {
        VERSION_NAME: VERSION,
        "openinference.span.kind": "GUARDRAIL",
        "meant.guard.name": decision.guard,
        "meant.guard.place": decision.place,
        "meant.guard.action": decision.action,
        "meant.guard.mode": decision.mode,
        "meant.guard.stops": decision.stops,
        "meant.guard.score": decision.score,
        "meant.guard.principle": decision.principle,
        "meant.guard.approved": decision.approved,
        "error.type": "guard_failed" if decision.error else None,
    }
    return {name: value for name, value in told.items() if value is not None}
