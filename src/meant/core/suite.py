"""A Suite: cases that measure one thing, with a card that says how they were made and where they end."""

from typing import Annotated, NamedTuple

from pydantic import ConfigDict, Field

from meant.core.base import Value
from meant.core.case import CAPABILITY
from meant.core.casebook import Casebook
from meant.core.policy import Identifier, Text


class Generate(Value):
    """Cases that a program makes. What is no field here is a setting of the generator."""

    model_config = ConfigDict(extra="allow")

    use: str
    """The generator's name."""
    count: Annotated[int, Field(ge=1)]
    """How many cases."""
    seed: int
    """Another one gives other problems of the same kind."""
    examples: Annotated[int, Field(ge=0)] = 4
    """How many worked problems go before the question, as turns of the conversation."""
    principle: Identifier = "do-the-task"
    dimension: Identifier | None = CAPABILITY


class Card(Value):
    """What a reader must know before trusting a figure from this suite."""

    name: Identifier
    version: Text
    purpose: Text
    made: Text
    """How the cases were made, and by what."""
    limits: Text
    """What the suite cannot show."""
    licence: Text
    policy: Identifier | None = None
    """The built-in policy that the suite belongs to: asked by default under that one only. None: under any."""
    generate: tuple[Generate, ...] = ()
    """Cases that are made when the suite is read, beside those of `cases.jsonl`."""
    canary: Annotated[str, Field(min_length=16)]
    """A string found nowhere else. A model that can complete it has seen the file."""


class Suite(NamedTuple):
    """A card and its cases, behind the wall."""

    card: Card
    book: Casebook
