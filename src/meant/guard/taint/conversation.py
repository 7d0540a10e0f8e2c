"""A conversation by whose words it is made of, read once: the user's, trusted results, and what others wrote.

What an assistant says is nobody's word, until the user says yes to it. Words are read as they came, and calls with the
values that placeholders in them stand for: what a guard hides from the model is no less the user's, or others'.
"""

import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import is_
from typing import NamedTuple

import re2

from meant.core.flow import Trust
from meant.core.turn import ToolCall, Turn
from meant.guard.injection.hidden import hidden_in
from meant.guard.injection.marking import unmarked
from meant.guard.injection.signs import orders
from meant.guard.placeholders import hidden, meant
from meant.guard.taint.records import Record, labelled, records_of
from meant.guard.wording.plain import plain, squeezed
from meant.guard.wording.spoken import Spoken
from meant.guard.wording.values import leaves
from meant.guard.wording.words import Words

_YES = re2.compile(
    r"^\W*(?:yes|yep|yeah|ok|okay|sure|correct|confirmed?|agreed|go ahead|please do|do (?:it|that)|that is right)\b"
)
_LONGEST_YES = 40
"""Characters; a longer answer has words of its own."""


@dataclass(frozen=True)
class Brought:
    """A tool's result."""

    tool: str
    call: ToolCall | None
    words: Words
    at: int
    """Which turn it is."""

    @cached_property
    def records(self) -> list[Record]:
        """None where it is a letter."""
        return records_of(self.words.text)

    @cached_property
    def letter(self) -> Record:
        """Its labelled lines."""
        return labelled(self.words.text)

    @cached_property
    def orders(self) -> bool:
        """Whether it gives the model orders."""
        return orders(self.words.text)


class Written(NamedTuple):
    """What a call carried."""

    call: str
    """Its id."""
    text: str
    """A line a value."""


@dataclass(frozen=True)
class Conversation:
    """One under what the owner trusts, up to and including the turn whose calls are in question."""

    turns: tuple[Turn, ...]
    trust: Trust

    @cached_property
    def size(self) -> int:
        """Characters."""
        return sum(len(turn.came) for turn in self.turns)

    @cached_property
    def hidden(self) -> Mapping[str, str]:
        """Values of which the model was shown placeholders."""
        return hidden(self.turns)

    @cached_property
    def user(self) -> Words:
        """All that the user, and the owner in a system turn, said, and what the user said yes to."""
        said = [turn.came for turn in self.turns if turn.role in ("user", "system")]
        return Words("\n".join([*said, *self._confirmed()]))

    @cached_property
    def spoken(self) -> Spoken:
        """The values that the user says in words."""
        return Spoken(self.user.text)

    @cached_property
    def results(self) -> list[Brought]:
        """Every tool's result, in order."""
        calls = {call.id: meant(call, self.hidden) for turn in self.turns for call in turn.calls}
        found = ((at, turn, calls.get(turn.answers or "")) for at, turn in enumerate(self.turns) if turn.role == "tool")
        return [Brought(call.tool if call else "", call, Words(_read(turn.came)), at) for at, turn, call in found]

    @cached_property
    def trusted(self) -> list[Words]:
        """The results that the owner vouches for."""
        return [one.words for one in self.results if one.tool in self.trust.results]

    @cached_property
    def untrusted(self) -> list[Brought]:
        """The results that nobody vouches for."""
        return [one for one in self.results if one.tool not in self.trust.results]

    @cached_property
    def written(self) -> list[Written]:
        """What calls with an effect carried since others' words came in."""
        since = self.untrusted[0].at if self.untrusted else len(self.turns)
        calls = (call for turn in self.turns[since:] for call in turn.calls)
        return [Written(call.id, self._carried(call)) for call in calls if call.tool not in self.trust.reads]

    def _carried(self, call: ToolCall) -> str:
        arguments = meant(call, self.hidden).arguments.values()
        return "\n".join(squeezed(str(leaf)) for one in arguments for leaf in leaves(one))

    def _confirmed(self) -> Iterator[str]:
        for before, turn in zip(self.turns, self.turns[1:], strict=False):
            if turn.role == "user" and before.role == "assistant" and _is_yes(turn.came):
                yield before.came


class Conversations:
    """Those that are being asked about, each for as long as there is its last turn, with the calls in question."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._known = dict[int, tuple[weakref.ref[Turn], Conversation]]()

    def of(self, turns: Sequence[Turn]) -> Conversation:
        """The one of these turns: read already, where they are the same and not merely alike."""
        *before, last = turns
        key, (known, found) = id(last), self._known.get(id(last), (None, None))
        if known is None or found is None or known() is not last or not _same(found.turns[:-1], before):
            found = Conversation((*before, last.but()), self._trust)  # which must not keep the last one
            self._known[key] = weakref.ref(last, lambda gone: self._forget(key, gone)), found
        return found

    def _forget(self, key: int, gone: "weakref.ref[Turn]") -> None:
        if key in self._known and self._known[key][0] is gone:
            del self._known[key]


def _same(one: Sequence[Turn], other: Sequence[Turn]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))


def _read(text: str) -> str:
    """The text without marks, and what is hidden in it beside it."""
    text = unmarked(text)
    return "\n".join([text, *(one.text for one in hidden_in(text))])


def _is_yes(text: str) -> bool:
    return len(text) <= _LONGEST_YES and _YES.search(plain(text)) is not None
