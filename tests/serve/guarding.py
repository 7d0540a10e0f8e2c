"""A model that says what it is told to, behind a guard whose truth is known: what may go out is known as well."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from meant.core.approval import Question
from meant.core.guard import OnError
from meant.core.request import Request
from meant.core.system import Delta, Finish, Reply
from meant.core.turn import Turn
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from meant.systems.conversing import pieces_of
from tests.guard.fakes import Does, Finds, layer
from tests.serve.pieces import Part, deltas, reply_of

SECRET, INSTEAD, REFUSAL = "SECRET", "[X]", "I cannot say that."


@dataclass(frozen=True)
class Talks:
    """Says these parts, cut like this where it is asked to stream."""

    parts: tuple[Part, ...]
    cuts: tuple[int, ...] = (3,)
    finish: Finish = "tool_calls"
    """Of a reply with calls."""
    name: str = "talks"
    fingerprint: str = "talks"

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        reply = reply_of(list(self.parts))
        return reply.model_copy(update={"finish": self.finish}) if reply.turn.calls else reply

    async def converse(self, request: Request) -> AsyncIterator[Delta]:
        reply = await self.reply(request.turns)
        if not request.stream or self.finish != "tool_calls":
            for delta in pieces_of(reply):
                yield delta
            return
        for delta in deltas(list(self.parts), list(self.cuts)):
            yield delta
        yield Delta(text="", reply=reply)

    async def aclose(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True)
class Answers:
    """A person who always says the same."""

    says: bool | None

    async def approve(self, question: Question) -> bool | None:
        return self.says


class Outcome(NamedTuple):
    """What a guard does with the secret, and what comes of it."""

    does: Does
    on_error: OnError = "block"
    approves: bool | None = None
    passes: bool = False
    """Whether the secret may go out after all."""


OUTCOMES = {
    "block": Outcome("block"),
    "rewrite": Outcome("rewrite"),
    "error-blocks": Outcome("error"),
    "error-allows": Outcome("error", "allow", passes=True),
    "timeout-blocks": Outcome("late"),
    "timeout-allows": Outcome("late", "allow", passes=True),
    "ask-yes": Outcome("ask", approves=True, passes=True),
    "ask-no": Outcome("ask", approves=False),
    "ask-nobody": Outcome("ask"),
}


def guarded(talks: Talks, outcome: Outcome) -> Guarded:
    """The model behind a guard that finds the secret in what it says and calls."""
    guard = Finds(SECRET, outcome.does, INSTEAD, longest=len(SECRET), places=frozenset({"output", "call"}))
    on = layer(guard, on_error=outcome.on_error, timeout_s=0.001)
    return Guarded(talks, Cascade((on,), "block", approver=Answers(outcome.approves)), REFUSAL)
