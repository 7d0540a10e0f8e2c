"""Anthropic's Messages."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from meant.core.request import Dialect, Request
from meant.core.system import Reply
from meant.serve.wires.contract import Asked, Events, Named, Refused
from meant.serve.wires.messages_answer import MessageEvents, error_fields, whole
from meant.serve.wires.messages_request import read
from meant.serve.wires.openai_common import bearer


@dataclass(frozen=True)
class Messages:
    """As in Wire."""

    dialect: Dialect = "messages"
    path: str = "/v1/messages"

    def key(self, headers: Mapping[str, str]) -> str | None:
        """The header `x-api-key`, else the bearer token."""
        return headers.get("x-api-key", "").strip() or bearer(headers)

    def read(self, body: bytes) -> Asked:
        """The request."""
        return read(body)

    def whole(self, reply: Reply, named: Named) -> bytes:
        """The message."""
        return whole(reply, named)

    def events(self, request: Request, named: Named) -> Events:
        """The events."""
        return MessageEvents(request, named)

    def error(self, refused: Refused) -> bytes:
        """The body of a refusal."""
        return orjson.dumps(error_fields(refused))
