"""Writes Chat Completions as its clients read them: whole, and as the chunks of a stream.

Source: OpenAI API reference, "Chat" (the chat completion object and its chunk). A stream that breaks off ends with an
`error`, which the official clients raise, and then with `[DONE]` like every other.
"""

from typing import Any

import orjson

from meant.core.request import Request
from meant.core.system import CallDelta, Delta, Finish, Reply, Usage
from meant.core.turn import ToolCall
from meant.serve.wires.contract import Named, Refused
from meant.serve.wires.openai_common import error_body
from meant.serve.wires.sse import event

DONE = b"data: [DONE]\n\n"
FINISHES: dict[Finish, str] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "content_filter",
    "tool_calls": "tool_calls",
    "cancelled": "length",
    "max_steps": "length",
}


def whole(reply: Reply, named: Named) -> bytes:
    """The chat completion."""
    calls = [_call(call) for call in reply.turn.calls] if reply.finish == "tool_calls" else []
    message = {"role": "assistant", "content": None if calls and not reply.turn.text else reply.turn.text}
    choice = {
        "index": 0,
        "message": {**message, "refusal": None, **({"tool_calls": calls} if calls else {})},
        "logprobs": None,
        "finish_reason": FINISHES[reply.finish],
    }
    told = _head(named, "chat.completion")
    return orjson.dumps({**told, "choices": [choice], "usage": _usage(reply.usage)})


class ChatEvents:
    """The chunks of one answer."""

    def __init__(self, request: Request, named: Named) -> None:
        self._head, self._tells_usage = _head(named, "chat.completion.chunk"), request.stream_usage
        self._places: dict[int, int] = {}
        """The `index` of each call that has begun."""
        before, _, after = self._chunk({"": 0}).partition(b'{"":0}')
        self._before, self._after = before, after

    def begin(self) -> bytes:
        """The chunk that names the role."""
        return self._delta({"role": "assistant", "content": "", "refusal": None})

    def piece(self, delta: Delta) -> bytes:
        """Text, or a piece of a call."""
        text = self._delta({"content": delta.text}) if delta.text else b""
        return text + self._delta({"tool_calls": [self._call(delta.call)]}) if delta.call else text

    def end(self, reply: Reply) -> bytes:
        """The finish, the counts where they were asked for, and [DONE]."""
        last = self._chunk({}, FINISHES[reply.finish])
        usage = event({**self._head, "choices": [], "usage": _usage(reply.usage)}) if self._tells_usage else b""
        return last + usage + DONE

    def fail(self, refused: Refused) -> bytes:
        """The error, and [DONE]."""
        return b"data: %b\n\n" % error_body(refused) + DONE

    def _call(self, call: CallDelta) -> dict[str, Any]:
        if (at := self._places.get(call.at)) is not None:
            return {"index": at, "function": {"arguments": call.arguments}}
        at = self._places[call.at] = len(self._places)
        function = {"name": call.tool, "arguments": call.arguments}
        return {"index": at, "id": call.id, "type": "function", "function": function}

    def _delta(self, delta: dict[str, Any]) -> bytes:
        """A chunk that is not the last: all but the delta is the same in each."""
        return self._before + orjson.dumps(delta) + self._after

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return event({**self._head, "choices": [choice], **({"usage": None} if self._tells_usage else {})})


def _head(named: Named, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{named.id}", "object": kind, "created": named.at, "model": named.model}


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.tool, "arguments": call.written}
    return {"id": call.id, "type": "function", "function": function}


def _usage(usage: Usage) -> dict[str, int] | None:
    """None where one of the counts is not known: the format has no word for that."""
    asked, said = usage.input_tokens, usage.output_tokens
    if asked is None or said is None:
        return None
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}
