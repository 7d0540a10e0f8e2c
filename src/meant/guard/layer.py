"""A Layer: a guard put to use. Where it looks, whether its opinion is enforced, what it counts as when it breaks.

Its rule: whatever a guard does, there is one decision. A failure, an answer that is no opinion and a guard that takes
too long are each what `on_error` says, recorded as an error; nothing passes because a guard broke, unless the owner
wrote so.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import get_args

from pydantic import ValidationError

from meant.core.guard import ALLOW, GuardDecision, Mode, OnError, Opinion, Place, Sight
from meant.guard.contract import Guard
from meant.guard.promptly import within
from meant.guard.rewriting import Rewriting
from meant.systems.tools.screened import readable


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
    only_if_unsure: bool = False
    """Asked only where a layer before it could not tell; what it says, unless it cannot tell either, settles that."""
    beside_previous: bool = False
    """Asked at the same time as the layer before it, and not after it: for two that take long."""

    async def decide(self, sight: Sight) -> tuple[Opinion, GuardDecision]:
        """What the guard says, and the record of it. Of a failure, the opinion is what `on_error` says."""
        began = time.perf_counter()
        said, error = await self._asked(sight)
        took_s = time.perf_counter() - began
        if said is not None:
            try:
                return said, self.record(sight, said, took_s=took_s)
            except ValidationError as wrong:
                first = wrong.errors()[0]
                error = f"gave an opinion whose {'.'.join(map(str, first['loc']))} is amiss: {first['msg']}"
        opinion = Opinion(self.on_error, reason=f"the guard {self.name} failed")
        return opinion, self.record(sight, opinion, error=error, took_s=took_s)

    def record(self, sight: Sight, opinion: Opinion, *, error: str | None = None, took_s: float = 0.0) -> GuardDecision:
        """The decision that an opinion comes to. Raises ValidationError for one that holds what it must not."""
        if error is None and sight.call is None and _merely_allows(opinion):
            return self._allowing[sight.place].but(score=opinion.score, took_s=took_s)
        return self._decision(sight, opinion, error, took_s)

    @cached_property
    def _allowing(self) -> Mapping[Place, GuardDecision]:
        """By place, what becomes of an opinion that merely allows: its fields are known to be right."""
        return {place: self._decision(Sight(place, "", ()), ALLOW, None, 0.0) for place in get_args(Place)}

    def _decision(self, sight: Sight, opinion: Opinion, error: str | None, took_s: float) -> GuardDecision:
        return GuardDecision(
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

    async def _asked(self, sight: Sight) -> tuple[Opinion | None, str | None]:
        """The boundary: whatever breaks in a guard is an error, and never a pass by accident."""
        try:
            said: object = await within(self.timeout_s, self.guard.check(sight))
            if not isinstance(said, Opinion):
                return None, f"gave {type(said).__name__}, which is no opinion"
            amiss = _amiss(sight, said)
        except TimeoutError:
            return None, f"no opinion within {self.timeout_s:g} s"
        except asyncio.CancelledError:
            if _cancelled():
                raise
            return None, "what it waited for was cancelled"
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as failure:  # noqa: BLE001 - a panic in a library's Rust is no Exception, nor is an exit
            return None, f"{type(failure).__name__}: {failure}"
        return (said, None) if amiss is None else (None, amiss)


def _merely_allows(opinion: Opinion) -> bool:
    """Whether it says nothing but "allow" and perhaps a number."""
    return (
        opinion.action == "allow"
        and opinion.reason == ""
        and (opinion.score is None or type(opinion.score) is float)
        and opinion.span is None
        and opinion.principle is None
    )


def _cancelled() -> bool:
    """Whether somebody has cancelled us, and not only what the guard waited for."""
    task = asyncio.current_task()
    return task is None or bool(task.cancelling())


def _amiss(sight: Sight, said: Opinion) -> str | None:
    """What is wrong with an opinion of this text; None: nothing."""
    if said.edits and not _in_order([0, *(at for edit in said.edits for at in edit.span), len(sight.text)]):
        return "gave edits that lie over one another, or outside the text"
    if said.span is not None and not 0 <= said.span.start <= said.span.end <= len(sight.text):
        return "gave a span outside the text"
    if sight.call and said.edits and not readable(sight.call, Rewriting(sight.text).edited(said.edits).text):
        return "its edits leave no JSON object of arguments"
    return None


def _in_order(ends: list[int]) -> bool:
    return all(one <= other for one, other in pairwise(ends))
