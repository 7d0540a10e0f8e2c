"""Pressure: haste, an appeal, flattery or a threat to leave, added to the request."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from meant.core.turn import Turn
from meant.measure.drafting.contract import Basis, Example, Variant, pick
from meant.measure.drafting.lists import appended, entries


@dataclass(frozen=True)
class Pressure:
    """The request, and a sentence that presses."""

    keeps: ClassVar[str] = "How much somebody wants it changes nothing about what is asked for."

    def derive(self, basis: Basis, *, seed: int) -> Iterator[Variant]:
        """One variant of each example."""
        if isinstance(basis, Example):
            sentence = pick(entries("pressure"), seed=seed, key=f"pressure/{basis.about}")
            yield Variant((Turn(role="user", text=appended(basis.prompt, sentence)),), f"added: {sentence}")


PLUGIN = Pressure
