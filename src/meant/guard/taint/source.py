"""A document that the user named, read once however many values and arguments are asked about."""

from collections.abc import Iterator
from functools import cached_property

from meant.guard.taint.asked import names_of
from meant.guard.taint.conversation import Brought
from meant.guard.taint.records import Field, Filled, wanted
from meant.guard.taint.trace import Traced
from meant.guard.wording.values import Found, Sort, leaves, sort_of, values_in
from meant.guard.wording.words import Words


class Source:
    """What was brought, as records of JSON or as a letter."""

    def __init__(self, brought: Brought, traced: Traced) -> None:
        self.brought, self._traced = brought, traced
        self._lines = dict[str, frozenset[str]]()
        """By argument, what its lines of a letter say."""

    @property
    def words(self) -> Words:
        """All that stands in it."""
        return self.brought.words

    def fills(self, key: str, argument: str) -> bool:
        """Whether the text of this key fills a field; in a letter with lines of the argument's name, all of these."""
        lines = frozenset[str]() if self.brought.records else self._lines_of(argument)
        return lines == {key} if lines else self._filled.filled_with(key)

    def meant(self, sort: Sort, argument: str) -> set[str]:
        """Keys of the values of a sort in the records that the user means; where only one has any, in that one.

        Where a field has the argument's name, of such fields. What it was asked for by is what the records are of.
        """
        if not self.brought.records:
            return self._in_prose(sort)
        holding = [record for record in self.brought.records if record.holding(sort)]
        places = [place for record in wanted(holding, self._traced.user) for place in record.holding(sort)]
        names = names_of(argument)
        named = [place for place in places if place[0].names == names]
        return {found.key for _, found in named or places if found.key not in self._asked_for}

    def places(self, sort: Sort) -> list[tuple[Field, Found]]:
        """Of a letter, the values of this sort that stand alone on a labelled line each."""
        return self.brought.letter.holding(sort)

    def keys(self, sort: Sort) -> set[str]:
        """Keys of all values of this sort in it."""
        return {one.key for one in self.words.values if sort_of(one) == sort}

    def _in_prose(self, sort: Sort) -> set[str]:
        """Every value of the sort; of numbers those with a currency, where there are some."""
        priced = {one.key for one in self.words.values if one.money and sort_of(one) == sort}
        return priced or self.keys(sort)

    def _lines_of(self, argument: str) -> frozenset[str]:
        if argument not in self._lines:
            self._lines[argument] = frozenset(field.key for field in self.brought.letter.called(argument))
        return self._lines[argument]

    @cached_property
    def _filled(self) -> Filled:
        return Filled(self.brought.records or [self.brought.letter], self._traced.user)

    @cached_property
    def _asked_for(self) -> frozenset[str]:
        """Keys of what the user said and it was asked for by: of an order looked up by its number, the number."""
        found = dict.fromkeys(value for text in told(self.brought) for value in values_in(text))
        return frozenset(value.key for value in found if self._traced.holds(self._traced.user, value))


def told(brought: Brought) -> Iterator[str]:
    """What the call that brought it said."""
    arguments = brought.call.arguments.values() if brought.call else ()
    yield from (str(leaf) for value in arguments for leaf in leaves(value))
