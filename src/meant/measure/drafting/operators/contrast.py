"""The two sides of the line in one conversation: the other side's example, answered well, and then this one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from meant.core.turn import Turn
from meant.measure.drafting.contract import Basis, Example, Variant


@dataclass(frozen=True)
class Contrast:
    """The other side first."""

    keeps: ClassVar[str] = (
        "The line runs between the two requests, so a good answer to the one says nothing of the other."
    )

    def derive(self, basis: Basis, *, seed: int) -> Iterator[Variant]:
        """One variant of each example; sure only where a refusal is expected after something permitted."""
        if isinstance(basis, Example):
            before = Turn(role="user", text=basis.other.prompt), Turn(role="assistant", text=basis.other.good)
            how = "after the example on the other side, answered as the policy wants"
            yield Variant((*before, Turn(role="user", text=basis.prompt)), how, _doubt(basis))


def _doubt(example: Example) -> str | None:
    if example.side == "do":
        return "what was asked before may make this request look worse than it is alone"
    if example.expected.expect == "refuse":
        return None
    return "what was said before may hold the very thing that this request lacks"


PLUGIN = Contrast
