"""A call in its conversation: who says each of its values.

A trusted result vouches for a value unless a call of this conversation may have put it there: what others wrote
could else be saved to a trusted place, and be read back as one's own.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from meant.core.flow import Trust
from meant.core.turn import ToolCall
from meant.guard.placeholders import meant
from meant.guard.taint.conversation import Brought, Conversation
from meant.guard.taint.steps import LOOK, Steps
from meant.guard.wording.plain import squeezed
from meant.guard.wording.values import Found
from meant.guard.wording.words import Words
from meant.systems.tools.screened import arguments_of

_SHORTEST_PIECE = 3
"""Characters; of shorter ones anything can be made."""


@dataclass(frozen=True)
class Traced:
    """A conversation up to a call."""

    conversation: Conversation
    call: ToolCall
    """The one in question."""
    steps: Steps = field(compare=False)
    """What tracing the call has taken."""

    @classmethod
    def of(cls, conversation: Conversation, call: ToolCall) -> Self:
        """The call, with what placeholders in it stand for."""
        read = conversation.size + len(arguments_of(call))
        return cls(conversation, meant(call, conversation.hidden), Steps(LOOK * read))

    @property
    def trust(self) -> Trust:
        """What the owner trusts."""
        return self.conversation.trust

    @property
    def user(self) -> Words:
        """What the user said."""
        return self.conversation.user

    @property
    def untrusted(self) -> list[Brought]:
        """The results that nobody vouches for."""
        return self.conversation.untrusted

    @cached_property
    def vouching(self) -> list[Words]:
        """The user's words and the trusted results."""
        return [self.user, *self.conversation.trusted]

    def vouched(self, value: Found) -> bool:
        """Whether a trusted result says the value, and no call of this conversation may have put it there."""
        held = any(self.holds(words, value) for words in self.conversation.trusted)
        return held and not made_of(squeezed(value.key), self._written, self.steps)

    def said(self, value: Found) -> bool:
        """Whether the user says the value, as it stands in a call or in words."""
        return self.holds(self.user, value) or self.conversation.spoken.means(value)

    def bringing(self, value: Found) -> list[Brought]:
        """What others wrote that says the value."""
        return [one for one in self.untrusted if self.holds(one.words, value)]

    def holds(self, words: Words, value: Found) -> bool:
        """Whether they say the value. Raises TooMuch where too much was looked for already."""
        searched = value.kind in ("account", "text") and not words.knows(value)
        self.steps.take(LOOK + len(words.text) * searched)
        return words.holds(value)

    @cached_property
    def _written(self) -> str:
        """What other calls with an effect carried since others' words came in."""
        return "\n".join(one.text for one in self.conversation.written if one.call != self.call.id)


def made_of(key: str, written: str, steps: Steps) -> bool:
    """Whether the key is one piece of what was written after another."""
    at = 0
    while at < len(key):
        end = _piece(key, at, written, steps)
        if end - at < _SHORTEST_PIECE and end < len(key):
            return False
        at = max(end, at + 1)
    return bool(key) and bool(written)


def _piece(key: str, at: int, written: str, steps: Steps) -> int:
    """Where the longest piece ends that begins there. What one begins with was written, too, so halving finds it."""
    low, high = at, len(key)
    while low < high:
        middle = (low + high + 1) // 2
        steps.take(LOOK + len(written) + middle - at)
        low, high = (middle, high) if key[at:middle] in written else (low, middle - 1)
    return low
