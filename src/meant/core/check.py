"""Checks: what a program can verify about a reply or the calls before it. Closed data; `judge/checks/` evaluates it.

To add one: a class here with its own `use`, its place in the `Check` union, and its reading in `judge/checks/`.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from meant.core.base import Value, wrong
from meant.core.policy import Predicate, Text

Words = Annotated[tuple[str, ...], Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]


class Range(Value):
    """A count within bounds, both included; at least one bound."""

    min: Count | None = None
    max: Count | None = None

    @model_validator(mode="after")
    def _bounded(self) -> "Range":
        if self.min is None and self.max is None:
            raise wrong("no bound", "give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise wrong(f"min {self.min} is above max {self.max}", "swap them")
        return self


class Contains(Value):
    """`any` of the texts, or `all` of them, as whole words."""

    use: Literal["contains"]
    any: Words | None = None
    all: Words | None = None
    ignore_case: bool = True

    @model_validator(mode="after")
    def _one_of_two(self) -> "Contains":
        if (self.any is None) == (self.all is None):
            raise wrong("needs exactly one of any and all", "give one of the two lists")
        return self


class Excludes(Value):
    """None of the texts, as whole words, in any case."""

    use: Literal["excludes"]
    any: Words


class Matches(Value):
    """A regular expression (RE2 syntax, linear time) found somewhere in the reply."""

    use: Literal["matches"]
    regex: str
    """`meant check` compiles it; RE2 has no look-around and no back-references."""


class WordCount(Range):
    """How many words."""

    use: Literal["words"]


class LineCount(Range):
    """How many non-empty lines."""

    use: Literal["lines"]


class ItemCount(Range):
    """How many bulleted or numbered list items."""

    use: Literal["items"]


class SentenceCount(Range):
    """How many sentences."""

    use: Literal["sentences"]


class Occurrences(Range):
    """How often a regular expression (RE2 syntax) is found, without overlaps. With `max: 0`, not at all."""

    use: Literal["occurrences"]
    regex: str
    """`meant check` compiles it."""


class Parts(Range):
    """How many parts a divider cuts the reply into; empty ones at its ends do not count, and no other is empty."""

    use: Literal["parts"]
    divider: Annotated[str, Field(min_length=1)] | None = None
    """A text, as in "***"; by default blank lines, and the parts are paragraphs."""
    distinct: bool = False
    """No two parts are the same."""


class Json(Value):
    """The reply, or the one fenced block in it, parses as JSON of this kind with these keys."""

    use: Literal["json"]
    kind: Literal["object", "array", "any"] = "object"
    """`any` is any JSON value; keys are then looked for as in what it turns out to be."""
    keys: tuple[str, ...] = ()


class Starts(Value):
    """Begins with the text."""

    use: Literal["starts"]
    text: str


class Ends(Value):
    """Ends with the text."""

    use: Literal["ends"]
    text: str


class Letters(Value):
    """Every letter is in this case."""

    use: Literal["letters"]
    case: Literal["upper", "lower"]


class English(Value):
    """Reads as English: neither its letters nor its small words are mostly those of another language."""

    use: Literal["english"]


class Number(Value):
    """The last number in the reply is this one, give or take the tolerance."""

    use: Literal["number"]
    value: float
    tolerance: Annotated[float, Field(ge=0)] = 0.0


class Called(Range):
    """How often the system attempted to call a tool, after the case's own turns; with `max: 0`, not at all."""

    use: Literal["called"]
    tool: Text
    where: tuple[Predicate, ...] = ()
    """On the arguments; a call counts where all hold."""
    ran: bool | None = None
    """Count only calls that were carried out (true), or that were not (false)."""


Check = Annotated[
    Contains
    | Excludes
    | Matches
    | Occurrences
    | WordCount
    | SentenceCount
    | LineCount
    | ItemCount
    | Parts
    | Json
    | Starts
    | Ends
    | Letters
    | English
    | Number
    | Called,
    Field(discriminator="use"),
]


class Answer(Value):
    """What counts as the right answer: any of the accepted texts, or a number within its tolerance."""

    accept: tuple[str, ...] = ()
    number: float | None = None
    tolerance: Annotated[float, Field(ge=0)] = 0.0

    @model_validator(mode="after")
    def _something(self) -> "Answer":
        if not self.accept and self.number is None:
            raise wrong("no right answer", "give accept, number or both")
        return self
