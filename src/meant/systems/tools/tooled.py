"""A model with tools is a system: it calls them under the policy's rules until it has an answer in words.

In between it does whatever the model does: streams, scores, shows its prompt. Not implemented: streaming a reply for
which tools may be called; it comes in one piece.
"""

from collections.abc import AsyncIterator, Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from meant.core.approval import Approver
from meant.core.base import content_id
from meant.core.errors import SystemFailure
from meant.core.guard import GuardDecision, Screen
from meant.core.policy import ToolRule
from meant.core.request import Request
from meant.core.system import (
    CallsTools,
    Delta,
    Loglik,
    Renders,
    Reply,
    Scores,
    Streams,
    System,
    Timing,
    Usage,
)
from meant.core.tool import MAX_STEPS, Simulated, Tool
from meant.core.turn import Turn
from meant.engine.settled import dropped, settled
from meant.systems.conversing import answered, at_once, conversed
from meant.systems.prompted import spelled
from meant.systems.tools.carriers import Carrier, Function, Simulation
from meant.systems.tools.steps import Steps


class Model(System, CallsTools, Protocol):
    """A system that can be told of tools."""


@dataclass(frozen=True)
class Tooled:
    """`inner` with tools under `rules`. Without `own` ones, `reply` is the plain model's; `act` has a case's tools."""

    inner: Model
    rules: tuple[ToolRule, ...]
    own: tuple[Function, ...] = ()
    max_steps: int = MAX_STEPS
    """Requests to the model for one reply, at most; calls that the last of them makes are not carried out."""
    approver: Approver | None = None
    """Whom to ask where a rule says so. None: nobody, and the call is not carried out."""
    off: Container[str] = ()
    """Tools that are switched off for the time being; it may change."""
    screen: Screen | None = None
    """Guards that see each call that the rules let be, and each result before the model does."""

    @property
    def name(self) -> str:
        """The model's."""
        return self.inner.name

    @cached_property
    def fingerprint(self) -> str:
        """The model's, with the rules, the tools of its own and the bound: the rules' reasons are told to the model."""
        rules = [rule.model_dump(mode="json") for rule in self.rules]
        return content_id(
            [self.inner.fingerprint, "tools 1", rules, [one.identity for one in self.own], self.max_steps]
        )

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """The model's reply, and what it did with the tools of its own, if it has any."""
        if not self.own:
            return await self.inner.reply(turns, seed=seed)
        return await self._act(Request(turns=tuple(turns), seed=seed), self.own)

    async def act(self, turns: Sequence[Turn], *, tools: Sequence[Simulated], seed: int | None = None) -> Reply:
        """The same with simulated tools in the place of its own: nothing real is called."""
        return await self._act(Request(turns=tuple(turns), seed=seed), [Simulation(tool) for tool in tools])

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        """One reply of the model's, with tools that the caller decides on and carries out.

        SystemFailure ("unsupported") where it has tools of its own: nobody could tell whose a call is.
        """
        if self.own:
            raise self._has_its_own()
        return await self.inner.call(turns, tools=tools, seed=seed)

    def converse(self, request: Request) -> AsyncIterator[Delta]:
        """The model's, as far as it can honour the request; with tools of its own, the whole reply as one piece.

        SystemFailure ("unsupported") where the caller brings tools too.
        """
        return at_once(lambda: self._alone(request)) if self.own else conversed(self.inner, request)

    async def answer(self, request: Request) -> Reply:
        """The same, as one."""
        return await (self._alone(request) if self.own else answered(self.inner, request))

    def stream(self, turns: Sequence[Turn], *, seed: int | None = None) -> AsyncIterator[Delta]:
        """The model's stream; with tools of its own, the whole reply as one piece. SystemFailure where it has none."""
        if self.own:
            return at_once(lambda: self.reply(turns, seed=seed))
        if not isinstance(self.inner, Streams):
            raise SystemFailure(f"{self.name} does not stream", kind="unsupported")
        return self.inner.stream(turns, seed=seed)

    async def loglik(self, turns: Sequence[Turn], continuations: Sequence[str]) -> list[Loglik]:
        """Of the model, which is told of no tools. SystemFailure ("unsupported") where it does not score."""
        if not isinstance(self.inner, Scores):
            raise SystemFailure(f"{self.name} gives no log-likelihoods", kind="unsupported")
        return await self.inner.loglik(turns, continuations)

    async def render(self, turns: Sequence[Turn]) -> str:
        """The model's prompt, then the tools of its own that are offered beside it."""
        prompt = await self.inner.render(turns) if isinstance(self.inner, Renders) else spelled(turns)
        return "\n\n".join([prompt, *(f"[tool {one.tool.name}]\n{one.tool.says}" for one in self.own)])

    async def aclose(self) -> None:
        """Close the model."""
        await self.inner.aclose()

    def _has_its_own(self) -> SystemFailure:
        return SystemFailure(f"{self.name} has tools of its own, and takes no others", kind="unsupported")

    async def _alone(self, request: Request) -> Reply:
        if request.tools:
            raise self._has_its_own()
        return await self._act(request, self.own)

    async def _act(self, request: Request, carriers: Sequence[Carrier]) -> Reply:
        by_name, replies = {one.tool.name: one for one in carriers}, list[Reply]()
        steps = Steps(
            request.turns,
            carriers=by_name,
            rules=self.rules,
            approver=self.approver,
            off=self.off,
            screen=self.screen,
        )
        tools = tuple(one.tool for one in carriers)
        try:
            while True:
                asked = request.model_copy(update={"turns": tuple(steps.conversation), "tools": tools, "stream": False})
                replies.append(await answered(self.inner, asked))
                turn = replies[-1].turn
                if not turn.calls or len(replies) == self.max_steps:
                    steps.stop(turn)
                    return _whole(replies, steps, await settled(steps.screened))
                await steps.take(turn)
        except SystemFailure as failure:
            raise steps.lost(failure) from failure
        finally:
            dropped(steps.screened)


def _whole(replies: Sequence[Reply], steps: Steps, guards: tuple[GuardDecision, ...]) -> Reply:
    """The last reply, with all that happened before it."""
    last = replies[-1]
    return last.model_copy(
        update={
            "usage": _usage([reply.usage for reply in replies]),
            "finish": "max_steps" if last.turn.calls else last.finish,
            "timing": _timing([reply.timing for reply in replies], steps.tools_s),
            "steps": tuple(steps.turns),
            "decisions": tuple(steps.decisions),
            "guards": guards,
        }
    )


def _usage(each: Sequence[Usage]) -> Usage:
    """The sum; None where one of them did not say."""

    def total(name: str) -> float | None:
        counts = [getattr(usage, name) for usage in each]
        return None if None in counts else sum(counts)

    return Usage.model_validate({name: total(name) for name in Usage.model_fields})


def _timing(each: Sequence[Timing | None], tools_s: float) -> Timing | None:
    """The requests' and the tools' seconds, without the time that a person took."""
    known = [timing for timing in each if timing is not None]
    if len(known) < len(each):
        return None
    before_s = sum(timing.total_s for timing in known[:-1]) + tools_s
    first_s = known[-1].first_token_s
    return Timing(total_s=before_s + known[-1].total_s, first_token_s=None if first_s is None else before_s + first_s)
