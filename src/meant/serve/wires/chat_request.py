"""Reads Chat Completions as its clients write them.

Source: OpenAI API reference, "Chat" (create chat completion). Not taken: content that is not text, several choices,
log-probabilities, the older `functions`.
"""

from typing import Any

from meant.core.request import NO_WISHES, Request, Wishes
from meant.core.tool import Tool
from meant.core.turn import Role, ToolCall, Turn
from meant.serve.wires.asked_tools import CHOICES, a_tool, chosen, distinct
from meant.serve.wires.chat_fields import BODY, MESSAGE
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
    stops,
)
from meant.systems.tools.calls import call_of

ROLES: dict[str, Role] = {"system": "system", "developer": "system", "user": "user"}
"""Beside `assistant` and `tool`."""
WISHES = ("temperature", "top_p", "max_tokens", "max_completion_tokens", "stop")


def read(body: bytes) -> Asked:
    """The request. Raises Refused."""
    told = read_object(body)
    extra = BODY.pass_on(told)
    tools = distinct((_tool(*one) for one in numbered(told.get("tools"), "tools")), "tools")
    options = an_object(told.get("stream_options") or {}, "stream_options")
    return Asked(
        a_name(told.get("model"), "model"),
        Request(
            turns=_turns(told.get("messages")),
            tools=tools,
            tool_choice=chosen(_choice(told.get("tool_choice")), tools),
            wishes=_wishes(told),
            seed=a_count(told.get("seed"), "seed", least=-(2**63)),
            stream=a_flag(told.get("stream"), "stream"),
            stream_usage=a_flag(options.get("include_usage"), "stream_options.include_usage"),
            dialect="chat",
            extra=extra,
        ),
    )


def _turns(messages: object) -> tuple[Turn, ...]:
    conversation = Conversation("messages")
    for message, at in numbered(a_list(messages, "messages"), "messages"):
        _message(an_object(message, at), at, conversation)
    return conversation.ended()


def _message(told: dict[str, Any], at: str, conversation: Conversation) -> None:
    MESSAGE.pass_on(told, f"{at}.")
    role = a_text(told.get("role"), f"{at}.role")
    if role == "assistant":
        text = _text(told.get("content") or told.get("refusal") or "", f"{at}.content")
        calls = [_call(*one) for one in numbered(told.get("tool_calls"), f"{at}.tool_calls")]
        conversation.call(text, calls, f"{at}.tool_calls")
    elif role == "tool":
        id_ = a_name(told.get("tool_call_id"), f"{at}.tool_call_id")
        conversation.answer(id_, _text(told.get("content"), f"{at}.content"), f"{at}.tool_call_id")
    elif role in ROLES:
        conversation.say(Turn(role=ROLES[role], text=_text(told.get("content"), f"{at}.content")))
    else:
        taken = ", ".join([*ROLES, "assistant", "tool"])
        invalid(f"{at}.role is {quoted(role)}, which is none of: {taken}.", f"{at}.role")


def _text(content: object, at: str) -> str:
    """A text, or parts that are all text, one a line."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return a_text(content, at)
    return "\n".join(_part(an_object(part, where), where) for part, where in numbered(content, at))


def _part(part: dict[str, Any], at: str) -> str:
    kind = a_text(part.get("type"), f"{at}.type")
    if kind not in ("text", "refusal"):
        invalid(f"{at} is of type {quoted(kind)}: only text is taken.", f"{at}.type")
    return a_text(part.get(kind), f"{at}.{kind}")


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
    if wanted is None or (isinstance(wanted, str) and wanted in CHOICES):
        return wanted or "auto"
    if isinstance(wanted, str):
        invalid(f"tool_choice is {quoted(wanted)}, which is none of: {', '.join(CHOICES)}.", "tool_choice")
    return a_name(_function(wanted, "tool_choice").get("name"), "tool_choice.function.name")


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
