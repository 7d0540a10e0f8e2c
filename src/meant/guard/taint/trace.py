"""A conversation by whose words it is made of: the user's, trusted results, and what others wrote.

A trusted result vouches for a value unless a call of this conversation may have put it there: what others wrote
could else be saved to a trusted place, and be read back as one's own. What an assistant says is nobody's word, until
the user says yes to it. Words are read as they came, and calls with the values that placeholders in them stand for:
what a guard hides from the model is no less the user's, or others'.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import re2

from meant.core.flow import Trust
from meant.core.turn import ToolCall, Turn
from meant.guard.injection.hidden import hidden_in
from meant.guard.injection.marking import unmarked
from meant.guard.placeholders import hidden, meant
from meant.guard.taint.steps import LOOK, Steps
from meant.guard.wording.plain import plain, squeezed
from meant.guard.wording.spoken import Spoken
from meant.guard.wording.values import Found, leaves
from meant.guard.wording.words import Words
from meant.systems.tools.screened import arguments_of

_YES = re2.compile(
    r"^\W*(?:yes|yep|yeah|ok|okay|sure|correct|confirmed?|agreed|go ahead|please do|do (?:it|that)|that is right)\b"
)
_SHORTEST_PIECE = 3
"""Characters; of shorter ones anything can be made."""
_LONGEST_YES = 40
"""Characters; a longer answer has words of its own."""


class Brought(NamedTuple):
    """A tool's result."""

    tool: str
    call: ToolCall | None
    words: Words
    at: int
    """Which turn it is."""


@dataclass(frozen=True)
class Traced:
    """A conversation up to a call, under what the owner trusts."""

    turns: tuple[Turn, ...]
    trust: Trust
    call: ToolCall
    """The one in question."""
    hidden: Mapping[str, str]
    """Values of which the model was shown placeholders."""
    steps: Steps = field(compare=False)
    """What tracing the call has taken."""

    @cached_property
    def user(self) -> Words:
        """All that the user, and the owner in a system turn, said, and what the user said yes to."""
        said = [turn.came for turn in self.turns if turn.role in ("user", "system")]
        return Words("\n".join([*said, *self._confirmed()]))

    @cached_property
    def results(self) -> list[Brought]:
        """Every tool's result, in order."""
        calls = {call.id: meant(call, self.hidden) for turn in self.turns for call in turn.calls}
        found = ((at, turn, calls.get(turn.answers or "")) for at, turn in enumerate(self.turns) if turn.role == "tool")
        return [Brought(call.tool if call else "", call, Words(_read(turn.came)), at) for at, turn, call in found]

    @cached_property
    def untrusted(self) -> list[Brought]:
        """The results that nobody vouches for."""
        return [one for one in self.results if one.tool not in self.trust.results]

    @cached_property
    def vouching(self) -> list[Words]:
        """The user's words and the trusted results."""
        return [self.user, *(one.words for one in self.results if one.tool in self.trust.results)]

    def vouched(self, value: Found) -> bool:
        """Whether a trusted result says the value, and no call of this conversation may have put it there."""
        held = any(self.holds(one.words, value) for one in self.results if one.tool in self.trust.results)
        return held and not made_of(squeezed(value.key), self._written, self.steps)

    def said(self, value: Found) -> bool:
        """Whether the user says the value, as it stands in a call or in words."""
        return self.holds(self.user, value) or self._spoken.means(value)

    def bringing(self, value: Found) -> list[Brought]:
        """What others wrote that says the value."""
        return [one for one in self.untrusted if self.holds(one.words, value)]

    def holds(self, words: Words, value: Found) -> bool:
        """Whether they say the value. Raises TooMuch where too much was looked for already."""
        searched = value.kind in ("account", "text") and not words.knows(value)
        self.steps.take(LOOK + len(words.text) * searched)
        return words.holds(value)

    @cached_property
    def _spoken(self) -> Spoken:
        return Spoken(self.user.text)

    @cached_property
    def _written(self) -> str:
        """What calls with an effect carried since others' words came in, a line a value."""
        since = self.untrusted[0].at if self.untrusted else len(self.turns)
        found = (leaf for call in self._calls_after(since) for one in call.arguments.values() for leaf in leaves(one))
        return "\n".join(squeezed(str(leaf)) for leaf in found)

    def _calls_after(self, at: int) -> Iterator[ToolCall]:
        for turn in self.turns[at:]:
            others = (call for call in turn.calls if call.id != self.call.id and call.tool not in self.trust.reads)
            yield from (meant(call, self.hidden) for call in others)

    def _confirmed(self) -> Iterator[str]:
        for before, turn in zip(self.turns, self.turns[1:], strict=False):
            if turn.role == "user" and before.role == "assistant" and _is_yes(turn.came):
                yield before.came


def traced(turns: Sequence[Turn], trust: Trust, call: ToolCall) -> Traced:
    """The conversation, without the words of the turn that holds the call."""
    values = hidden(turns)
    read = sum(len(turn.came) for turn in turns) + len(arguments_of(call))
    return Traced(tuple(turns), trust, meant(call, values), values, Steps(LOOK * read))


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


def _read(text: str) -> str:
    """The text without marks, and what is hidden in it beside it."""
    text = unmarked(text)
    return "\n".join([text, *(one.text for one in hidden_in(text))])


def _is_yes(text: str) -> bool:
    return len(text) <= _LONGEST_YES and _YES.search(plain(text)) is not None
