"""A response and what its output holds, as JSON. Source: OpenAI API reference, "Responses" (the response object)."""

from typing import Any

from meant.core.system import Usage
from meant.serve.wires.contract import Named

Events = list[tuple[str, dict[str, Any]]]


class Message:
    """The text of a reply."""

    def __init__(self, id_: str, text: str = "") -> None:
        self.id = id_
        self.pieces = [text]

    def told(self, status: str, *, begun: bool = True) -> dict[str, Any]:
        """The item; `begun` is false before its text has."""
        content = [_part("".join(self.pieces))] if begun else []
        return {"id": self.id, "type": "message", "status": status, "role": "assistant", "content": content}

    def opening(self) -> Events:
        """What is told of the item before its text."""
        return [("response.content_part.added", {"content_index": 0, "part": _part("")})]

    def closing(self, status: str) -> Events:
        """What is told of it after its text."""
        text = "".join(self.pieces)
        return [
            ("response.output_text.done", {"content_index": 0, "text": text, "logprobs": []}),
            ("response.content_part.done", {"content_index": 0, "part": _part(text)}),
        ]


class Call:
    """A tool call."""

    def __init__(self, id_: str, call_id: str, tool: str, arguments: str = "") -> None:
        self.id, self.call_id, self.tool = id_, call_id, tool
        self.pieces = [arguments]

    def told(self, status: str, *, begun: bool = True) -> dict[str, Any]:
        """The item."""
        return {
            "id": self.id,
            "type": "function_call",
            "status": status,
            "arguments": "".join(self.pieces),
            "call_id": self.call_id,
            "name": self.tool,
        }

    def opening(self) -> Events:
        """Nothing is told of it before its arguments."""
        return []

    def closing(self, status: str) -> Events:
        """Its arguments, where they are whole."""
        done = {"name": self.tool, "arguments": "".join(self.pieces)}
        return [("response.function_call_arguments.done", done)] if status == "completed" else []


Item = Message | Call


def response(
    named: Named,
    status: str,
    output: list[dict[str, Any]],
    *,
    cut: str | None = None,
    error: dict[str, Any] | None = None,
    usage: Usage | None = None,
) -> dict[str, Any]:
    """The response object. What the request asked for is not repeated in it."""
    return {
        "id": f"resp_{named.id}",
        "object": "response",
        "created_at": named.at,
        "status": status,
        "background": False,
        "error": error,
        "incomplete_details": {"reason": cut} if cut else None,
        "instructions": None,
        "max_output_tokens": None,
        "metadata": {},
        "model": named.model,
        "output": output,
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "store": False,
        "temperature": None,
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
        "truncation": "disabled",
        "usage": _usage(usage) if usage else None,
    }


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _usage(usage: Usage) -> dict[str, Any] | None:
    """None where one of the counts is not known: the format has no word for that."""
    asked, said = usage.input_tokens, usage.output_tokens
    if asked is None or said is None:
        return None
    return {
        "input_tokens": asked,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": said,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": asked + said,
    }
