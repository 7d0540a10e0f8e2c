"""What a cascade comes to, and what it would without one of its layers, from what each said by itself.

Its rule is the cascade's own (`cascade.py`): one that stops the text ends it, one that is asked only where others are
unsure is passed over where nobody is, and what nobody could tell is as `unresolved` says. A rewriting is taken to
change nobody's mind: each layer was asked about the words as they came.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from meant.core.guard import GuardDecision
from meant.core.turn import Turn
from meant.guard.alone import sights_of
from meant.guard.layer import Layer
from meant.guard.screening import Unresolved

Part = Mapping[str, GuardDecision]
"""By layer, what it said of one turn."""


class Alone(NamedTuple):
    """The layers, each of which was asked alone."""

    layers: Sequence[Layer]
    unresolved: Unresolved

    def parts(self, turns: Sequence[Turn], decisions: Sequence[GuardDecision]) -> list[Part]:
        """What `asked_alone` gave, by turn."""
        said = {one.name: iter([d for d in decisions if d.guard == one.name]) for one in self.layers}
        return [
            {one.name: next(said[one.name]) for one in self.layers if sight.place in one.at}
            for sight in sights_of(turns)
        ]

    def stops(self, parts: Sequence[Part], *, without: str = "", enforcing: str = "") -> bool:
        """Whether the enforced layers stop any of it; `enforcing` one in shadow too, or `without` one."""
        kept = [one for one in self.layers if one.name != without and (one.mode == "enforce" or one.name == enforcing)]
        return any(self._stops(part, kept) for part in parts)

    def _stops(self, part: Part, layers: Sequence[Layer]) -> bool:
        unsure = False
        for one in layers:
            said = part.get(one.name)
            if said is None or (one.only_if_unsure and not unsure):
                continue
            if said.objects:
                return True
            unsure = said.action == "escalate" or (unsure and not one.only_if_unsure)
        return unsure and self.unresolved != "allow"
