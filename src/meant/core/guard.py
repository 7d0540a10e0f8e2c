"""Guards, as everyone else sees them: what is shown to one, what it says of it, what is recorded.

A guard gives an opinion about one part of a conversation. What comes of the opinion (whether it is enforced, what a
guard that breaks counts as) is said where the guard is put to use, never by the guard itself: see `guard/layer.py`.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from meant.core import turn
from meant.core.base import Value
from meant.core.policy import Identifier
from meant.core.span import Span
from meant.core.turn import ToolCall, Turn

Place = turn.Place
"""Where a guard looks."""
Action = Literal["allow", "block", "rewrite", "ask", "escalate"]
"""`ask`: a person decides. `escalate`: this guard cannot tell, and whoever comes after it is to say."""
Mode = Literal["enforce", "shadow"]
"""`shadow`: the opinion is recorded, and nothing else comes of it."""
OnError = Literal["allow", "block"]
"""What a guard counts as having said when it fails or takes too long."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a guard is shown: one part of a conversation, and all that was before it."""

    place: Place
    text: str
    """What is in question: the text of the last turn, or of a call its arguments as JSON."""
    turns: tuple[Turn, ...]
    """The conversation up to and including what is in question; of a reply that is under way, up to it."""
    call: ToolCall | None = None
    """Where the place is `call`."""
    whole: bool = True
    """False: `text` is of a reply that goes on: its beginning, or as much of its end as `hold_back` reaches."""


class Edit(NamedTuple):
    """What is to stand in the place of a part of the text."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a guard says of what it was shown."""

    action: Action
    reason: str = ""
    """For people: what was found, without repeating a secret."""
    score: float | None = None
    """The guard's own number, where it has one; its page says the range. Higher is worse."""
    span: Span | None = None
    """Where in the text."""
    edits: tuple[Edit, ...] = ()
    """Of `rewrite` and of nothing else: in order, and none over another."""
    principle: Identifier | None = None
    """Which principle it speaks for, where it knows."""

    def __post_init__(self) -> None:
        if bool(self.edits) != (self.action == "rewrite"):
            raise ValueError(f"an opinion of {self.action!r} with {len(self.edits)} edits")


ALLOW = Opinion("allow")


class GuardDecision(Value):
    """What one guard said of one part of a conversation, and what came of it."""

    guard: str
    """The name of the layer: two guards of one kind are told apart by it."""
    place: Place
    action: Action
    mode: Mode
    """Where it is `shadow`, `action` is what would have come of it."""
    call: str | None = None
    """The call's id, where the place is `call`."""
    reason: str = ""
    score: float | None = None
    span: Span | None = None
    principle: Identifier | None = None
    error: str | None = None
    """The guard failed with this, and `action` is what its `on_error` says."""
    approved: bool | None = None
    """Where a person was to be asked: what they said. None: nobody was asked, or nobody answered in time."""
    took_s: float = 0.0
    """Seconds that the guard took, without a person's."""

    @property
    def stops(self) -> bool:
        """Whether this decision alone keeps the text or the call from passing."""
        return self.mode == "enforce" and self.objects

    @property
    def would_stop(self) -> bool:
        """Whether it keeps nothing back for the one reason that its guard is in shadow."""
        return self.mode == "shadow" and self.objects

    @property
    def objects(self) -> bool:
        """Whether it is against letting it pass, be its guard in shadow or not."""
        return self.action == "block" or (self.action == "ask" and self.approved is not True)


class Screened(NamedTuple):
    """What became of one part of a conversation."""

    text: str
    """As it may pass: rewritten where a guard said so."""
    decisions: tuple[GuardDecision, ...]
    """One for each guard that was asked, in order."""
    later: Mapping[int, Awaitable[GuardDecision]] = {}
    """By its place among the decisions, what a guard in shadow says that is still at work: nobody waits for it before
    the text may pass. Until then its decision says that there is none yet."""

    @property
    def stopped(self) -> GuardDecision | None:
        """The first decision that keeps it from passing; None: it may."""
        for one in self.decisions:
            if one.stops:
                return one
        return None


class Screen(Protocol):
    """All the guards of a system, as one."""

    async def screen(self, sight: Sight) -> Screened:
        """What they say together. A guard that fails is among the decisions; nothing is raised for it."""
        ...
