"""Whether a value may be taken from a document because the user named the document as its source.

"Pay the bill in bill.txt" has the amount stand in the file, and rightly so. Its rule, where the owner allows it for
this argument: the user named what was read, what was read gives the model no orders, and it leaves no choice, since a
second value of the kind may be the one that somebody put there; nor has anybody else given one. Whoever can replace
the one value in a document that the user relies on is not seen here.
"""

from collections.abc import Sequence
from functools import cached_property

from meant.guard.injection.signs import orders
from meant.guard.taint.asked import asks_for
from meant.guard.taint.records import Filled, labelled, meant, records_of
from meant.guard.taint.trace import Brought, Traced
from meant.guard.wording.values import STRICT, Found, Kind, leaves
from meant.guard.wording.words import Words, spaced


class Naming:
    """What the user named as sources, each read once however many values are asked about."""

    def __init__(self, traced: Traced) -> None:
        self._traced = traced
        self._only = dict[Kind, set[str]]()
        """By kind, the values that could be meant."""
        self._filled = dict[int, Filled]()
        """By the place of what was brought."""

    def vouches(self, value: Found) -> bool:
        """Whether the user's naming of a document vouches for the value. Raises TooMuch."""
        holding = [one for one in self._sources if self._traced.holds(one.words, value)]
        if not holding or self._gives_orders:
            return False
        if value.kind == "text":
            return all(self._fields(one).filled_with(value.key) for one in holding)
        return self._only_one(value)

    @cached_property
    def _sources(self) -> list[Brought]:
        """Results of calls that the user's own words, or what these led to, asked for."""
        named, known = list[Brought](), [self._traced.user]
        for one in self._traced.untrusted:
            if self._names(one, known):
                named.append(one)
                known.append(one.words)
        return named

    @cached_property
    def _gives_orders(self) -> bool:
        return any(orders(one.words.text) for one in self._sources)

    @cached_property
    def _given(self) -> frozenset[Kind]:
        """Kinds of which somebody else gave a value."""
        return frozenset(one.kind for words in self._traced.vouching for one in words.values)

    def _fields(self, brought: Brought) -> Filled:
        if brought.at not in self._filled:
            text = brought.words.text
            self._filled[brought.at] = Filled(records_of(text) or [labelled(text)], self._traced.user)
        return self._filled[brought.at]

    def _names(self, brought: Brought, known: Sequence[Words]) -> bool:
        if brought.call is None:
            return False
        told = [spaced(str(leaf)) for value in brought.call.arguments.values() for leaf in leaves(value)]
        told = [text for text in told if text]
        if not told:
            return asks_for(brought.tool, self._traced.user, asked_by=self._traced.trust.asked_by)
        return all(any(self._traced.holds(words, Found("text", text)) for words in known) for text in told)

    def _only_one(self, value: Found) -> bool:
        """Whether nothing else of its kind could be meant."""
        if value.kind in STRICT and value.kind in self._given:
            return False
        if value.kind not in self._only:
            found = (self._candidates(value.kind, one.words) for one in self._sources)
            self._only[value.kind] = set[str]().union(*found)
        return self._only[value.kind] == {value.key}

    def _candidates(self, kind: Kind, words: Words) -> set[str]:
        records = records_of(words.text)
        return meant(records, kind, self._traced.user) if records else _in_prose(kind, words)


def _in_prose(kind: Kind, words: Words) -> set[str]:
    """Every value of the kind; of numbers those with a currency, where there are some."""
    alike = [one for one in words.values if one.kind == kind]
    priced = [one for one in alike if one.money]
    return {one.key for one in priced or alike}
