"""Tools: what a model may call, what stands in for a real tool in a case, and what was decided about a call.

A case's tools are simulated: they return what the case says, so that an evaluation never sends a real mail. Whether
a call is carried out at all is for the policy's tool rules to say, in the lab as in production.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, JsonValue, field_validator

from meant.core.base import Value, wrong
from meant.core.policy import Identifier, Predicate, Text

MAX_STEPS = 10
"""Requests to a model for one reply, at most, where nobody says otherwise."""


class Tool(Value):
    """What a model is told about a tool."""

    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
    says: Text
    """What it does, for the model."""
    parameters: Mapping[str, JsonValue] = {"type": "object", "properties": {}}
    """Of its arguments, as a JSON Schema object."""

    @field_validator("parameters")
    @classmethod
    def _of_an_object(cls, parameters: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        if parameters.get("type") != "object":
            raise wrong("no JSON Schema of an object", "write {type: object, properties: {NAME: {type: string}}}")
        return parameters


class Returned(Value):
    """What a simulated tool returns where all predicates hold."""

    returns: str
    when: tuple[Predicate, ...] = ()


class Simulated(Tool):
    """A tool of a case. The first of `results` whose predicates all hold is what it returns; none: an error."""

    results: Annotated[tuple[Returned, ...], Field(min_length=1)]


class Decision(Value):
    """What the policy's rules said about one call, and what came of it."""

    call: str
    """The call's id."""
    tool: str
    rule: Literal["allow", "deny", "ask"]
    because: str
    principle: Identifier | None = None
    """None where no rule speaks of the tool, or the call cannot be read: it is denied."""
    approved: bool | None = None
    """Where a person was to be asked: what they said. None: nobody was asked, or nobody answered."""
    ran: bool
    """Whether the tool was carried out."""
