"""Trust and Flows: what a policy says about calls that what others wrote may be behind.

A tool rule reads one call. Trust says whose words tools bring, and a Flow is a rule over a whole conversation: after
this, not that, unless. A Flow speaks on both sides of its line, as a principle does: a conversation that it stops, and
one that it lets pass. How they are enforced: the guard `tools`.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from meant.core.base import Identifier, Text, Value, wrong
from meant.core.predicate import Predicate

UNTRUSTED = "untrusted"
"""In the place of a tool's name: whatever brings words that nobody vouches for."""


class Trust(Value):
    """Which tools bring what others wrote, and what such words may not decide. Unsaid, none is trusted."""

    results: tuple[Text, ...] = ()
    """Tools whose results are trusted: nobody but the owner and the user can write into what they return."""
    reads: tuple[Text, ...] = ()
    """Tools whose calls change nothing and reach nobody outside: what others wrote may decide about these."""
    matters: Mapping[Text, tuple[Text, ...]] = {}
    """By tool, the arguments whose values must be accounted for. A tool that is not named: by what they look like."""
    from_named: Mapping[Text, tuple[Text, ...]] = {}
    """By tool, the arguments that may be taken from a document which the user named."""
    asked_by: Mapping[Text, tuple[Text, ...]] = {}
    """By tool, the words by which a user asks for it. One that is not named: the words of its name, and their kin."""


class Unless(Value):
    """What excuses a call. All that is said must hold; an argument named twice may have either origin."""

    where: tuple[Predicate, ...] = ()
    from_user: tuple[Text, ...] = ()
    """Arguments whose values occur in what the user said."""
    from_trusted: tuple[Text, ...] = ()
    """Arguments whose values occur in trusted results."""
    from_named: tuple[Text, ...] = ()
    """Arguments whose values are in a document that the user named as the source."""

    @model_validator(mode="after")
    def _says_something(self) -> "Unless":
        if not (self.where or self.from_user or self.from_trusted or self.from_named):
            raise wrong(
                "an exception that says nothing", "give where, from_user, from_trusted or from_named, or leave it out"
            )
        return self


class Call(Value):
    """A call in an example."""

    tool: Text
    arguments: Mapping[str, JsonValue] = {}


class Brought(Value):
    """A result in an example."""

    tool: Text
    text: str
    arguments: Mapping[str, JsonValue] = {}
    """Of the call that it answers."""


class Trace(Value):
    """A short conversation that ends in a call."""

    user: Text
    results: tuple[Brought, ...] = ()
    """What had been brought before the call, in order."""
    call: Call


class Flow(Value):
    """After a result of one of these, no call of one of those, unless."""

    after: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Names of tools, or `untrusted` for all whose results nobody vouches for."""
    tools: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Which calls."""
    then: Literal["ask", "deny"]
    """`ask`: a person decides."""
    because: Text
    principle: Identifier
    unless: tuple[Unless, ...] = ()
    """Any of these excuses the call. None: nothing does."""
    stops: Annotated[tuple[Trace, ...], Field(min_length=1)]
    """Conversations whose call it stops."""
    passes: Annotated[tuple[Trace, ...], Field(min_length=1)]
    """Conversations whose call it lets pass."""
