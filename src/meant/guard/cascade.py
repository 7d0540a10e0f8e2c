"""The cascade: all the guards of a system as one, the cheapest asked first, and nobody asked in vain.

Layers are asked in order. One that stops the text ends it: none after it is asked. One that rewrites it shows the
others the new words. One that cannot tell ("escalate") leaves it to the layers after it that are `only_if_unsure`;
where none of them settles it, `unresolved` does. That one layer allows something does not spare it the others. A layer
in shadow is asked beside all that, is waited for by nobody and changes nothing.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from meant.core.approval import Approver
from meant.core.base import content_id
from meant.core.guard import Place, Screened, Sight
from meant.guard.contract import Instructs, Recalls
from meant.guard.layer import Layer
from meant.guard.screening import Glance, Screening, Unresolved

Groups = tuple[tuple[Layer, ...], ...]
"""Layers that are asked at the same time, and these in order."""


@dataclass(frozen=True)
class Cascade:
    """The layers, and what holds for all of them."""

    layers: tuple[Layer, ...]
    """In the order in which they are asked."""
    unresolved: Unresolved
    """What comes of it when nobody could tell."""
    budget_s: float | None = None
    """For one part of a conversation, without the time that a person takes. What is not said by then is "escalate"."""
    approver: Approver | None = None
    """Whom a layer may ask. None: nobody, and nothing is approved."""
    shadow_wait_s: float = 0.0
    """How long the end of a streamed reply, all of it told but that it ends, waits for layers in shadow."""
    look_back: int = 500
    """Characters of what has gone out that guards see again at least, for one that reaches further than it says."""

    async def screen(self, sight: Sight) -> Screened:
        """What the layers say together of a text that is whole."""
        return await self._screening(sight).run(self._groups.get(sight.place, ()))

    async def glance(self, sight: Sight) -> Glance:
        """The same with all the edits; of a text that goes on, what can be said by now (`screening.py`)."""
        return await self._screening(sight).glance(self._groups.get(sight.place, ()))

    async def recall(self, sight: Sight) -> Screened | None:
        """What the layers say that look at earlier replies too, of one of these; None: there are no such layers."""
        return await self._screening(sight).run(self._recalling) if self._recalling else None

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever what it lets through, or what it records, may."""
        layers = [[one.guard.fingerprint, one.name, sorted(one.at), one.on_error, one.mode] for one in self.layers]
        asked = [[one.timeout_s, one.only_if_unsure, one.beside_previous] for one in self.layers]
        return content_id(["cascade 1", layers, asked, self.unresolved, self.budget_s])

    @cached_property
    def instruction(self) -> str | None:
        """What its guards need the model to be told; of those in shadow, nothing."""
        enforced = [one.guard for one in self.layers if one.mode == "enforce"]
        told = [guard.instruction for guard in enforced if isinstance(guard, Instructs)]
        return "\n\n".join(told) or None

    @cached_property
    def enforces(self) -> bool:
        """Whether any layer may change what a client sees."""
        return any(one.mode == "enforce" for one in self.layers)

    @cached_property
    def hold_back(self) -> int | None:
        """How much of a streamed reply's end is kept back, in characters; None: all of it, until it is whole.

        The sum over the layers that are always asked, since each may see words that the one before it will still
        rewrite; where words were cut out, it comes to more. One that is asked only where others are unsure holds back
        when it is asked; if it must see the whole, nothing goes out from then on.
        """
        always = [one for one in self.layers if one.mode == "enforce" and not one.only_if_unsure]
        reaches = [one.guard.hold_back for one in always if "output" in one.at]
        known = [reach for reach in reaches if reach is not None]
        return sum(known) if len(known) == len(reaches) else None

    def _screening(self, sight: Sight) -> Screening:
        deadline = None if self.budget_s is None else time.perf_counter() + self.budget_s
        return Screening(sight, self.unresolved, self.approver, deadline)

    @cached_property
    def _recalling(self) -> Groups:
        at_input = [one for one in self.layers if "input" in one.at]
        return _groups([one for one in at_input if isinstance(one.guard, Recalls) and one.guard.recalls])

    @cached_property
    def _groups(self) -> dict[Place, Groups]:
        """By place."""
        places: tuple[Place, ...] = ("input", "retrieved", "call", "output")
        return {place: _groups([one for one in self.layers if place in one.at]) for place in places}


def _groups(layers: Sequence[Layer]) -> Groups:
    groups = list[tuple[Layer, ...]]()
    for one in layers:
        if one.beside_previous and groups:
            groups[-1] += (one,)
        else:
            groups.append((one,))
    return tuple(groups)
