"""A person approves: the question waits in the store until somebody answers there, or until it is too late.

Nobody's answer in time is no approval. The question stays open: who asks the same again, after a restart too, finds it
with the answer that it has got by then, and goes by that once. A store that others hold is tried again for as long.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from meant.core.approval import Asking, Question
from meant.core.errors import StoreError
from meant.core.turn import ToolCall, Turn
from meant.store.approvals import Approvals


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Waiting:
    """An Approver. `meant approvals` answers."""

    approvals: Approvals
    timeout_s: float
    """How long a reply waits for a person."""
    poll_s: float = 0.5
    """How often it looks for an answer: another process gives it."""
    now: Callable[[], datetime] = _now
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def approve(self, question: Question) -> bool | None:
        """What the person said; None: nobody did in time. StoreError where the store could not be used until then."""
        end, question = self.clock() + self.timeout_s, unnumbered(question)
        asking: Asking | None = None
        while True:
            late = self.clock() >= end
            try:
                asking = asking or self.approvals.ask(question, at=self.now())
                answer = self.approvals.said(asking.id)
                if answer is not None:
                    if self.approvals.use(asking.id, at=self.now()):
                        return answer.approved
                    asking = None
                    continue
            except StoreError:
                if late:
                    raise
            if late:
                return None
            await self.sleep(min(self.poll_s, max(end - self.clock(), 0.0)))


def unnumbered(question: Question) -> Question:
    """The question with ids that count its calls: a provider draws new ones each time, for the same question."""
    calls = [call for turn in question.turns for call in turn.calls] + ([question.call] if question.call else [])
    ids = {id_: f"call_{n}" for n, id_ in enumerate(dict.fromkeys(call.id for call in calls), 1)}

    def named(call: ToolCall) -> ToolCall:
        return call.model_copy(update={"id": ids[call.id]})

    def told(turn: Turn) -> Turn:
        answers = None if turn.answers is None else ids.get(turn.answers, turn.answers)
        return turn.model_copy(update={"calls": tuple(map(named, turn.calls)), "answers": answers})

    same = {name: getattr(question, name) for name in Question.model_fields}
    call = named(question.call) if question.call else None
    return Question(**same | {"turns": tuple(map(told, question.turns)), "call": call})
