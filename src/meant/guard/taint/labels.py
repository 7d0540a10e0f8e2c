"""Whether letters give each value of a sort on a line labelled as the argument that has it in this call.

"Arrival: ..., Departure: ..." leaves no choice where the call takes both. One that is left over does.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from meant.guard.taint.asked import names_of
from meant.guard.taint.source import Source
from meant.guard.taint.steps import LOOK
from meant.guard.taint.trace import Traced
from meant.guard.wording.values import Found, Kind, Sort, leaves, sort_of, values_in

_IN_PLACE: frozenset[Kind] = frozenset({"date", "code"})
"""Of accounts and sums a second one is always one too many."""


class Labels:
    """The labels in the documents that the user named, each read once however many values are asked about."""

    def __init__(self, sources: Sequence[Source], traced: Traced) -> None:
        self._sources, self._traced = sources, traced
        self._names = dict[Sort, Mapping[str, set[str]]]()
        """By sort, of each value the words of its labels; none at all where one is left over."""

    def each_in_its_place(self, value: Found, argument: str) -> bool:
        """Whether no value like this one is left over, and this one is labelled as the argument. Raises TooMuch."""
        if value.kind not in _IN_PLACE or any(one.brought.records for one in self._sources):
            return False
        sort = sort_of(value)
        if sort not in self._names:
            self._names[sort] = self._labelled(sort)
        return not names_of(argument).isdisjoint(self._names[sort].get(value.key, ()))

    def _labelled(self, sort: Sort) -> Mapping[str, set[str]]:
        self._traced.steps.take(sum(len(one.words.text) for one in self._sources))
        labels = defaultdict[str, set[str]](set)
        for field, found in (place for one in self._sources for place in one.places(sort)):
            labels[found.key] |= field.names
        every = set[str]().union(*(one.keys(sort) for one in self._sources))
        in_place = {key for key, names in labels.items() if not names.isdisjoint(self._taken.get(key, ()))}
        return labels if every == in_place else {}

    @cached_property
    def _taken(self) -> Mapping[str, set[str]]:
        """Of each value in the call the words in the names of the arguments that take it."""
        taken = defaultdict[str, set[str]](set)
        for name, given in self._traced.call.arguments.items():
            names = names_of(name)
            for key in {found.key for leaf in leaves(given) for found in values_in(str(leaf))}:
                self._traced.steps.take(LOOK * len(names))
                taken[key] |= names
        return taken
