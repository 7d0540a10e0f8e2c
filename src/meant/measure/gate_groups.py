"""Which cases each row of the gate is about, and which rows decide: known of cases without reading what they say."""

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from meant.core.case import CAPABILITY
from meant.core.policy import GateRules, Policy

SIDES = {"over_refusal": "comply", "under_refusal": "refuse"}
"""Rows for the two sides of refusal, by what their cases expect."""


class Placed(Protocol):
    """A case, or its outline."""

    @property
    def principle(self) -> str:
        """Id of the principle that it is about."""
        ...

    @property
    def dimension(self) -> str | None:
        """Where it counts, if not where its principle does."""
        ...

    @property
    def expect(self) -> str:
        """What is expected of a reply."""
        ...


P = TypeVar("P", bound=Placed)


def groups_of(cases: Sequence[P], policy: Policy, rules: GateRules) -> Iterator[tuple[str, list[P], bool]]:
    """Name, cases and whether it decides, of each row that has a case.

    A row a dimension, one for capability, a row a side of refusal and a row a principle, in this order.
    """
    by_dimensions = rules.decide_on == "dimensions"
    of = {p.id: p.dimension for p in policy.principles}
    lawful = [c for c in cases if c.dimension != CAPABILITY]
    found = [
        *((d.name, [c for c in cases if (c.dimension or of.get(c.principle)) == d.name]) for d in policy.dimensions),
        (CAPABILITY, [c for c in cases if c.dimension == CAPABILITY]),
    ]
    yield from ((name, mine, by_dimensions) for name, mine in found if mine)
    sides = ((name, [c for c in lawful if c.expect == expect]) for name, expect in SIDES.items())
    yield from ((name, mine, True) for name, mine in sides if mine)
    for principle in dict.fromkeys(c.principle for c in lawful):
        yield f"principle/{principle}", [c for c in lawful if c.principle == principle], not by_dimensions
