"""Reads Chat Completions: what was said, and called, in a whole answer or in a stream's parts.

Its rule: only what the protocol calls a whole reply is one. A structured refusal is a reply; a null, a tool call where
no tools were offered, or a stream without its end is a failure. Source: OpenAI API reference, "Chat" (the chat
completion object and its chunk).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from meant.core.system import CallDelta, Delta, Finish
from meant.core.turn import Turn
from meant.systems.chat_calls import Called
from meant.systems.http.failure import object_in, shown, unreadable
from meant.systems.tools.calls import Written

Part = Literal["message", "delta"]
WHERE: dict[Part, str] = {"message": "choices[0].message", "delta": "choices[0].delta"}
"""What a failure calls it."""

FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "content_filter",
    "eos_token": "stop",
    "stop_sequence": "stop",
    "end_turn": "stop",
    "model_length": "length",
    "max_tokens": "length",
}
"""OpenAI's three, then other servers' words for them. Any other one is not the end of a whole reply."""


class Said:
    """What came so far: of a whole answer, or of a stream's parts. `tools`: some were offered, so calls are read."""

    def __init__(self, *, tools: bool = False, turns: Sequence[Turn] = ()) -> None:
        self._tools, self._turns = tools, turns
        self._called: Called | None = None
        """Once it calls a tool."""
        self.pieces: list[str] = []
        self.logprobs: list[float] = []
        self.usage: Mapping[str, Any] = {}
        self._finish: Finish | None = None
        self._spoke = False
        """Whether any text came, the empty one included; a null is no text."""

    @classmethod
    def of(cls, answer: Any, *, tools: bool = False) -> "Said":
        """A whole answer. Raises SystemFailure for anything else."""
        said = cls(tools=tools)
        said._take(answer, "message")
        said.ended()
        return said

    def add(self, part: Any) -> list[Delta]:
        """Take in one part of a stream; what it adds. Raises SystemFailure for anything else."""
        text, calls = self._take(part, "delta")
        return [*([Delta(text=text)] if text else ()), *(Delta(text="", call=call) for call in calls)]

    @property
    def calls(self) -> list[Written]:
        """Those that came so far."""
        return self._called.written if self._called else []

    @property
    def end(self) -> Finish | None:
        """How the answer ended, whether or not it calls tools; None while it has not."""
        return self._finish

    def ended(self) -> Finish:
        """How the reply ended. Raises SystemFailure where it did not, or ended as if whole without any text."""
        if self._finish is None:
            raise unreadable("the answer ends without a finish_reason: it is not whole")
        if self._called:
            return "tool_calls"
        if self._finish == "tool_calls":
            raise unreadable("the answer's finish_reason says that it calls tools, and it calls none")
        if not self._spoke and self._finish == "stop":
            raise unreadable("the answer's content is null: the model said nothing")
        return self._finish

    def _take(self, answer: Any, part: Part) -> tuple[str, Sequence[CallDelta]]:
        """Take in one JSON object of the protocol; the text and the calls that it adds."""
        choices = object_in(answer, "the answer").get("choices")
        if isinstance(usage := answer.get("usage"), dict):
            self.usage = usage
        if not isinstance(choices, list) or (part == "message" and not choices):
            raise unreadable(f"the answer has no choices, only {shown(', '.join(answer))}; is base_url right?")
        if not choices:  # a stream's last part carries the usage alone
            return "", ()
        choice = object_in(choices[0], "choices[0]")
        message = object_in(choice.get(part) or {}, WHERE[part])
        called = message.get("tool_calls") or message.get("function_call")
        calls = self._calls(message, part) if called else ()
        text = self._text(message, part)
        if given := choice.get("logprobs"):
            self.logprobs += _logprobs(given)
        self._finish = self._ends(choice.get("finish_reason")) or self._finish
        return text, calls

    def _text(self, message: Mapping[str, Any], part: Part) -> str:
        content, refusal = message.get("content"), message.get("refusal")
        text = content or refusal or content
        if text is None:
            return ""
        if not isinstance(text, str):
            raise unreadable(f"{WHERE[part]}.content is not text but {type(text).__name__}")
        self._spoke = True
        self.pieces.append(text)
        return text

    def _calls(self, message: Mapping[str, Any], part: Part) -> Sequence[CallDelta]:
        calls = message.get("tool_calls")
        if message.get("function_call") or not self._tools:
            raise unreadable("the model called a tool instead of answering, and none was offered")
        if not isinstance(calls, list):
            raise unreadable(f"{WHERE[part]}.tool_calls is not a list but {type(calls).__name__}")
        self._called = self._called or Called(self._turns)
        return self._called.take(calls, f"{WHERE[part]}.tool_calls", numbered=part == "delta")

    def _ends(self, reason: object) -> Finish | None:
        if reason is None or reason == "":
            return None
        if self._tools and reason == "tool_calls":
            return "tool_calls"
        if isinstance(reason, str) and reason in FINISHES:
            return FINISHES[reason]
        raise unreadable(f"finish_reason is {shown(reason)}, which is not the end of an answer")


def _logprobs(given: Any) -> list[float]:
    """Natural logarithms, a token each, of the answer or of OpenAI's structured refusal."""
    try:
        return [float(token["logprob"]) for token in given.get("content") or given.get("refusal") or ()]
    except (AttributeError, KeyError, TypeError, ValueError):
        problem = "choices[0].logprobs is not a list of tokens with a logprob each"
    raise unreadable(problem)
