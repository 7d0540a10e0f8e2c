"""Reads Anthropic Messages: what was said, and called, in a whole answer or in a stream's events.

Its rule: only what the protocol calls a whole reply is one. Thinking stands beside the reply and is not part of it; a
tool call where no tools were offered, or a stream without its end, is a failure.
Source: Anthropic API reference, "Messages" and "Streaming messages".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from meant.core.system import CallDelta, Delta, Finish
from meant.core.turn import Turn
from meant.systems.http.failure import object_in, shown, unreadable
from meant.systems.tools.calls import Written
from meant.systems.tools.streamed import Streamed

FINISHES: dict[str, Finish] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "content_filter",
}
"""Any other stop_reason is not the end of a whole reply."""
ASIDE = ("thinking", "redacted_thinking")
TOOLS = ("tool_use", "server_tool_use")


class Message:
    """What came so far: of a whole answer, or of a stream's events. `tools`: some were offered, so calls are read."""

    def __init__(self, *, tools: bool = False, turns: Sequence[Turn] = ()) -> None:
        self._tools = tools
        self._streamed = Streamed(turns)
        self._places: dict[int | None, int] = {}
        """Which call each block's `index` in a stream speaks of."""
        self.pieces: list[str] = []
        self.usage: dict[str, Any] = {}
        self._finish: Finish | None = None
        self._over = False

    @classmethod
    def of(cls, answer: Any, *, tools: bool = False) -> "Message":
        """A whole answer. Raises SystemFailure for anything else."""
        message, told = cls(tools=tools), object_in(answer, "the answer")
        content = told.get("content")
        if not isinstance(content, list):
            raise unreadable(f"the answer has no content, only {shown(', '.join(told))}; is base_url right?")
        for i, block in enumerate(content):
            message._block(block, f"content[{i}]", i, whole=True)
        message._learn(told, told.get("usage"))
        message._over = True
        message.ended()
        return message

    def add(self, event: Any) -> Delta | None:
        """Take in one event's data; what it adds. Raises SystemFailure for a shape that the protocol does not have.

        Events of unknown types are passed over, as the protocol asks for.
        """
        told = object_in(event, "the event")
        match told.get("type"):
            case "message_start":
                self._learn({}, object_in(told.get("message"), "message_start.message").get("usage"))
            case "content_block_start":
                return self._block(told.get("content_block"), "content_block", _index(told))
            case "content_block_delta":
                return self._delta(object_in(told.get("delta"), "content_block_delta.delta"), _index(told))
            case "message_delta":
                self._learn(object_in(told.get("delta"), "message_delta.delta"), told.get("usage"))
            case "message_stop":
                self._over = True
        return None

    @property
    def calls(self) -> list[Written]:
        """Those that came so far."""
        return self._streamed.written

    @property
    def over(self) -> bool:
        """Whether nothing more belongs to it."""
        return self._over

    @property
    def end(self) -> Finish | None:
        """How the answer ended, whether or not it calls tools; None while it has not."""
        return self._finish

    def ended(self) -> Finish:
        """How the reply ended. Raises SystemFailure where it did not."""
        if self._finish is None:
            raise unreadable("the answer ends without a stop_reason: it is not whole")
        if not self._over:
            raise unreadable("the stream ends without message_stop: it is not whole")
        if self._finish == "tool_calls" and not self._streamed:
            raise unreadable("the answer's stop_reason says that it calls tools, and it calls none")
        return "tool_calls" if self._streamed else self._finish

    def _block(self, block: Any, what: str, index: int | None, *, whole: bool = False) -> Delta | None:
        kind = object_in(block, what).get("type")
        if kind == "tool_use" and self._tools:
            return Delta(text="", call=self._begun(block, what, index, whole=whole))
        if kind in TOOLS:
            raise unreadable("the model called a tool instead of answering, and none was offered")
        if kind in ASIDE:
            return None
        if kind != "text":
            raise unreadable(f"{what} is {shown(kind)}, which is not text")
        return self._text(block.get("text"), f"{what}.text")

    def _begun(self, block: Mapping[str, Any], what: str, index: int | None, *, whole: bool) -> CallDelta:
        """In a stream, the `input` of a block that begins is empty, and follows as a JSON text."""
        name = block.get("name")
        if not isinstance(name, str):
            raise unreadable(f"{what} names no tool, only {shown(name)}")
        self._places[index] = len(self._streamed)
        return self._streamed.begin(block.get("id"), name, block.get("input") if whole or block.get("input") else "")

    def _delta(self, delta: Mapping[str, Any], index: int | None) -> Delta | None:
        kind, known = delta.get("type"), self._places.get(index)
        if kind == "input_json_delta" and known is not None:
            return Delta(text="", call=self._streamed.add(known, _text(delta.get("partial_json"), "partial_json")))
        return self._text(delta.get("text"), "delta.text") if kind == "text_delta" else None

    def _text(self, text: Any, what: str) -> Delta | None:
        self.pieces.append(_text(text, what))
        return Delta(text=text) if text else None

    def _learn(self, told: Mapping[str, Any], usage: Any) -> None:
        """Why it ended, and the counts, which only ever grow: later ones stand in for earlier ones."""
        reason = told.get("stop_reason")
        known: Mapping[str, Finish] = {**FINISHES, "tool_use": "tool_calls"} if self._tools else FINISHES
        if reason is not None and (not isinstance(reason, str) or reason not in known):
            raise unreadable(f"stop_reason is {shown(reason)}, which is not the end of an answer")
        self._finish = known[reason] if reason else self._finish
        if isinstance(usage, dict):
            self.usage |= {name: count for name, count in usage.items() if count is not None}


def _index(event: Mapping[str, Any]) -> int | None:
    index = event.get("index")
    return index if isinstance(index, int) else None


def _text(text: Any, what: str) -> str:
    if not isinstance(text, str):
        raise unreadable(f"{what} is not text but {type(text).__name__}")
    return text
