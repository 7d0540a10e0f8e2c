"""Other tools' messages as turns: what was asked up to the last user's turn, and the system prompt apart from it.

Its rule: words alone. What holds an image, a sound or a tool's call raises NotWords and is left out for that reason.
"""

import math
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, cast

from meant.core.turn import Turn
from meant.files.table import BadCell

_ROLES = {"system": "system", "developer": "system", "user": "user", "human": "user", "assistant": "assistant"}
_WORDS = ("text", "input_text", "output_text")


class NotWords(Exception):
    """The conversation holds more than words; says what."""


class Conversation(NamedTuple):
    """What was said."""

    prompt: str
    """The system prompt; "" where there is none."""
    turns: tuple[Turn, ...]


def conversation(messages: Any) -> Conversation:
    """Messages of `role` and `content`. Raises NotWords, and BadCell where they are no such thing."""
    if not isinstance(messages, Sequence) or isinstance(messages, str) or not messages:
        raise BadCell("messages", messages, "is no list of messages", "correct it, or remove the row")
    turns = [_turn(message) for message in messages]
    prompt = "\n\n".join(t.text for t in turns if t.role == "system")
    return Conversation(prompt, tuple(t for t in turns if t.role != "system"))


def asked(said: Conversation) -> tuple[Turn, ...]:
    """The turns up to the user's last one."""
    users = [at for at, turn in enumerate(said.turns) if turn.role == "user"]
    if not users:
        raise BadCell("messages", "", "nobody asked anything", "correct it, or remove the row")
    return said.turns[: users[-1] + 1]


def _turn(message: Any) -> Turn:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise BadCell("role", message, "is no message with a role", "correct it, or remove the row")
    if message["role"] in ("tool", "function") or message.get("tool_calls") or message.get("function_call"):
        raise NotWords("tools were called, which no case can ask again")
    if message["role"] not in _ROLES:
        raise BadCell("role", message["role"], "not a role", f"it is one of: {', '.join(_ROLES)}")
    role = cast("Literal['system', 'user', 'assistant']", _ROLES[message["role"]])
    return Turn(role=role, text=_text(message.get("content")))


def _text(content: Any) -> str:
    """Of a text, a part, or a list of parts; reasoning is not what was said."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(_text(part) for part in content if not _is(part, "reasoning"))
    if not isinstance(content, dict):
        raise BadCell("content", content, "is no text", "correct it, or remove the row")
    if content.get("data_path") or content.get("type", "text") not in _WORDS or content.get("text") is None:
        raise NotWords("it holds more than text")
    return str(content["text"])


def _is(part: Any, kind: str) -> bool:
    return isinstance(part, dict) and part.get("type") == kind


def number(score: Any) -> float | None:
    """A score that is one: no truth value, no NaN."""
    fine = isinstance(score, int | float) and not isinstance(score, bool) and not math.isnan(score)
    return float(score) if fine else None


def count(tokens: Any) -> int | None:
    """A count that is one."""
    return tokens if isinstance(tokens, int) and not isinstance(tokens, bool) and tokens >= 0 else None


def inner(part: Any, key: str) -> dict[str, Any]:
    """The object under `key` of what may be an object; empty where there is none."""
    found = part.get(key) if isinstance(part, dict) else None
    return found if isinstance(found, dict) else {}
