"""A Transcript: what was said, by whom, at what cost, and what went wrong on the way."""

from datetime import datetime

from meant.core.base import Noun
from meant.core.guard import GuardDecision
from meant.core.system import Finish, Timing, Usage
from meant.core.tool import Decision
from meant.core.turn import Turn


class Transcript(Noun):
    """One conversation of one system on one case. `error` set means: nothing here may be scored."""

    case: str
    """Id of the case; "" where there is none, as in live traffic."""
    system: str
    fingerprint: str
    """The system's, when it answered."""
    turns: tuple[Turn, ...]
    """What the caller sent, then the reply, if there is one. The system prompt is the system's own affair."""
    at: datetime
    """When the reply was complete, UTC."""
    repeat: int = 0
    seed: int | None = None
    usage: Usage = Usage()
    finish: Finish | None = None
    timing: Timing | None = None
    logprobs: tuple[float, ...] | None = None
    decisions: tuple[Decision, ...] = ()
    """One for each tool call among the turns that the system added, in order."""
    guards: tuple[GuardDecision, ...] = ()
    """Of a guarded system: what each guard said, in order."""
    choice_nats: tuple[float, ...] | None = None
    """Of a case with choices, where the system gives log-likelihoods: each choice's total, in nats."""
    error: str | None = None

    @property
    def asked(self) -> bool:
        """Whether a call was one that a person decides about, answered or not."""
        return any(decision.rule == "ask" for decision in self.decisions)

    @property
    def last_reply(self) -> str:
        """The last assistant turn's text, or "" where there is none."""
        return self.turns[-1].text if self.turns and self.turns[-1].role == "assistant" else ""
