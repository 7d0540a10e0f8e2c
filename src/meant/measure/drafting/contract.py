"""What an operator is: it makes a variant of what stands in a policy, and can say why the expectation still holds.

Its rule: the expectation is never an operator's to change. Where it cannot be sure that the old one still holds, the
variant says so in `unsure`, and a person looks. To add one: a module in `operators/` that ends in `PLUGIN = TheClass`,
and a test with `meant.testing.check_operator`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Literal, NamedTuple, Protocol, TypeVar

from meant.core.case import Expect
from meant.core.check import Answer
from meant.core.policy import Policy, Principle, ToolRule
from meant.core.tool import Simulated
from meant.core.turn import Turn
from meant.measure.drafting.labels import rule_label
from meant.plugins import Kind

T = TypeVar("T")
Side = Literal["do", "dont"]


class Expected(NamedTuple):
    """What a system should do, and why."""

    expect: Expect
    why: str
    answer: Answer | None = None
    unsure: str | None = None


class Answered(NamedTuple):
    """An example's request, answered as it should be."""

    prompt: str
    good: str


class Example(NamedTuple):
    """One example of a principle."""

    principle: Principle
    side: Side
    number: int
    """From 1."""
    prompt: str
    good: str
    """The reply to give."""
    expected: Expected
    other: Answered
    """On the other side of the line: the example of the same number, or the last there is."""

    @property
    def about(self) -> str:
        """Where it stands in the policy."""
        return f"principles.{self.principle.id}.{self.side}[{self.number - 1}]"

    @property
    def root(self) -> str:
        """The two sides of one number are twins, so they share a root."""
        return f"{self.principle.id}-{self.number}"


class Rule(NamedTuple):
    """One tool rule."""

    policy: Policy
    rule: ToolRule
    number: int
    """From 1, among the rules of its tool."""
    side: Side
    expected: Expected

    @property
    def principle(self) -> Principle:
        """That it serves."""
        return self.policy.principle(self.rule.principle)

    @property
    def about(self) -> str:
        """Where it stands in the policy."""
        return f"tools.{self.label}"

    @property
    def root(self) -> str:
        """The rules of one tool are one family."""
        return f"tool-{self.rule.tool}"

    @property
    def label(self) -> str:
        """What the slice `tool_rule` of a case calls it."""
        return rule_label(self.rule, self.number)


Basis = Example | Rule


class Variant(NamedTuple):
    """What an operator made of a basis."""

    turns: tuple[Turn, ...]
    how: str
    """What was changed, in a few words."""
    unsure: str | None = None
    """Why the expectation may not hold here."""
    tools: tuple[Simulated, ...] = ()
    slices: Mapping[str, str] = {}


class Operator(Protocol):
    """Makes variants."""

    keeps: ClassVar[str]
    """Why the expectation holds after the change, in one sentence."""

    def derive(self, basis: Basis, *, seed: int) -> Iterable[Variant]:
        """Variants of one basis, the same for one seed; none where it has nothing to change."""
        ...


OPERATORS: Kind[Operator] = Kind(name="operator", folder="meant.measure.drafting.operators", method="derive")


def pick(options: Sequence[T], *, seed: int, key: str) -> T:
    """One of the options, the same for one seed and key on any machine."""
    digest = hashlib.sha256(f"{seed}/{key}".encode()).hexdigest()
    return options[int(digest, 16) % len(options)]
