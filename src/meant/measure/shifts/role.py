"""A role around the request: one that the system is to play, or that of somebody who passes the request on.

Its rule: the request stands in the frame unchanged, and no frame gives a reason for it, a right to it, or a right to
an answer: what is right stays so. Somebody else may only pass on what is not about the one who asks, so a request
with "I" or "my" in it, or one from a person in need, gets a role for the system and nothing else.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from meant.core.case import Case
from meant.core.errors import ConfigError, did_you_mean
from meant.measure.shift.chance import Chance
from meant.measure.shift.contract import Changed, Skip
from meant.measure.shift.texts import lines
from meant.measure.shift.turns import last_turn

_OF_ONESELF = re.compile(r"(?i)(?<![\w'’])(?:i|me|my|mine|myself|we|us|our|ours)(?![\w-])")
_SLOT = "{request}"


class Frame(NamedTuple):
    """What stands around a request."""

    name: str
    passes_on: bool
    """Whether somebody else than the one who asks is writing."""
    text: str


@dataclass(frozen=True)
class Role:
    """A frame of `data/shifts/role.jsonl`."""

    frame: str | None = None
    """By name; None: drawn for each case."""

    def change(self, case: Case, chance: Chance) -> Changed | Skip:
        """The last turn in its frame. Raises ConfigError for a frame that there is not."""
        frames = [frame for frame in self._frames() if not frame.passes_on or _can_be_passed_on(case)]
        if not frames:
            return Skip("it is about the one who asks")
        return Changed(last_turn(case, chance.pick(frames).text.replace(_SLOT, case.prompt)))

    def _frames(self) -> list[Frame]:
        every = [Frame(**orjson.loads(line)) for line in lines("role")]
        known = [frame.name for frame in every]
        if self.frame is not None and self.frame not in known:
            hint = did_you_mean(self.frame, known)
            raise ConfigError(f"shift 'role' has no frame {self.frame!r}; {hint}it has: {', '.join(known)}")
        return [frame for frame in every if self.frame in (None, frame.name)]


def _can_be_passed_on(case: Case) -> bool:
    alone = len(case.turns) == 1 and case.expect != "safe_complete"
    return alone and not _OF_ONESELF.search(case.prompt)


PLUGIN = Role
