"""Reads Messages as their clients write them.

Thinking that is sent back is left out, since no reply from here has any. Source: Anthropic API reference, "Messages"
(create a message). Not taken: content that is not text, the API's own tools, a reply that is begun for the model.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from meant.core.request import Wishes
from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.serve.wires.asked_tools import a_tool
from meant.serve.wires.conversation import Conversation
from meant.serve.wires.fields import (
    a_count,
    a_list,
    a_name,
    a_number,
    a_text,
    an_object,
    invalid,
    numbered,
    quoted,
    shallow,
    stops,
    wrong_kind,
)
from meant.serve.wires.messages_fields import BLOCK, BODY, CHOICE, MESSAGE
from meant.serve.wires.openai_common import bearer
from meant.serve.wires.reader import Reader
from meant.systems.tools.calls import call_of

ASIDE = ("thinking", "redacted_thinking")
TAKEN = ("text", "tool_use", "tool_result", *ASIDE)
"""Types of blocks."""
CHOICES = {"auto": "auto", "none": "none", "any": "required"}


def key(headers: Mapping[str, str]) -> str | None:
    """The header `x-api-key`, else the bearer token."""
    return headers.get("x-api-key", "").strip() or bearer(headers)


def _turns(told: dict[str, Any]) -> tuple[Turn, ...]:
    system = told.get("system")
    conversation = Conversation("messages", system=_text(system, "system") if system else None)
    for one, at in numbered(a_list(told.get("messages"), "messages"), "messages"):
        message = an_object(one, at)
        MESSAGE.pass_on(message, f"{at}.")
        role = a_text(message.get("role"), f"{at}.role")
        if role == "user":
            _user(message.get("content"), f"{at}.content", conversation)
        elif role == "assistant":
            _assistant(message.get("content"), f"{at}.content", conversation)
        else:
            invalid(f"{at}.role is {quoted(role)}, which is none of: user, assistant.", f"{at}.role")
    return conversation.ended()


def _user(content: object, at: str, conversation: Conversation) -> None:
    """The results in it, and its text, in order; texts that follow one another make one turn."""
    texts = list[str]()
    for kind, block, where in _blocks(content, at):
        if kind == "text":
            texts.append(a_text(block.get("text"), f"{where}.text"))
        elif kind == "tool_result":
            _say(texts, conversation)
            id_ = a_name(block.get("tool_use_id"), f"{where}.tool_use_id")
            conversation.answer(id_, _text(block.get("content") or "", f"{where}.content"), f"{where}.tool_use_id")
        else:
            _not_taken(kind, where)
    _say(texts, conversation)


def _say(texts: list[str], conversation: Conversation) -> None:
    if texts:
        conversation.say(Turn(role="user", text="\n".join(texts)))
        texts.clear()


def _assistant(content: object, at: str, conversation: Conversation) -> None:
    texts, calls = list[str](), list[ToolCall]()
    for kind, block, where in _blocks(content, at):
        if kind == "text":
            texts.append(a_text(block.get("text"), f"{where}.text"))
        elif kind == "tool_use":
            calls.append(_call(block, where))
        elif kind not in ASIDE:
            _not_taken(kind, where)
    conversation.call("\n".join(texts), calls, at)


def _blocks(content: object, at: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The type of each block, the block, and what it is called; a text is one block."""
    if isinstance(content, str):
        yield "text", {"text": content}, at
        return
    if not isinstance(content, list):
        wrong_kind(content, "a string or a list of blocks", at)
    for one, where in numbered(content, at):
        block = an_object(one, where)
        if (kind := a_text(block.get("type"), f"{where}.type")) in TAKEN:
            BLOCK.pass_on(block, f"{where}.")
        yield kind, block, where


def _text(content: object, at: str) -> str:
    """Blocks that are all text, one a line."""
    return "\n".join(
        a_text(block.get("text"), f"{where}.text") if kind == "text" else _not_taken(kind, where)
        for kind, block, where in _blocks(content, at)
    )


def _not_taken(kind: str, at: str) -> str:
    invalid(f"{at} is of type {quoted(kind)}: only text, the caller's tools and their results are taken.", f"{at}.type")


def _call(block: dict[str, Any], at: str) -> ToolCall:
    arguments = shallow(an_object(block.get("input"), f"{at}.input"), f"{at}.input")
    return call_of(a_name(block.get("id"), f"{at}.id"), a_name(block.get("name"), f"{at}.name"), arguments)


def _tool(tool: object, at: str) -> Tool:
    told = an_object(tool, at)
    if (kind := told.get("type") or "custom") != "custom":
        invalid(f"{at} is of type {quoted(str(kind))}: only the caller's own tools are taken.", f"{at}.type")
    return a_tool(told, at, schema="input_schema")


def _choice(wanted: object) -> str:
    if wanted is None:
        return "auto"
    told = an_object(wanted, "tool_choice")
    CHOICE.pass_on(told, "tool_choice.")
    kind = a_text(told.get("type"), "tool_choice.type")
    if kind == "tool":
        return a_name(told.get("name"), "tool_choice.name")
    if kind not in CHOICES:
        invalid(
            f"tool_choice.type is {quoted(kind)}, which is none of: {', '.join(CHOICES)}, tool.", "tool_choice.type"
        )
    return CHOICES[kind]


def _wishes(told: dict[str, Any]) -> Wishes:
    most = a_count(told.get("max_tokens"), "max_tokens")
    if most is None:
        wrong_kind(None, "a whole number", "max_tokens")
    return Wishes(
        temperature=a_number(told.get("temperature"), "temperature", 0, 1),
        top_p=a_number(told.get("top_p"), "top_p", 0, 1, above=True),
        max_tokens=most,
        stop=stops(told.get("stop_sequences"), "stop_sequences"),
    )


read = Reader("messages", BODY, turns=_turns, tool=_tool, choice=_choice, wishes=_wishes).read
