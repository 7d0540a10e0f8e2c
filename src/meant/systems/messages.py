"""Reads Anthropic Messages: what was said, and called, in a whole answer, or what was said in a stream's events.

Its rule: only what the protocol calls a whole reply is one. Thinking stands beside the reply and is not part of it; a
tool call where no tools were offered, or a stream without its end, is a failure.
Source: Anthropic API reference, "Messages" and "Streaming messages".
"""

from collections.abc import Mapping
from typing import Any

from meant.core.system import Finish
from meant.systems.http.failure import object_in, shown, unreadable
from meant.systems.tools.calls import Written

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

    def __init__(self, *, tools: bool = False) -> None:
        self._tools = tools
        self.calls = list[Written]()
        self.pieces = list[str]()
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
            message._block(block, f"content[{i}]")
        message._learn(told, told.get("usage"))
        message._over = True
        message.ended()
        return message

    def add(self, event: Any) -> str:
        """Take in one event's data; its text. Raises SystemFailure for a shape that the protocol does not have.

        Events of unknown types are passed over, as the protocol asks for.
        """
        told = object_in(event, "the event")
        match told.get("type"):
            case "message_start":
                self._learn({}, object_in(told.get("message"), "message_start.message").get("usage"))
            case "content_block_start":
                return self._block(told.get("content_block"), "content_block")
            case "content_block_delta":
                delta = object_in(told.get("delta"), "content_block_delta.delta")
                return self._text(delta.get("text"), "delta.text") if delta.get("type") == "text_delta" else ""
            case "message_delta":
                self._learn(object_in(told.get("delta"), "message_delta.delta"), told.get("usage"))
            case "message_stop":
                self._over = True
        return ""

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
        if self._finish == "tool_calls" and not self.calls:
            raise unreadable("the answer's stop_reason says that it calls tools, and it calls none")
        return "tool_calls" if self.calls else self._finish

    def _block(self, block: Any, what: str) -> str:
        kind = object_in(block, what).get("type")
        if kind == "tool_use" and self._tools:
            self.calls.append(_written(block, what))
            return ""
        if kind in TOOLS:
            raise unreadable("the model called a tool instead of answering, and none was offered")
        if kind in ASIDE:
            return ""
        if kind != "text":
            raise unreadable(f"{what} is {shown(kind)}, which is not text")
        return self._text(block.get("text"), f"{what}.text")

    def _text(self, text: Any, what: str) -> str:
        if not isinstance(text, str):
            raise unreadable(f"{what} is not text but {type(text).__name__}")
        self.pieces.append(text)
        return text

    def _learn(self, told: Mapping[str, Any], usage: Any) -> None:
        """Why it ended, and the counts, which only ever grow: later ones stand in for earlier ones."""
        reason = told.get("stop_reason")
        known: Mapping[str, Finish] = {**FINISHES, "tool_use": "tool_calls"} if self._tools else FINISHES
        if reason is not None and (not isinstance(reason, str) or reason not in known):
            raise unreadable(f"stop_reason is {shown(reason)}, which is not the end of an answer")
        self._finish = known[reason] if reason else self._finish
        if isinstance(usage, dict):
            self.usage |= {name: count for name, count in usage.items() if count is not None}


def _written(block: Mapping[str, Any], what: str) -> Written:
    name = block.get("name")
    if not isinstance(name, str):
        raise unreadable(f"{what} names no tool, only {shown(name)}")
    return Written(block.get("id"), name, block.get("input"))
