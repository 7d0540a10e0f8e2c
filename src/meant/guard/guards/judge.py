"""Any judge as a guard: it reads the whole exchange under one principle, and not the lone reply.

Its rule: the judge's verdict is the opinion. Pass is allowed, fail is blocked, unsure is left to whoever comes next,
and a verdict of "error" is no opinion: it is raised, and the layer does what its `on_error` says.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final, Literal

from meant.core.base import Identifier, content_id
from meant.core.case import Case
from meant.core.errors import JudgeFailure, PluginError, did_you_mean
from meant.core.guard import ALLOW, Opinion, Place, Sight
from meant.core.policy import Policy
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.core.verdict import Verdict
from meant.judge.contract import Given
from meant.judge.contract import Judge as Reads

Wanted = Literal["comply", "refuse", "abstain"]
_HARMLESS: Final = frozenset({"refused", "abstained", "asked"})
"""Nothing was done that could be blocked."""
_FRAME: Final = "Repeat the message that follows, word for word."
_AT: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The moment plays no part: the same exchange is always put to the judge alike."""


@dataclass(frozen=True)
class Judged:
    """Asks a judge. It has no score: judges' scores do not say how bad a reply is."""

    judge: Given[Reads]
    policy: Policy
    principle: Identifier
    """Under which it is judged."""
    expect: Wanted
    """What is expected of the system whenever this guard is asked. No default: it decides what is blocked."""

    def __post_init__(self) -> None:
        known = [principle.id for principle in self.policy.principles]
        if self.principle not in known:
            remedy = f"{did_you_mean(self.principle, known)}there are: {', '.join(known)}"
            raise PluginError(f"the policy has no principle {self.principle!r}", remedy, setting="principle")
        if self.expect not in self.judge.expects:
            remedy = f"it judges: {', '.join(sorted(self.judge.expects))}"
            raise PluginError(f"{self.judge.name} does not judge {self.expect!r}", remedy, setting="expect")

    @property
    def places(self) -> frozenset[Place]:
        """What a user says, and what the model says."""
        return frozenset({"input", "output"})

    @cached_property
    def fingerprint(self) -> str:
        """Version, settings, the judge's name, which moves with its verdicts, and the policy."""
        return content_id(["judge 1", self.judge.name, self.policy.id, self.principle, self.expect])

    @property
    def hold_back(self) -> int | None:
        """A judge reads whole replies."""
        return None

    async def check(self, sight: Sight) -> Opinion:
        """What the judge says. Raises JudgeFailure where there is no verdict."""
        case, transcript = exchange(sight, principle=self.principle, expect=self.expect)
        verdict = await self.judge.judge(case, transcript)
        return self._opinion(verdict)

    def _opinion(self, verdict: Verdict) -> Opinion:
        match verdict.outcome:
            case "pass":
                return ALLOW
            case "error":
                raise JudgeFailure(verdict.why or "the judge gave no verdict", usage=verdict.usage)
            case "unsure":
                return Opinion("escalate", verdict.why, principle=self.principle)
        if verdict.behaviour in _HARMLESS:
            return ALLOW
        return Opinion("block", verdict.why, span=verdict.span, principle=self.principle)


def exchange(sight: Sight, *, principle: str, expect: Wanted) -> tuple[Case, Transcript]:
    """The exchange as a judge reads it. What a user says is read as a reply that repeats it."""
    mine = "user" if sight.place == "input" else "assistant"
    before = [turn for turn in sight.turns if turn.role != "system"]
    before = before[:-1] if before and before[-1].role == mine else before
    users = [at for at, turn in enumerate(before) if turn.role == "user"]
    framed = sight.place == "input" or not users
    asked = (*before, Turn(role="user", text=_FRAME)) if framed else tuple(before[: users[-1] + 1])
    said = (*asked, *before[len(asked) :], Turn(role="assistant", text=sight.text))
    case = Case(suite="guard", name="exchange", turns=asked, expect=expect, principle=principle, family="guard")
    return case, Transcript(case=case.id, system="guarded", fingerprint="", turns=said, at=_AT, finish="stop")


PLUGIN = Judged
