"""LiteLLM's generic guardrail API (beta): what it asks, and which of our places each of its texts belongs to.

Its rule: a text whose place is unknown is looked at as what a user says. Source: LiteLLM 1.108.7,
`types/proxy/guardrails/guardrail_hooks/generic_guardrail_api.py` and, for the order of the texts,
`llms/openai/chat/guardrail_translation/handler.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ValidationError

from meant.core.guard import Place
from meant.core.turn import Role, ToolCall, Turn
from meant.serve.wires.contract import Refused
from meant.serve.wires.conversation import MOST
from meant.systems.tools.calls import call_of

_ROLES: Mapping[str, Role] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool",
    "function": "tool",
}  # fmt: skip
_PLACES: Mapping[Role, Place | None] = {"user": "input", "tool": "retrieved", "system": None, "assistant": None}
"""None: not looked at. What the model said earlier was looked at when it said it."""


class Asked(BaseModel):
    """The request, as far as we read it."""

    input_type: Literal["request", "response"]
    texts: list[str] | None = None
    structured_messages: list[dict[str, Any]] | None = None
    tool_calls: list[dict[str, Any]] | None = None
    additional_provider_specific_params: dict[str, Any] | None = None
    litellm_call_id: str | None = None
    model: str | None = None


class Part(NamedTuple):
    """One text, and where it stands."""

    text: str
    place: Place | None
    turn: Turn


def read(body: bytes) -> Asked:
    """The request. Raises Refused."""
    try:
        asked = Asked.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise Refused(400, "invalid", f"{where}: {first['msg']}", param=where) from None
    if len(asked.texts or ()) + len(asked.tool_calls or ()) > MOST:
        raise Refused(413, "too_large", f"There are more than {MOST} texts and calls, which is all that is taken.")
    return asked


def parts(asked: Asked) -> list[Part]:
    """Its texts in order."""
    texts = asked.texts or []
    if asked.input_type == "response":
        return [Part(text, "output", Turn(role="assistant", text=text)) for text in texts]
    told = [(role, text) for message in asked.structured_messages or () for role, text in _texts_of(message)]
    roles = [role for role, _ in told] if [text for _, text in told] == texts else ["user"] * len(texts)
    return [_part(text, _ROLES.get(role, "user")) for role, text in zip(roles, texts, strict=True)]


def calls(asked: Asked) -> list[ToolCall]:
    """The calls of a reply. Those of a request were looked at when they were made."""
    found = asked.tool_calls or [] if asked.input_type == "response" else []
    return [_call(one, at) for at, one in enumerate(found)]


def _part(text: str, role: Role) -> Part:
    return Part(text, _PLACES[role], Turn(role=role, text=text, answers="unknown" if role == "tool" else None))


def _texts_of(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """As LiteLLM takes them out."""
    role, content = str(message.get("role")), message.get("content")
    if isinstance(content, str):
        yield role, content
    for item in content if isinstance(content, Sequence) and not isinstance(content, str) else ():
        if isinstance(item, Mapping) and isinstance(text := item.get("text"), str):
            yield role, text


def _call(told: Mapping[str, Any], at: int) -> ToolCall:
    function = told.get("function")
    function = function if isinstance(function, Mapping) else {}
    return call_of(str(told.get("id") or f"call_{at}"), str(function.get("name")), function.get("arguments"))
