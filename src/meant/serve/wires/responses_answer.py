"""Writes Responses as their clients read them: whole, and as the events of a stream.

A block in the middle of a stream ends it with `response.incomplete` and the reason `content_filter`; a stream that
breaks off ends with `response.failed`. Source: OpenAI API reference, "Responses" (the response object, streaming).
"""

from typing import Any

import orjson

from meant.core.request import Request
from meant.core.system import CallDelta, Delta, Finish, Reply
from meant.serve.wires.contract import Named, Refused, Why
from meant.serve.wires.responses_items import Call, Item, Message, response
from meant.serve.wires.sse import event

CUT: dict[Finish, str] = {
    "length": "max_output_tokens",
    "content_filter": "content_filter",
    "cancelled": "max_output_tokens",
    "max_steps": "max_output_tokens",
}
"""Why a response is incomplete; any other finish completes it."""
ERRORS: dict[Why, str] = {
    "rate_limited": "rate_limit_exceeded",
    "invalid": "invalid_prompt",
    "too_large": "invalid_prompt",
}
"""Any other one is the server's."""


def whole(reply: Reply, named: Named) -> bytes:
    """The response."""
    items = list[Item]()
    if reply.turn.text or reply.finish != "tool_calls":
        items.append(Message(f"msg_{named.id}_0", reply.turn.text))
    if reply.finish == "tool_calls":
        items += [
            Call(f"fc_{named.id}_{at}", call.id, call.tool, call.written) for at, call in enumerate(reply.turn.calls)
        ]
    return orjson.dumps(_ended(reply, named, [item.told(_status(reply)) for item in items]))


class ResponseEvents:
    """The events of one answer, numbered."""

    def __init__(self, request: Request, named: Named) -> None:
        self._named, self._sent = named, 0
        self._output = list[dict[str, Any]]()
        """The items that are done."""
        self._open: Item | None = None

    def begin(self) -> bytes:
        """The response, before anything is in it."""
        empty = response(self._named, "in_progress", [])
        return self._event("response.created", {"response": empty}) + self._event(
            "response.in_progress", {"response": empty}
        )

    def piece(self, delta: Delta) -> bytes:
        """Text, or a piece of a call, in an item of its own."""
        text = self._text(delta.text) if delta.text else b""
        return text + self._call(delta.call) if delta.call else text

    def end(self, reply: Reply) -> bytes:
        """The end of the item that is open, and the response."""
        closed = self._closed(_status(reply))
        kind = "response.incomplete" if reply.finish in CUT else "response.completed"
        return closed + self._event(kind, {"response": _ended(reply, self._named, self._output)})

    def fail(self, refused: Refused) -> bytes:
        """The response that failed, with what there was of it."""
        error = {"code": ERRORS.get(refused.why, "server_error"), "message": refused.message}
        output = [*self._output, *([self._open.told("incomplete")] if self._open else ())]
        failed = response(self._named, "failed", output, error=error)
        return self._event("response.failed", {"response": failed})

    def _text(self, text: str) -> bytes:
        begun = b""
        if not isinstance(item := self._open, Message):
            item = Message(f"msg_{self._named.id}_{len(self._output) + bool(self._open)}")
            begun = self._opened(item)
        item.pieces.append(text)
        delta = {"content_index": 0, "delta": text, "logprobs": []}
        return begun + self._of_item("response.output_text.delta", item, delta)

    def _call(self, call: CallDelta) -> bytes:
        begun = b""
        if not isinstance(item := self._open, Call) or item.call_id != call.id:
            item = Call(f"fc_{self._named.id}_{len(self._output) + bool(self._open)}", call.id, call.tool)
            begun = self._opened(item)
        if not call.arguments:
            return begun
        item.pieces.append(call.arguments)
        return begun + self._of_item("response.function_call_arguments.delta", item, {"delta": call.arguments})

    def _opened(self, item: Item) -> bytes:
        closed = self._closed("completed")
        self._open = item
        added = self._at("response.output_item.added", {"item": item.told("in_progress", begun=False)})
        return closed + added + self._each(item, item.opening())

    def _closed(self, status: str) -> bytes:
        """The end of the item that is open; only of the last one may the status be another than completed."""
        if (item := self._open) is None:
            return b""
        told = item.told(status)
        done = self._each(item, item.closing(status)) + self._at("response.output_item.done", {"item": told})
        self._output.append(told)
        self._open = None
        return done

    def _each(self, item: Item, events: list[tuple[str, dict[str, Any]]]) -> bytes:
        return b"".join(self._of_item(kind, item, fields) for kind, fields in events)

    def _of_item(self, kind: str, item: Item, fields: dict[str, Any]) -> bytes:
        return self._at(kind, {"item_id": item.id, **fields})

    def _at(self, kind: str, fields: dict[str, Any]) -> bytes:
        return self._event(kind, {"output_index": len(self._output), **fields})

    def _event(self, kind: str, fields: dict[str, Any]) -> bytes:
        self._sent += 1
        return event({"type": kind, "sequence_number": self._sent - 1, **fields}, kind)


def _status(reply: Reply) -> str:
    return "incomplete" if reply.finish in CUT else "completed"


def _ended(reply: Reply, named: Named, output: list[dict[str, Any]]) -> dict[str, Any]:
    return response(named, _status(reply), output, cut=CUT.get(reply.finish), usage=reply.usage)
