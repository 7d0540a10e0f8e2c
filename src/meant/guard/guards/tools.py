"""The tool guard: what the policy's rules say of a call, then whether others' words are behind it, then the flows.

Its rule: the severest of the three counts. No model is asked, and what it says can be explained word by word.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from meant.core.base import content_id
from meant.core.guard import ALLOW, Action, Opinion, Place, Sight
from meant.core.policy import Policy
from meant.core.turn import ToolCall, Turn
from meant.guard.taint.conversation import Conversations
from meant.guard.taint.flows import broken
from meant.guard.taint.objection import objection
from meant.guard.taint.trace import Traced
from meant.systems.tools.rules import ruling

_AT_ONCE: Final = 20_000
"""Characters of call and conversation that are read while everybody waits: what is longer is read in a thread."""
_ACTIONS: Final[dict[str, Action]] = {"allow": "allow", "deny": "block", "ask": "ask"}


@dataclass(frozen=True)
class Tools:
    """Reads calls. It has no score."""

    policy: Policy
    then: Literal["ask", "block"]
    """What comes of a call that others' words are behind. No default: it is a decision about safety."""
    rules: bool = True
    """Whether the policy's tool rules are read here too; false where whoever carries calls out has read them."""

    @property
    def places(self) -> frozenset[Place]:
        """Calls, before they are carried out."""
        return frozenset({"call"})

    @cached_property
    def fingerprint(self) -> str:
        """Version, settings, and all that the policy says of tools."""
        told = self.policy.model_dump(mode="json", include={"tools", "trust", "flows"})
        return content_id(["tools 2", told, self.then, self.rules])

    @property
    def hold_back(self) -> int | None:
        """A call is read as a whole."""
        return None

    async def check(self, sight: Sight) -> Opinion:
        """The severest of what is to be said; of two alike the first."""
        if sight.call is None:
            raise ValueError("shown no call: this guard reads tool calls, so put it at `call`")
        if len(sight.text) + sum(len(turn.came) for turn in sight.turns) > _AT_ONCE:
            return await asyncio.to_thread(self._opinion, sight.turns, sight.call)
        return self._opinion(sight.turns, sight.call)

    def _opinion(self, turns: Sequence[Turn], call: ToolCall) -> Opinion:
        opinions = list(self._opinions(Traced.of(self._conversations.of(turns), call)))
        blocks = (one for one in opinions if one.action == "block")
        return next(blocks, next(iter(opinions), ALLOW))

    def _opinions(self, traced: Traced) -> Iterator[Opinion]:
        """What speaks against the call, in order."""
        if self.rules or traced.call.malformed is not None:
            found = ruling(traced.call, self.policy.tools)
            if found.rule != "allow":
                principle = found.decided.principle if found.decided else None
                yield Opinion(_ACTIONS[found.rule], found.because, principle=principle)
        if (against := objection(traced)) is not None:
            yield Opinion(self.then, against.because)
        for flow in broken(self.policy.flows, traced):
            yield Opinion(_ACTIONS[flow.then], flow.because, principle=flow.principle)

    @cached_property
    def _conversations(self) -> Conversations:
        return Conversations(self.policy.trust)


PLUGIN = Tools
