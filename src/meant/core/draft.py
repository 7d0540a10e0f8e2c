"""A Draft: a case that is proposed and not yet anybody's, with what it stands on. A person decides on it.

What a program derives from a policy's own text is bound to train: prompt and rubric hold that text.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Literal

from pydantic import Field, JsonValue

from meant.core.base import Value, content_id
from meant.core.policy import Policy, Text

Said = Literal["accept", "reject", "skip"]
Missing = Literal["answer", "checks", "prompt"]
HOLE = "‹"
"""In a prompt: here a person has something to fill in, as in `‹an order number›`."""

CaseLine = Mapping[str, JsonValue]
"""A case as a line of `cases.jsonl` holds it; of a draft, perhaps with something missing."""


class Drafter(Value):
    """What proposed it."""

    kind: Literal["operator", "system"]
    name: Text
    seed: int
    fingerprint: str | None = None
    """Of a system."""
    transcript: str | None = None
    """Of a system: the id of the stored reply that the proposal was read from."""


class Draft(Value):
    """One proposal."""

    case: CaseLine
    about: Text
    """Where in the policy it comes from, as in `principles.our-prices.dont[0]`."""
    by: Drafter
    why: Text
    """Why this is expected."""
    at: datetime
    """When, UTC."""
    unsure: str | None = None
    """What a person must look at before accepting it."""
    missing: tuple[Missing, ...] = ()
    """Without which it is no case yet."""

    @cached_property
    def id(self) -> str:
        """The content hash of the case: a draft that is made again is the same draft."""
        return content_id(dict(self.case))

    @property
    def name(self) -> str:
        """The case's name, unique among the drafts of a file."""
        return str(self.case.get("name", ""))

    @property
    def bound(self) -> bool:
        """Whether it may stand in train alone."""
        return self.by.kind == "operator"


class DraftHead(Value):
    """The first line of a file of drafts."""

    canary: str = Field(min_length=16)
    policy: Policy
    """That they were drafted under, whole."""


class Review(Value):
    """What was decided on one draft. The newest review of a draft is the one that counts."""

    draft: str
    """Its id."""
    said: Said
    at: datetime
    """UTC."""
    by: str | None
    """Who looked; None: nobody did, a command accepted it unread."""
    reason: str = ""
    case: CaseLine | None = None
    """As it was edited before it was accepted."""


def missing_of(case: CaseLine) -> tuple[Missing, ...]:
    """What the line lacks of a case that can be judged."""
    expect = case.get("expect")
    lacks: list[Missing] = []
    if expect in ("answer", "correct", "choice") and not case.get("answer"):
        lacks.append("answer")
    if expect in ("checks", "safe_complete") and not case.get("checks"):
        lacks.append("checks")
    if HOLE in said_by_user(case):
        lacks.append("prompt")
    return tuple(lacks)


def said_by_user(case: CaseLine) -> str:
    """The texts of the user's turns, one after another."""
    turns = case.get("turns")
    if not isinstance(turns, list):
        return str(case.get("prompt", ""))
    return "\n".join(str(t.get("text", "")) for t in turns if isinstance(t, dict) and t.get("role") == "user")
