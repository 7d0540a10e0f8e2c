"""Reads Chat Completions as its clients write them.

Source: OpenAI API reference, "Chat" (create chat completion). Not taken: content that is not text, several choices,
log-probabilities, the older `functions`.
"""

from typing import Any

from meant.core.request import NO_WISHES, Wishes
from meant.core.tool import Tool
from meant.core.turn import Role, ToolCall, Turn
from meant.serve.wires.asked_tools import a_tool
from meant.serve.wires.chat_fields import BODY, MESSAGE
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
    stops,
)
from meant.serve.wires.openai_request import choice, text_of
from meant.serve.wires.reader import Reader
from meant.systems.tools.calls import call_of

ROLES: dict[str, Role] = {"system": "system", "developer": "system", "user": "user"}
"""Beside `assistant` and `tool`."""
PARTS = {"text": "text", "refusal": "refusal"}
WISHES = ("temperature", "top_p", "max_tokens", "max_completion_tokens", "stop")


def _turns(told: dict[str, Any]) -> tuple[Turn, ...]:
    conversation = Conversation("messages")
    for message, at in numbered(a_list(told.get("messages"), "messages"), "messages"):
        _message(an_object(message, at), at, conversation)
    return conversation.ended()


def _message(told: dict[str, Any], at: str, conversation: Conversation) -> None:
    MESSAGE.pass_on(told, f"{at}.")
    role = a_text(told.get("role"), f"{at}.role")
    if role == "assistant":
        text = text_of(told.get("content") or told.get("refusal") or "", f"{at}.content", PARTS)
        calls = [_call(*one) for one in numbered(told.get("tool_calls"), f"{at}.tool_calls")]
        conversation.call(text, calls, f"{at}.tool_calls")
    elif role == "tool":
        id_ = a_name(told.get("tool_call_id"), f"{at}.tool_call_id")
        conversation.answer(id_, text_of(told.get("content"), f"{at}.content", PARTS), f"{at}.tool_call_id")
    elif role in ROLES:
        conversation.say(Turn(role=ROLES[role], text=text_of(told.get("content"), f"{at}.content", PARTS)))
    else:
        taken = ", ".join([*ROLES, "assistant", "tool"])
        invalid(f"{at}.role is {quoted(role)}, which is none of: {taken}.", f"{at}.role")


def _call(call: object, at: str) -> ToolCall:
    told = _function(call, at)
    arguments = a_text(told.get("arguments", ""), f"{at}.function.arguments")
    id_ = a_name(an_object(call, at).get("id"), f"{at}.id")
    return call_of(id_, a_name(told.get("name"), f"{at}.function.name"), arguments)


def _tool(tool: object, at: str) -> Tool:
    return a_tool(_function(tool, at), f"{at}.function", schema="parameters")


def _function(told: object, at: str) -> dict[str, Any]:
    outer = an_object(told, at)
    if (kind := outer.get("type", "function")) != "function":
        invalid(f"{at} is of type {quoted(str(kind))}: only functions are taken.", f"{at}.type")
    return an_object(outer.get("function"), f"{at}.function")


def _choice(wanted: object) -> str:
    return choice(wanted, _function, "tool_choice.function.name")


def _wishes(told: dict[str, Any]) -> Wishes:
    if told.keys().isdisjoint(WISHES):
        return NO_WISHES
    most = "max_tokens" if told.get("max_completion_tokens") is None else "max_completion_tokens"
    return Wishes(
        temperature=a_number(told.get("temperature"), "temperature", 0, 2),
        top_p=a_number(told.get("top_p"), "top_p", 0, 1, above=True),
        max_tokens=a_count(told.get(most), most),
        stop=stops(told.get("stop"), "stop"),
    )


def _more(told: dict[str, Any]) -> dict[str, Any]:
    options = an_object(told.get("stream_options") or {}, "stream_options")
    return {
        "seed": a_count(told.get("seed"), "seed", least=-(2**63)),
        "stream_usage": a_flag(options.get("include_usage"), "stream_options.include_usage"),
    }


read = Reader("chat", BODY, turns=_turns, tool=_tool, choice=_choice, wishes=_wishes, more=_more).read
