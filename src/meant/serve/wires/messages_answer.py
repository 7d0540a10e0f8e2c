"""Writes Messages as their clients read them: whole, and as the events of a stream.

A block in the middle of a stream ends it with the stop reason `refusal`; a stream that breaks off ends with the event
`error`, which the official client raises. Counts that are not known are 0, since the format has no word for that.
Source: Anthropic API reference, "Messages", "Streaming messages" and "Errors".
"""

from typing import Any

import orjson

from meant.core.request import Request
from meant.core.system import CallDelta, Delta, Finish, Reply, Usage
from meant.serve.wires.contract import Named, Refused, Why
from meant.serve.wires.sse import event

FINISHES: dict[Finish, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "content_filter": "refusal",
    "tool_calls": "tool_use",
    "cancelled": "max_tokens",
    "max_steps": "max_tokens",
}
ERRORS: dict[Why, str] = {
    "invalid": "invalid_request_error",
    "too_large": "request_too_large",
    "too_slow": "timeout_error",
    "unauthorized": "authentication_error",
    "forbidden": "permission_error",
    "not_found": "not_found_error",
    "unknown_url": "not_found_error",
    "rate_limited": "rate_limit_error",
    "upstream": "api_error",
    "stopped": "overloaded_error",
}
TIMED_OUT = 504


def whole(reply: Reply, named: Named) -> bytes:
    """The message. Raises Refused where it calls a tool with what is no JSON object: the format has no word for it."""
    _check(reply)
    content: list[dict[str, Any]] = [{"type": "text", "text": reply.turn.text}] if reply.turn.text else []
    if reply.finish == "tool_calls":
        content += [
            {"type": "tool_use", "id": call.id, "name": call.tool, "input": call.arguments} for call in reply.turn.calls
        ]
    return orjson.dumps({**_head(named, content), **_stopped(reply), "usage": _usage(reply.usage)})


def error_fields(refused: Refused) -> dict[str, Any]:
    """A refusal as an object: the body, and the data of the event `error`."""
    kind = "timeout_error" if refused.status == TIMED_OUT else ERRORS[refused.why]
    where = f"{refused.param}: " if refused.param and refused.param not in refused.message else ""
    return {"type": "error", "error": {"type": kind, "message": f"{where}{refused.message}"}}


def error_body(refused: Refused) -> bytes:
    """The body of a refusal."""
    return orjson.dumps(error_fields(refused))


class MessageEvents:
    """The events of one answer."""

    def __init__(self, request: Request, named: Named) -> None:
        self._named = named
        self._blocks = 0
        """How many have begun."""
        self._open: int | str | None = None
        """What the open block holds: the text, or the call of this number."""

    def begin(self) -> bytes:
        """The start of the message."""
        unknown = {"stop_reason": None, "stop_sequence": None, "usage": _usage(Usage())}
        message = {**_head(self._named, []), **unknown}
        return _event("message_start", {"message": message})

    def piece(self, delta: Delta) -> bytes:
        """Text, or a piece of a call, in a block of its own."""
        text = self._text(delta.text) if delta.text else b""
        return text + self._call(delta.call) if delta.call else text

    def end(self, reply: Reply) -> bytes:
        """The end of the block that is open, the stop reason and the counts, the end of the message."""
        try:
            _check(reply)
        except Refused as refused:
            return self.fail(refused)
        last = _event("message_delta", {"delta": _stopped(reply), "usage": _usage(reply.usage)})
        return self._closed() + last + _event("message_stop", {})

    def fail(self, refused: Refused) -> bytes:
        """The error."""
        return event(error_fields(refused), "error")

    def _text(self, text: str) -> bytes:
        begun = b"" if self._open == "text" else self._opened("text", {"type": "text", "text": ""})
        return begun + self._delta({"type": "text_delta", "text": text})

    def _call(self, call: CallDelta) -> bytes:
        block = {"type": "tool_use", "id": call.id, "name": call.tool, "input": {}}
        begun = b"" if self._open == call.at else self._opened(call.at, block)
        return begun + self._delta({"type": "input_json_delta", "partial_json": call.arguments})

    def _opened(self, holds: int | str, block: dict[str, Any]) -> bytes:
        closed = self._closed()
        self._open, self._blocks = holds, self._blocks + 1
        return closed + _event("content_block_start", {"index": self._blocks - 1, "content_block": block})

    def _closed(self) -> bytes:
        if self._open is None:
            return b""
        self._open = None
        return _event("content_block_stop", {"index": self._blocks - 1})

    def _delta(self, delta: dict[str, Any]) -> bytes:
        return _event("content_block_delta", {"index": self._blocks - 1, "delta": delta})


def _event(kind: str, fields: dict[str, Any]) -> bytes:
    return event({"type": kind, **fields}, kind)


def _head(named: Named, content: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": f"msg_{named.id}",
        "type": "message",
        "role": "assistant",
        "model": named.model,
        "content": content,
    }


def _stopped(reply: Reply) -> dict[str, Any]:
    why = {"type": "refusal", "category": None, "explanation": None} if reply.finish == "content_filter" else None
    return {"stop_reason": FINISHES[reply.finish], "stop_sequence": None, "stop_details": why}


def _usage(usage: Usage) -> dict[str, int]:
    return {"input_tokens": usage.input_tokens or 0, "output_tokens": usage.output_tokens or 0}


def _check(reply: Reply) -> None:
    if reply.finish == "tool_calls" and any(call.malformed is not None for call in reply.turn.calls):
        raise Refused(502, "upstream", "The model called a tool with arguments that are no JSON object.")
