"""Reads Responses as their clients write them.

Reasoning that is sent back is left out, since no reply from here has any. Source: OpenAI API reference, "Responses"
(create a model response). Not taken: content that is not text, the API's own tools, responses that are kept.
"""

from typing import Any

from meant.core.request import Request, Wishes
from meant.core.tool import Tool
from meant.core.turn import Role, Turn
from meant.serve.wires.asked_tools import CHOICES, a_tool, chosen, distinct
from meant.serve.wires.contract import Asked
from meant.serve.wires.conversation import Conversation
from meant.serve.wires.fields import (
    a_count,
    a_flag,
    a_list,
    a_name,
    a_number,
    a_text,
    an_object,
    invalid,
    numbered,
    quoted,
    read_object,
)
from meant.serve.wires.responses_fields import BODY, CALL, MESSAGE, RESULT
from meant.systems.tools.calls import call_of

ROLES: dict[str, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
PARTS = {"input_text": "text", "output_text": "text", "refusal": "refusal"}
"""Types of parts, and the field that holds the text."""


def read(body: bytes) -> Asked:
    """The request. Raises Refused."""
    told = read_object(body)
    extra = BODY.pass_on(told)
    tools = distinct((_tool(*one) for one in numbered(told.get("tools"), "tools")), "tools")
    return Asked(
        a_name(told.get("model"), "model"),
        Request(
            turns=_turns(told),
            tools=tools,
            tool_choice=chosen(_choice(told.get("tool_choice")), tools),
            wishes=_wishes(told),
            stream=a_flag(told.get("stream"), "stream"),
            dialect="responses",
            extra=extra,
        ),
    )


def _turns(told: dict[str, Any]) -> tuple[Turn, ...]:
    instructions = told.get("instructions")
    system = None if instructions is None else _text(instructions, "instructions")
    conversation = Conversation("input", system=system)
    given = told.get("input")
    if isinstance(given, str):
        conversation.say(Turn(role="user", text=given))
        return conversation.ended()
    for item, at in numbered(a_list(given, "input"), "input"):
        _item(an_object(item, at), at, conversation)
    return conversation.ended()


def _item(told: dict[str, Any], at: str, conversation: Conversation) -> None:
    kind = a_text(told.get("type") or "message", f"{at}.type")
    if kind == "message":
        _message(told, at, conversation)
    elif kind == "function_call":
        CALL.pass_on(told, f"{at}.")
        id_, name = a_name(told.get("call_id"), f"{at}.call_id"), a_name(told.get("name"), f"{at}.name")
        conversation.call_too(call_of(id_, name, a_text(told.get("arguments"), f"{at}.arguments")), f"{at}.call_id")
    elif kind == "function_call_output":
        RESULT.pass_on(told, f"{at}.")
        id_ = a_name(told.get("call_id"), f"{at}.call_id")
        conversation.answer(id_, _text(told.get("output"), f"{at}.output"), f"{at}.call_id")
    elif kind != "reasoning":
        invalid(f"{at} is of type {quoted(kind)}: only messages, function calls and their outputs are taken.", at)


def _message(told: dict[str, Any], at: str, conversation: Conversation) -> None:
    MESSAGE.pass_on(told, f"{at}.")
    role = a_text(told.get("role"), f"{at}.role")
    if role not in ROLES:
        invalid(f"{at}.role is {quoted(role)}, which is none of: {', '.join(ROLES)}.", f"{at}.role")
    conversation.say(Turn(role=ROLES[role], text=_text(told.get("content"), f"{at}.content")))


def _text(content: object, at: str) -> str:
    """A text, or parts that are all text, one a line."""
    if not isinstance(content, list):
        return a_text(content, at)
    return "\n".join(_part(an_object(part, where), where) for part, where in numbered(content, at))


def _part(part: dict[str, Any], at: str) -> str:
    kind = a_text(part.get("type"), f"{at}.type")
    if kind not in PARTS:
        invalid(f"{at} is of type {quoted(kind)}: only text is taken.", f"{at}.type")
    return a_text(part.get(PARTS[kind]), f"{at}.{PARTS[kind]}")


def _tool(tool: object, at: str) -> Tool:
    return a_tool(_function(tool, at), at, schema="parameters")


def _function(told: object, at: str) -> dict[str, Any]:
    function = an_object(told, at)
    if (kind := function.get("type")) != "function":
        invalid(f"{at} is of type {quoted(str(kind))}: only functions are taken.", f"{at}.type")
    return function


def _choice(wanted: object) -> str:
    if wanted is None or (isinstance(wanted, str) and wanted in CHOICES):
        return wanted or "auto"
    if isinstance(wanted, str):
        invalid(f"tool_choice is {quoted(wanted)}, which is none of: {', '.join(CHOICES)}.", "tool_choice")
    return a_name(_function(wanted, "tool_choice").get("name"), "tool_choice.name")


def _wishes(told: dict[str, Any]) -> Wishes:
    return Wishes(
        temperature=a_number(told.get("temperature"), "temperature", 0, 2),
        top_p=a_number(told.get("top_p"), "top_p", 0, 1, above=True),
        max_tokens=a_count(told.get("max_output_tokens"), "max_output_tokens"),
    )
