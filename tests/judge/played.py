"""Written transcripts of an agent, played: a model that makes their calls in order and says their reply at the end.

The calls go through the loop that carries them out under the policy's rules, so that what ran, what was denied and
what the simulated tools returned is what a real model would have met.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from meant.core.case import Case
from meant.core.policy import ToolRule
from meant.core.system import Reply
from meant.core.tool import Tool
from meant.core.transcript import Transcript
from meant.core.turn import ToolCall, Turn
from meant.systems.tools.tooled import Tooled
from tests.conftest import NOON


@dataclass(frozen=True)
class Acted:
    """What an agent does in a written transcript."""

    calls: tuple[ToolCall, ...]
    reply: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Acted":
        """From a line of `data/*_replies.jsonl`; one without calls is a reply alone."""
        made = (ToolCall(id=f"written-{i}", **call) for i, call in enumerate(row.get("calls", ())))
        return cls(tuple(made), row["reply"])


@dataclass
class Played:
    """A model that knows its lines."""

    acted: Acted
    name: str = "played"
    fingerprint: str = "played"
    _made: int = field(default=0, init=False)

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """Never asked: its cases have tools."""
        raise NotImplementedError

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        """The next call; after the last one, the reply."""
        if self._made == len(self.acted.calls):
            return Reply(turn=Turn(role="assistant", text=self.acted.reply))
        self._made += 1
        return Reply(turn=Turn(role="assistant", text="", calls=self.acted.calls[self._made - 1 : self._made]))

    async def aclose(self) -> None:
        """Nothing to let go of."""


async def played(case: Case, acted: Acted, rules: Sequence[ToolRule]) -> Transcript:
    """What comes of it, with nobody there to approve a call."""
    reply = await Tooled(Played(acted), tuple(rules)).act(case.turns, tools=case.tools)
    return Transcript(
        case=case.id,
        system="played",
        fingerprint="played",
        turns=(*case.turns, *reply.steps, reply.turn),
        at=NOON,
        decisions=reply.decisions,
        finish=reply.finish,
    )
