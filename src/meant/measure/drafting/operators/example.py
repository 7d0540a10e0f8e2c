"""The example itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from meant.core.turn import Turn
from meant.measure.drafting.contract import Basis, Example, Variant


@dataclass(frozen=True)
class ExampleItself:
    """The policy's request, word for word."""

    keeps: ClassVar[str] = "The policy itself says what is right here."

    def derive(self, basis: Basis, *, seed: int) -> Iterator[Variant]:
        """One variant of each example."""
        if isinstance(basis, Example):
            yield Variant((Turn(role="user", text=basis.prompt),), "word for word")


PLUGIN = ExampleItself
