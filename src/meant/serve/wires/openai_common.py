"""What OpenAI's two dialects share: the key's header, the shape of an error, the counts."""

from collections.abc import Mapping
from typing import Any

import orjson

from meant.serve.wires.contract import Refused, Why

BEARER = "bearer "
ERRORS: dict[Why, tuple[str, str | None]] = {
    "invalid": ("invalid_request_error", None),
    "too_large": ("invalid_request_error", "request_too_large"),
    "too_slow": ("invalid_request_error", "request_timeout"),
    "unauthorized": ("invalid_request_error", "invalid_api_key"),
    "forbidden": ("invalid_request_error", "permission_denied"),
    "not_found": ("invalid_request_error", "model_not_found"),
    "unknown_url": ("invalid_request_error", "unknown_url"),
    "rate_limited": ("requests", "rate_limit_exceeded"),
    "upstream": ("server_error", "upstream_error"),
    "stopped": ("server_error", "service_unavailable"),
}
"""`type` and `code`."""


def bearer(headers: Mapping[str, str]) -> str | None:
    """The key in the header `authorization`."""
    told = headers.get("authorization", "")
    return told[len(BEARER) :].strip() or None if told[: len(BEARER)].lower() == BEARER else None


def error_fields(refused: Refused) -> dict[str, Any]:
    """The error object."""
    kind, code = ERRORS[refused.why]
    return {"message": refused.message, "type": kind, "param": refused.param, "code": code}


def error_body(refused: Refused) -> bytes:
    """The body of a refusal."""
    return orjson.dumps({"error": error_fields(refused)})
