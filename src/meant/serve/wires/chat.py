"""OpenAI's Chat Completions."""

from collections.abc import Mapping
from dataclasses import dataclass

from meant.core.request import Dialect, Request
from meant.core.system import Reply
from meant.serve.wires.chat_answer import ChatEvents, whole
from meant.serve.wires.chat_request import read
from meant.serve.wires.contract import Asked, Events, Named, Refused
from meant.serve.wires.openai_common import bearer, error_body


@dataclass(frozen=True)
class Chat:
    """As in Wire."""

    dialect: Dialect = "chat"
    path: str = "/v1/chat/completions"

    def key(self, headers: Mapping[str, str]) -> str | None:
        """The bearer token."""
        return bearer(headers)

    def read(self, body: bytes) -> Asked:
        """The request."""
        return read(body)

    def whole(self, reply: Reply, named: Named) -> bytes:
        """The chat completion."""
        return whole(reply, named)

    def events(self, request: Request, named: Named) -> Events:
        """The chunks."""
        return ChatEvents(request, named)

    def error(self, refused: Refused) -> bytes:
        """The body of a refusal."""
        return error_body(refused)
