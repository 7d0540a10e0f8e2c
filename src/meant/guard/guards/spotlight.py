"""Spotlighting: marks what a tool or a document brought as data, and looks for orders to the model in it.

Its rule: everything that was retrieved is marked, whatever it looks like; what looks like orders is marked, blocked or
asked about, as the owner says.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from meant.core.base import content_id
from meant.core.guard import ALLOW, Edit, Opinion, Place, Sight
from meant.core.span import Span
from meant.guard.injection import marking
from meant.guard.injection.signs import THRESHOLD, score


@dataclass(frozen=True)
class Spotlight:
    """Its score is how much the text looks like orders to a model, 0..1."""

    then: Literal["mark", "block", "ask"]
    """What comes of a text from the threshold on. No default: it is a decision about safety."""
    manner: marking.Manner = "datamark"
    """How a text is marked: `delimit`, `datamark` or `encode`."""
    threshold: Annotated[float, Field(gt=0, le=1)] = THRESHOLD

    @property
    def places(self) -> frozenset[Place]:
        """What a tool or a document brought."""
        return frozenset({"retrieved"})

    @cached_property
    def fingerprint(self) -> str:
        """Version and settings."""
        return content_id(["spotlight 1", self.then, self.manner, self.threshold])

    @property
    def hold_back(self) -> int | None:
        """It reads no reply."""
        return None

    @property
    def instruction(self) -> str:
        """What the marks mean, for the model."""
        return marking.instruction(self.manner)

    async def check(self, sight: Sight) -> Opinion:
        """Rewritten with its marks, or stopped; what is empty or marked already passes, unless it is to be stopped."""
        found = score(marking.unmarked(sight.text))
        reason = f"looks like orders: {', '.join(found.kinds)}" if found.value >= self.threshold else ""
        if reason and self.then != "mark":
            return Opinion("block" if self.then == "block" else "ask", reason, score=found.value)
        if not sight.text.strip() or marking.is_marked(sight.text):
            return ALLOW
        edit = Edit(Span(0, len(sight.text)), marking.marked(sight.text, self.manner, salt=self.fingerprint))
        return Opinion("rewrite", reason or "marked as data", score=found.value, edits=(edit,))


PLUGIN = Spotlight
