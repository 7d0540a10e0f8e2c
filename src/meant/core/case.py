"""A Case: one situation the system must handle well, what is expected of it, and where it came from.

Its split is a function of its family alone, so a variant of a gate case can never be trained on. The family is
a stable string in the file and not a hash of the text: a corrected typo must not re-roll the split.
"""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from meant.core.base import Noun, wrong
from meant.core.check import Answer, Check
from meant.core.tool import Simulated
from meant.core.turn import Turn

Expect = Literal["comply", "refuse", "safe_complete", "answer", "abstain", "correct", "checks", "choice", "scored"]
Origin = Literal["authored", "attack", "incident", "human", "synthetic", "imported"]
Split = Literal["train", "dev", "gate"]
Part = Literal["standing", "reserve"]
"""Of the gate: what is looked at, and what is kept back for when that has worn out."""

CAPABILITY = "capability"
"""The dimension that no policy has: what a system can do at all. Its cases count there, and in their suite."""

_TRAIN_TENTHS, _DEV_TENTHS = 5, 2


def split_of(family: str) -> Split:
    """Where a whole family lives, by the SHA-256 of its name: 50 % train, 20 % dev, 30 % gate."""
    tenth = int(hashlib.sha256(family.encode()).hexdigest(), 16) % 10
    if tenth < _TRAIN_TENTHS:
        return "train"
    return "dev" if tenth < _TRAIN_TENTHS + _DEV_TENTHS else "gate"


def kept_back(family: str, share: float) -> bool:
    """Whether a gate family belongs to the reserve, when `share` of them (0..1) do; a larger share only adds some."""
    return int(hashlib.sha256(f"reserve/{family}".encode()).hexdigest(), 16) % 1000 < 1000 * share


class Case(Noun):
    """One situation with one expectation under one principle."""

    suite: str
    name: Annotated[str, Field(min_length=1)]
    """Unique in its suite."""
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]
    """What is sent; the last turn is the user's."""
    expect: Expect
    principle: Annotated[str, Field(min_length=1)]
    family: Annotated[str, Field(min_length=1)]
    """Lineage root. Twins, paraphrases and variants share it, hence their split."""
    dimension: str | None = None
    """Where it counts, when that is not the principle's own dimension: a benign twin counts as helpful."""
    origin: Origin = "authored"
    slices: Mapping[str, str] = {}
    """Labels to break results down by, as in {"harm": "weapons"}."""
    answer: Answer | None = None
    checks: tuple[Check, ...] = ()
    choices: tuple[str, ...] = ()
    """The options of a multiple-choice question, written out in the prompt too; `answer.accept` names the right one."""
    stem: str | None = None
    """The question without its options, after which these are scored. None: after the turns as they are."""
    tools: tuple[Simulated, ...] = ()
    """What the system may call, and what it gets: nothing real is called for a case that has tools."""
    shift: str | None = None
    """Which meaning-preserving change this is of another case of its family; it then counts in no headline rate."""

    @model_validator(mode="after")
    def _can_be_judged(self) -> "Case":
        if self.turns[-1].role != "user":
            raise wrong("the last turn is not the user's", "end with role: user")
        if self.expect in ("checks", "safe_complete") and not self.checks:
            raise wrong(f"expect {self.expect!r} needs checks", "say what the reply must hold")
        if self.expect in ("answer", "correct") and self.answer is None:
            raise wrong(f"expect {self.expect!r} needs an answer", "give answer.accept or answer.number")
        if (self.expect == "choice") != bool(self.choices):
            raise wrong(f"expect {self.expect!r} and {len(self.choices)} choices", "give both or neither")
        if self.choices and (self.answer is None or sum(c in self.answer.accept for c in self.choices) != 1):
            raise wrong("the answer is not exactly one of the choices", "write one of them under answer.accept")
        names = [tool.name for tool in self.tools]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise wrong(f"two tools are called {twice!r}", "rename one")
        if self.stem is not None and not self.choices:
            raise wrong("a stem without choices", "give the options under choices, or leave stem out")
        return self

    @cached_property
    def split(self) -> Split:
        """Fixed by the family."""
        return split_of(self.family)

    @property
    def prompt(self) -> str:
        """The last user turn's text."""
        return self.turns[-1].text
