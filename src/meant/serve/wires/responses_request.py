"""Reads Responses as their clients write them.

Reasoning that is sent back is left out, since no reply from here has any. Source: OpenAI API reference, "Responses"
(create a model response). Not taken: content that is not text, the API's own tools, responses that are kept.
"""

from typing import Any

from meant.core.request import Wishes
from meant.core.tool import Tool
from meant.core.turn import Role, Turn
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
)
from meant.serve.wires.openai_request import choice, text_of
from meant.serve.wires.reader import Reader
from meant.serve.wires.responses_fields import BODY, CALL, MESSAGE, RESULT
from meant.systems.tools.calls import call_of

ROLES: dict[str, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
PARTS = {"input_text": "text", "output_text": "text", "refusal": "refusal"}


def _turns(told: dict[str, Any]) -> tuple[Turn, ...]:
    instructions = told.get("instructions")
    system = None if instructions is None else text_of(instructions, "instructions", PARTS)
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
        conversation.answer(id_, text_of(told.get("output"), f"{at}.output", PARTS), f"{at}.call_id")
    elif kind != "reasoning":
        invalid(f"{at} is of type {quoted(kind)}: only messages, function calls and their outputs are taken.", at)


def _message(told: dict[str, Any], at: str, conversation: Conversation) -> None:
    MESSAGE.pass_on(told, f"{at}.")
    role = a_text(told.get("role"), f"{at}.role")
    if role not in ROLES:
        invalid(f"{at}.role is {quoted(role)}, which is none of: {', '.join(ROLES)}.", f"{at}.role")
    conversation.say(Turn(role=ROLES[role], text=text_of(told.get("content"), f"{at}.content", PARTS)))


def _tool(tool: object, at: str) -> Tool:
    return a_tool(_function(tool, at), at, schema="parameters")


def _function(told: object, at: str) -> dict[str, Any]:
    function = an_object(told, at)
    if (kind := function.get("type")) != "function":
        invalid(f"{at} is of type {quoted(str(kind))}: only functions are taken.", f"{at}.type")
    return function


def _choice(wanted: object) -> str:
    return choice(wanted, _function, "tool_choice.name")


def _wishes(told: dict[str, Any]) -> Wishes:
    return Wishes(
        temperature=a_number(told.get("temperature"), "temperature", 0, 2),
        top_p=a_number(told.get("top_p"), "top_p", 0, 1, above=True),
        max_tokens=a_count(told.get("max_output_tokens"), "max_output_tokens"),
    )


read = Reader("responses", BODY, turns=_turns, tool=_tool, choice=_choice, wishes=_wishes).read
