"""Whether a value may be taken from a document because the user named the document as its source.

"Pay the bill in bill.txt" has the amount stand in the file, and rightly so. Its rule, where the owner allows it for
this argument: the user named what was read, what was read gives the model no orders, and it leaves no choice, since a
second value of the kind may be the one that somebody put there; nor has anybody else given one. Whoever can replace
the one value in a document that the user relies on is not seen here.
"""

from collections.abc import Sequence
from functools import cached_property

from meant.guard.taint.asked import asks_for
from meant.guard.taint.conversation import Brought
from meant.guard.taint.labels import Labels
from meant.guard.taint.source import Source, told
from meant.guard.taint.trace import Traced
from meant.guard.wording.lists import words as listed
from meant.guard.wording.values import STRICT, Found, Kind, Sort, sort_of
from meant.guard.wording.words import Words, spaced, words_of


class Naming:
    """What the user named as sources, each read once however many values are asked about."""

    def __init__(self, traced: Traced) -> None:
        self._traced = traced
        self._only = dict[tuple[Sort, str], set[str]]()
        """By sort and argument, the values that could be meant."""

    def vouches(self, value: Found, argument: str) -> bool:
        """Whether the user's naming of a document vouches for the value in this argument. Raises TooMuch."""
        holding = [one for one in self._sources if self._traced.holds(one.words, value)]
        if not holding or self._gives_orders:
            return False
        if value.kind == "text":
            return all(one.fills(value.key, argument) for one in holding)
        return self._only_one(value, argument) or self._labels.each_in_its_place(value, argument)

    def vouches_for_all(self, text: str, value: Found, argument: str) -> bool:
        """Whether a value to which nothing is sent stands, with other words, in a text that fills a field of a source.

        By itself it would need no field: anybody who can write a line can write `Amount: 900`. Raises TooMuch.
        """
        if value.kind in STRICT or not set(words_of(text)) - set(words_of(value.key)) - listed("suffixes"):
            return False
        return self.vouches(Found("text", spaced(text)), argument)

    @cached_property
    def _sources(self) -> list[Source]:
        """Results of calls that the user's own words, or what these led to, asked for."""
        named, known = list[Source](), [self._traced.user]
        for one in self._traced.untrusted:
            if self._names(one, known):
                named.append(Source(one, self._traced))
                known.append(one.words)
        return named

    @cached_property
    def _labels(self) -> Labels:
        return Labels(self._sources, self._traced)

    @cached_property
    def _gives_orders(self) -> bool:
        return any(one.brought.orders for one in self._sources)

    @cached_property
    def _given(self) -> frozenset[Kind]:
        """Kinds of which somebody vouches for another: for where something goes, or, the user, for a sum of money."""
        vouched = (one.kind for words in self._traced.vouching for one in words.values if one.kind in STRICT)
        return frozenset([*vouched, *(one.kind for one in self._traced.user.values if one.money)])

    def _names(self, brought: Brought, known: Sequence[Words]) -> bool:
        if brought.call is None:
            return False
        asked = [text for text in map(spaced, told(brought)) if text]
        if not asked:
            self._traced.steps.take(len(self._traced.user.text))
            return asks_for(brought.tool, self._traced.user, asked_by=self._traced.trust.asked_by)
        return all(any(self._traced.holds(words, Found("text", text)) for words in known) for text in asked)

    def _only_one(self, value: Found, argument: str) -> bool:
        """Whether nothing else of its kind could be meant."""
        if value.kind in self._given:
            return False
        place = (sort_of(value), argument)
        if place not in self._only:
            self._traced.steps.take(sum(len(one.words.text) for one in self._sources))
            self._only[place] = set[str]().union(*(one.meant(*place) for one in self._sources))
        return self._only[place] == {value.key}
