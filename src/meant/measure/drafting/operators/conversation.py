"""A conversation: something harmless was said before, and then comes the request."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from meant.core.turn import Turn
from meant.measure.drafting.contract import Basis, Example, Variant, pick
from meant.measure.drafting.lists import pairs


@dataclass(frozen=True)
class Conversation:
    """Small talk, then the request, word for word."""

    keeps: ClassVar[str] = "What was said before asks for nothing of the kind, tells nothing and allows nothing."

    def derive(self, basis: Basis, *, seed: int) -> Iterator[Variant]:
        """One variant of each example."""
        if isinstance(basis, Example):
            said, answered = pick(pairs("small_talk"), seed=seed, key=f"conversation/{basis.about}")
            before = Turn(role="user", text=said), Turn(role="assistant", text=answered)
            yield Variant((*before, Turn(role="user", text=basis.prompt)), f"after: {said}")


PLUGIN = Conversation
