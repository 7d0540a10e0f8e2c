"""OpenAI's Responses."""

from collections.abc import Mapping
from dataclasses import dataclass

from meant.core.request import Dialect, Request
from meant.core.system import Reply
from meant.serve.wires.contract import Asked, Events, Named, Refused
from meant.serve.wires.openai_common import bearer, error_body
from meant.serve.wires.responses_answer import ResponseEvents, whole
from meant.serve.wires.responses_request import read


@dataclass(frozen=True)
class Responses:
    """As in Wire."""

    dialect: Dialect = "responses"
    path: str = "/v1/responses"

    def key(self, headers: Mapping[str, str]) -> str | None:
        """The bearer token."""
        return bearer(headers)

    def read(self, body: bytes) -> Asked:
        """The request."""
        return read(body)

    def whole(self, reply: Reply, named: Named) -> bytes:
        """The response."""
        return whole(reply, named)

    def events(self, request: Request, named: Named) -> Events:
        """The events."""
        return ResponseEvents(request, named)

    def error(self, refused: Refused) -> bytes:
        """The body of a refusal."""
        return error_body(refused)
