"""The calls of one reply, in order: decided on by the policy's rules, carried out where these let it be, recorded.

Its rule: every call gets one decision and one result. Nothing runs but by a rule that allows it, or by a person's yes;
and where there are guards, nothing that they stop, and the model reads no result that they have not let go.
"""

import time
from collections.abc import Container, Mapping, Sequence

from meant.core.approval import Approver, Question
from meant.core.errors import SystemFailure
from meant.core.guard import Screen, Screened, Sight
from meant.core.policy import ToolRule
from meant.core.tool import Decision
from meant.core.turn import ToolCall, Turn
from meant.systems.tools.carriers import Carrier
from meant.systems.tools.rules import Ruling, ruling
from meant.systems.tools.screened import rewritten, sight_of
from meant.systems.tools.told import WITHHELD, not_carried_out, stopped


class Steps:
    """What has happened since the caller's `before`: `turns` and `decisions`, one for each call."""

    def __init__(
        self,
        before: Sequence[Turn],
        *,
        carriers: Mapping[str, Carrier],
        rules: Sequence[ToolRule],
        approver: Approver | None,
        off: Container[str] = (),
        screen: Screen | None = None,
    ) -> None:
        self._before, self._carriers, self._rules, self._approver = before, carriers, rules, approver
        self._off, self._screen = off, screen
        self.screened = list[Screened]()
        """What guards said, in order."""
        self.turns = list[Turn]()
        self.decisions = list[Decision]()
        self.tools_s = 0.0
        """Seconds that the tools took."""

    @property
    def conversation(self) -> list[Turn]:
        """All of it."""
        return [*self._before, *self.turns]

    async def take(self, turn: Turn) -> None:
        """The model's turn, and the result of each of its calls, one after another."""
        self.turns.append(turn)
        conversation = self.conversation
        for call in turn.calls:
            self.turns.append(await self._result(call, conversation))

    def stop(self, turn: Turn) -> None:
        """The model's last turn, whose calls come too late: what the rules say of them is recorded, and none runs."""
        self.decisions += [_decision(call, self._ruled(call), approved=None, ran=False) for call in turn.calls]

    def lost(self, failure: SystemFailure) -> SystemFailure:
        """The failure that ended the reply, with the calls that had been carried out: their record is lost with it."""
        ran = [decision.tool for decision in self.decisions if decision.ran]
        words = f"{failure}; carried out before that: {', '.join(ran)}" if ran else str(failure)
        return failure.put(words)

    async def _result(self, call: ToolCall, conversation: Sequence[Turn]) -> Turn:
        """What the model is told, of a call in the last turn of the conversation. The decision is recorded."""
        found = self._ruled(call)
        screened = await self._looked_at(sight_of(call, conversation)) if found.rule != "deny" else None
        if screened and screened.stopped:
            self.decisions.append(_decision(call, found, approved=None, ran=False))
            return _answer(call, stopped(screened.stopped))
        meant = rewritten(call, screened.text) if screened else call
        found = found if meant is call else self._ruled(meant)
        approved = await self._approved(meant, found, conversation) if found.rule == "ask" else None
        found = self._ruled(meant) if call.tool in self._off else found  # guards and people take their time
        goes = found.rule == "allow" or (found.rule == "ask" and approved is True)
        decision = _decision(call, found, approved=approved, ran=goes)
        self.decisions.append(decision)
        if not decision.ran:
            return _answer(call, not_carried_out(meant, decision, self._carriers))
        return await self._let_in(_answer(call, await self._run(meant)))

    async def _let_in(self, turn: Turn) -> Turn:
        """A tool's result, as far as the model may read it."""
        screened = await self._looked_at(Sight("retrieved", turn.text, (*self.conversation, turn)))
        return turn if screened is None else turn.saying(WITHHELD if screened.stopped else screened.text)

    async def _looked_at(self, sight: Sight) -> Screened | None:
        if self._screen is None:
            return None
        self.screened.append(await self._screen.screen(sight))
        return self.screened[-1]

    def _ruled(self, call: ToolCall) -> Ruling:
        if call.malformed is None and call.tool not in self._carriers:
            return Ruling("deny", "there is no such tool")
        if call.tool in self._off:
            return Ruling("deny", "the operator has switched it off")
        return ruling(call, self._rules)

    async def _approved(self, call: ToolCall, found: Ruling, conversation: Sequence[Turn]) -> bool | None:
        """The boundary: an approver that breaks is a failure, and neither a yes nor a no."""
        if self._approver is None or found.decided is None:
            return None
        question = Question(
            asks="policy",
            place="call",
            because=found.because,
            principle=found.decided.principle,
            call=call,
            turns=tuple(conversation),
        )
        try:
            said: object = await self._approver.approve(question)
        except Exception as error:
            words = f"asking a person about {call.tool} failed: {type(error).__name__}: {error}"
            raise SystemFailure(words, kind="crashed") from error
        if said is None or isinstance(said, bool):
            return said
        raise SystemFailure(f"asking a person about {call.tool} gave {said!r}, not True, False or None", kind="crashed")

    async def _run(self, call: ToolCall) -> str:
        began = time.perf_counter()
        said = await self._carriers[call.tool].run(call.arguments)
        self.tools_s += time.perf_counter() - began
        return said


def _decision(call: ToolCall, found: Ruling, *, approved: bool | None, ran: bool) -> Decision:
    return Decision(
        call=call.id,
        tool=call.tool,
        rule=found.rule,
        because=found.because,
        principle=found.decided.principle if found.decided else None,
        approved=approved,
        ran=ran,
    )


def _answer(call: ToolCall, text: str) -> Turn:
    return Turn(role="tool", text=text, answers=call.id)
