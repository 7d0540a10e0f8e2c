"""The Policy: the one file that everything else reads.

A principle speaks on both sides of its line: what to do and what not to do, each with an example. A one-sided
principle is an error, because a rule that only forbids is met by a system that refuses everything.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from meant.core.base import Identifier, Noun, Text, Value, wrong
from meant.core.flow import Flow, Trust
from meant.core.predicate import OPERATORS, Predicate, Scalar
from meant.core.turn import Place

__all__ = [
    "DIMENSIONS",
    "OPERATORS",
    "Dimension",
    "Do",
    "Dont",
    "GateRules",
    "Identifier",
    "Pattern",
    "Policy",
    "Precedence",
    "Predicate",
    "Principle",
    "RedLine",
    "Scalar",
    "Severity",
    "Text",
    "ToolRule",
]

Severity = Literal["low", "medium", "high", "critical"]

DIMENSIONS = ("helpful", "honest", "harmless")


class Dimension(Value):
    """An axis that principles belong to, and its weight in a single score."""

    name: Identifier
    weight: Annotated[float, Field(ge=0)]
    """Relative: weights need not add up to 1."""
    means: Text


class Do(Value):
    """A request on the permitted side, and a good reply."""

    prompt: Text
    reply: Text


class Dont(Value):
    """A request on the forbidden side, the reply that would break the principle, and the one to give instead."""

    prompt: Text
    reply: Text
    instead: Text


class Principle(Value):
    """One rule, testable, with examples on both sides."""

    id: Identifier
    says: Text
    short: Text
    """One imperative sentence for the system prompt."""
    dimension: Identifier
    severity: Severity
    do: Annotated[tuple[Do, ...], Field(min_length=1)]
    dont: Annotated[tuple[Dont, ...], Field(min_length=1)]
    refuse_well: Text | None = None
    """How a good refusal sounds; null where nothing is ever refused."""
    safe_completion: Text | None = None
    """What to give instead of the whole, where a part can be given."""


class Precedence(Value):
    """When two principles collide, `over` wins."""

    over: Identifier
    under: Identifier
    because: Text


class ToolRule(Value):
    """What happens to a tool call. The first rule of a tool whose predicates all hold decides; none: deny."""

    tool: Text
    rule: Literal["allow", "deny", "ask"]
    """`ask`: a person decides."""
    because: Text
    principle: Identifier
    when: tuple[Predicate, ...] = ()


class Pattern(Value):
    """What is looked for in texts, by the guard `rules`. Exactly one of `match` and `phrases`."""

    id: Identifier
    principle: Identifier
    at: Annotated[tuple[Place, ...], Field(min_length=1)]
    match: Text | None = None
    """RE2, found somewhere in the text."""
    phrases: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    """Whole words, in any case, with any blanks between them."""
    longest: Annotated[int, Field(ge=1)] | None = None
    """A longer match is none, in characters. None: as the pattern says, which may be no limit."""
    then: Literal["block", "redact", "ask"]
    """`ask`: a person decides."""
    because: Text
    hits: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Texts in which it must be found."""
    misses: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Texts near the line in which it must not."""

    @model_validator(mode="after")
    def _one_way(self) -> "Pattern":
        if (self.match is None) == (self.phrases is None):
            raise wrong("it looks for nothing, or in two ways", "give exactly one of match, phrases")
        return self


class RedLine(Value):
    """Never, whatever anyone says."""

    id: Identifier
    says: Text
    principle: Identifier


class GateRules(Value):
    """What a candidate must show on gate cases. Fields without a default are the owner's to decide."""

    margin: Annotated[float, Field(gt=0, lt=1)]
    """Non-inferiority margin: by how much a share right may fall, as in 0.05 for five points."""
    decide_on: Literal["dimensions", "principles"]
    """Which rows must be "not worse" for a pass. Principles need far more cases."""
    undecided: Literal["fail", "warn"]
    """What an undecided outcome does to a build."""
    max_unscored: Annotated[float, Field(ge=0, le=1)]
    """Share of a row's cases without a verdict above which the row decides nothing."""
    margins: Mapping[str, Annotated[float, Field(gt=0, lt=1)]] = {}
    """Margins of their own, by dimension, `over_refusal`, `under_refusal`, or principle."""
    alpha: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    """Risk of failing a candidate that is as good, over all rows together; and of passing one that is worse by the
    margin."""
    looks: Annotated[int, Field(ge=1)] = 20
    """From how many candidates on, a warning that the cases wear out."""
    reserve: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    """Share of the gate's families that are kept back until `meant gate --reserve` opens them."""

    def margin_of(self, group: str) -> float:
        """The margin of a row."""
        return self.margins.get(group.removeprefix("principle/"), self.margin)


class Policy(Noun):
    """What is meant. `id` hashes the content, so that every artefact records which policy it was made under."""

    name: Identifier
    version: Text
    owner: Text
    purpose: Text
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1)]
    principles: Annotated[tuple[Principle, ...], Field(min_length=1)]
    precedence: tuple[Precedence, ...] = ()
    tools: tuple[ToolRule, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    """For the guard `rules`."""
    trust: Trust = Trust()
    """Which tools bring what others wrote, and what that may not decide."""
    flows: tuple[Flow, ...] = ()
    """What may no longer be called once something else has been."""
    red_lines: tuple[RedLine, ...] = ()
    gate: GateRules | None = None
    """None: `meant gate` asks for it."""

    def principle(self, id_: str) -> Principle:
        """The principle of this id. Raises KeyError that lists the ids."""
        for principle in self.principles:
            if principle.id == id_:
                return principle
        raise KeyError(f"no principle {id_!r}; there are: {', '.join(p.id for p in self.principles)}")
