"""The dialects that are spoken here, each under the path that its clients send to."""

from collections.abc import Mapping
from types import MappingProxyType

from meant.serve.wires import (
    chat_answer,
    chat_request,
    messages_answer,
    messages_request,
    openai_common,
    responses_answer,
    responses_request,
)
from meant.serve.wires.contract import Wire

CHAT = Wire(
    "chat",
    "/v1/chat/completions",
    key=openai_common.bearer,
    read=chat_request.read,
    whole=chat_answer.whole,
    events=chat_answer.ChatEvents,
    error=openai_common.error_body,
)
RESPONSES = Wire(
    "responses",
    "/v1/responses",
    key=openai_common.bearer,
    read=responses_request.read,
    whole=responses_answer.whole,
    events=responses_answer.ResponseEvents,
    error=openai_common.error_body,
)
MESSAGES = Wire(
    "messages",
    "/v1/messages",
    key=messages_request.key,
    read=messages_request.read,
    whole=messages_answer.whole,
    events=messages_answer.MessageEvents,
    error=messages_answer.error_body,
)
WIRES: Mapping[str, Wire] = MappingProxyType({wire.path: wire for wire in (CHAT, RESPONSES, MESSAGES)})
