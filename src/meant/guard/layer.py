"""A Layer: a guard put to use. Where it looks, whether its opinion is enforced, what it counts as when it breaks.

Its rule: whatever a guard does, there is one decision. A failure, an answer that is no opinion and a guard that takes
too long are each what `on_error` says, recorded as an error; nothing passes because a guard broke, unless the owner
wrote so.
"""

import asyncio
import time
from dataclasses import dataclass

from meant.core.guard import Action, GuardDecision, Mode, OnError, Opinion, Place, Sight
from meant.guard.contract import Guard


@dataclass(frozen=True)
class Layer:
    """One guard of a system."""

    guard: Guard
    name: str
    """Tells two guards of one kind apart; decisions carry it."""
    at: frozenset[Place]
    on_error: OnError
    mode: Mode
    timeout_s: float = 10.0

    async def decide(self, sight: Sight) -> tuple[Opinion, GuardDecision]:
        """What the guard says, and the record of it. Of a failure, the opinion is what `on_error` says."""
        began = time.perf_counter()
        opinion, error = await self._asked(sight)
        took_s = time.perf_counter() - began
        return opinion, GuardDecision(
            guard=self.name,
            place=sight.place,
            action=opinion.action,
            mode=self.mode,
            call=sight.call.id if sight.call else None,
            reason=opinion.reason,
            score=opinion.score,
            span=opinion.span,
            principle=opinion.principle,
            error=error,
            took_s=took_s,
        )

    async def _asked(self, sight: Sight) -> tuple[Opinion, str | None]:
        """The boundary: whatever breaks in a guard is an error, and never a pass by accident."""
        try:
            async with asyncio.timeout(self.timeout_s):
                said: object = await self.guard.check(sight)
        except TimeoutError:
            error = f"no opinion within {self.timeout_s:g} s"
        except Exception as failure:  # noqa: BLE001
            error = f"{type(failure).__name__}: {failure}"
        else:
            if isinstance(said, Opinion):
                return said, None
            error = f"gave {type(said).__name__}, which is no opinion"
        action: Action = self.on_error
        return Opinion(action, reason=f"the guard {self.name} failed"), error
