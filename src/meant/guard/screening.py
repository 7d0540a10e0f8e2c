"""One part of a conversation on its way through the layers of a cascade.

Of a text that goes on, nothing is asked of a person or of a layer that must see the whole, and nothing is left to
`unresolved`: until the text is whole, that is unsettled, and no more of it may go out.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from meant.core.approval import Approver
from meant.core.guard import Action, GuardDecision, Opinion, Screened, Sight
from meant.guard.asking import put
from meant.guard.layer import Layer
from meant.guard.promptly import within
from meant.guard.reach import Reach, Shown
from meant.guard.rewriting import Rewriting
from meant.systems.tools.screened import rewritten

Unresolved = Literal["allow", "block", "ask"]
UNRESOLVED = "unresolved"
"""Who decides, in the records, where no layer could tell."""
_AT_WORK = "no opinion by the time that the reply was complete"

Said = tuple[Opinion, GuardDecision]


class Glance(NamedTuple):
    """What the layers say together."""

    screened: Screened
    rewriting: Rewriting
    """The same text, with its edits."""
    unsettled: bool
    """Of a text that goes on: somebody is still to be asked when it is whole."""
    reach: Reach
    """And how much of it is settled otherwise."""


class Screening:
    """What has been said so far. The deadline is by `time.perf_counter()`."""

    def __init__(self, sight: Sight, unresolved: Unresolved, approver: Approver | None, deadline: float | None) -> None:
        self._sight, self._unresolved, self._approver, self._deadline = sight, unresolved, approver, deadline
        self._text = Rewriting(sight.text)
        self._shown: list[Shown] = []
        self._decisions: list[GuardDecision] = []
        self._later: dict[int, asyncio.Task[GuardDecision]] = {}
        self._unsure: list[str] = []
        self._unsettled = False

    async def run(self, groups: Iterable[Sequence[Layer]]) -> Screened:
        """Ask the layers, those of one group at the same time."""
        try:
            for group in groups:
                if not await self._group(group):
                    break
            else:
                await self._resolve()
        except BaseException:
            for task in self._later.values():
                task.cancel()
            raise
        return Screened(self._text.text, tuple(self._decisions), self._later)

    async def glance(self, groups: Iterable[Sequence[Layer]]) -> Glance:
        """The same, and what it leaves to be said."""
        screened = await self.run(groups)
        return Glance(screened, self._text, self._unsettled, Reach(self._text.came, self._shown))

    async def _group(self, group: Sequence[Layer]) -> bool:
        """Whether the next ones are to be asked."""
        asked: list[Layer] = []
        for one in group:
            if one.only_if_unsure and not self._unsure:
                continue
            if one.mode == "shadow":
                self._beside(one)
            elif not self._must_wait(one):
                asked.append(one)
        if len(asked) == 1:
            return await self._take(asked[0], await self._ask(asked[0]))
        return not asked or await self._together(asked)

    async def _together(self, layers: Sequence[Layer]) -> bool:
        """All at the same time; one that blocks stops the others. Whoever saw words since rewritten is asked anew."""
        tasks = {asyncio.ensure_future(self._ask(one)): one for one in layers}
        shown, waiting = self._text, set(tasks)
        try:
            while waiting:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                if any(task.result()[0].action == "block" for task in done):
                    break
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        for task, layer in tasks.items():
            if task in waiting:
                continue
            said = (
                task.result() if self._text is shown or task.result()[0].action == "block" else await self._ask(layer)
            )
            if not await self._take(layer, said):
                return False
        return True

    def _ask(self, layer: Layer) -> Coroutine[Any, Any, Said]:
        """Its opinion, as far as the budget goes."""
        return layer.decide(self._sight) if self._deadline is None else self._in_time(layer, self._deadline)

    async def _in_time(self, layer: Layer, deadline: float) -> Said:
        began = time.perf_counter()
        if began < deadline:
            try:
                return await within(deadline - began, layer.decide(self._sight))
            except TimeoutError:
                pass
        opinion = Opinion("escalate", "the time for all layers together was spent")
        return opinion, layer.record(self._sight, opinion, took_s=time.perf_counter() - began)

    async def _take(self, layer: Layer, said: Said) -> bool:
        """Do what was said. Whether the next ones are to be asked."""
        opinion, decision = said
        self._shown.append(Shown(self._text, layer.guard.hold_back or 0, opinion.edits))
        if decision.span is not None and self._text.edits:
            decision = decision.but(span=self._text.origin(decision.span))
        if opinion.action == "escalate":
            self._unsure.append(layer.name)
        elif layer.only_if_unsure:
            self._unsure.clear()
        if opinion.action == "rewrite":
            self._rewrite(opinion)
        if opinion.action == "ask":
            if not self._sight.whole:
                self._unsettled = True
                return True
            decision = await self._put(decision)
        self._decisions.append(decision)
        return not decision.stops

    def _rewrite(self, opinion: Opinion) -> None:
        self._text = self._text.edited(opinion.edits)
        self._sight = shown_as(self._sight, self._text.text)

    async def _resolve(self) -> None:
        """Nobody is left to ask."""
        if not self._unsure:
            return
        if not self._sight.whole:
            self._unsettled = True
            return
        action: Action = self._unresolved
        decision = GuardDecision(
            guard=UNRESOLVED,
            place=self._sight.place,
            action=action,
            mode="enforce",
            call=self._sight.call.id if self._sight.call else None,
            reason=f"could not tell: {', '.join(self._unsure)}",
        )
        self._decisions.append(await self._put(decision) if action == "ask" else decision)

    async def _put(self, decision: GuardDecision) -> GuardDecision:
        """Ask a person, whose time is none of the budget's."""
        if self._approver is None:
            return decision
        began = time.perf_counter()
        decision = await put(decision, self._sight, self._approver)
        if self._deadline is not None:
            self._deadline += time.perf_counter() - began
        return decision

    def _beside(self, layer: Layer) -> None:
        """Ask a layer in shadow, of a text that is whole, and wait for nothing."""
        if not self._sight.whole:
            return

        async def told() -> GuardDecision:
            return (await layer.decide(sight))[1]

        sight = self._sight
        self._later[len(self._decisions)] = asyncio.create_task(told())
        self._decisions.append(layer.record(sight, Opinion("escalate"), error=_AT_WORK))

    def _must_wait(self, layer: Layer) -> bool:
        """Whether it has to see the whole of a text that goes on."""
        waits = not self._sight.whole and layer.guard.hold_back is None
        self._unsettled = self._unsettled or waits
        return waits


def shown_as(sight: Sight, text: str) -> Sight:
    """The same part of the conversation, in other words."""
    if sight.call:
        return replace(sight, text=text, call=rewritten(sight.call, text))
    *before, last = sight.turns
    turns = (*before, last.saying(text)) if sight.whole else sight.turns
    return replace(sight, text=text, turns=turns)
