"""Records in a result: objects of JSON, or the `Label: value` lines of a letter.

Its rule: a value that fills a field of JSON cannot have been written in by prose in another, and nobody who writes
prose can name a field. Of several records the one is meant in which another field, as a whole, says what the user said;
of several fields of it that of the argument's name. A line of a letter can be written by whoever can write in it.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import orjson
import re2

from meant.guard.taint.asked import names_of
from meant.guard.wording.values import Found, alike, values_in
from meant.guard.wording.words import Words, spaced, stem, words_of

_LONGEST_FIELD = 80
"""Characters; a longer one is prose."""
_LONGEST_LABEL = 30
_LABELLED = re2.compile(r"(?m)^[ \t]*(\pL[^\n:]*):[ \t]*(\S.*)$")


class Record(NamedTuple):
    """Names of fields, and what stands in each."""

    fields: tuple[tuple[str, str], ...]

    def holding(self, value: Found) -> list[tuple[str, Found]]:
        """The values like this one that stand alone in a field each, with the field's name."""
        found = ((label, values_in(text)) for label, text in self.fields if len(text) <= _LONGEST_FIELD)
        return [(label, one[0]) for label, one in found if len(one) == 1 and alike(one[0], value)]

    def called(self, argument: str) -> list[str]:
        """What stands in the fields whose names share a word with the argument's."""
        return [text for label, text in self.fields if names_of(label) & names_of(argument)]

    def is_meant(self, user: Words) -> bool:
        """Whether a field says nothing but words of the user's."""
        said = (frozenset(stem(word) for word in words_of(text)) for _, text in self.fields)
        return any(words and words <= user.stems for words in said)


def records_of(text: str) -> list[Record]:
    """Every object in the text, where it is JSON with objects in it."""
    try:
        return list(_records(orjson.loads(text)))
    except orjson.JSONDecodeError:
        return []


def labelled(text: str) -> Record:
    """The labelled lines of the text."""
    lines = ((spaced(found.group(1)), found.group(2)) for found in _LABELLED.finditer(text))
    return Record(tuple((label, said) for label, said in lines if len(label) <= _LONGEST_LABEL))


def meant(records: Sequence[Record], value: Found, argument: str, user: Words, asked_for: Collection[str]) -> set[str]:
    """Keys of the values like this one in the records that the user means; where only one has any, in that one.

    Where a field has the argument's name, of such fields. What the records were `asked_for` by is what they are of.
    """
    holding = [record for record in records if record.holding(value)]
    places = [place for record in _wanted(holding, user) for place in record.holding(value)]
    named = [place for place in places if names_of(place[0]) == names_of(argument)]
    return {found.key for _, found in named or places if found.key not in asked_for}


def fills(records: Sequence[Record], key: str, user: Words) -> bool:
    """Whether the text of this key fills a field of a record that is meant, and no field of that name says another."""
    fields = [field for record in _wanted([one for one in records if one.fields], user) for field in record.fields]
    labels = {label for label, text in fields if spaced(text) == key}
    return any({spaced(text) for label, text in fields if label == one} == {key} for one in labels)


def _wanted(records: Sequence[Record], user: Words) -> Sequence[Record]:
    return records if len(records) == 1 else [record for record in records if record.is_meant(user)]


def _records(data: object) -> Iterator[Record]:
    if isinstance(data, list):
        for one in data:
            yield from _records(one)
    if isinstance(data, dict):
        yield Record(tuple((key, str(value)) for key, value in data.items() if isinstance(value, str | int | float)))
        for value in data.values():
            yield from _records(value)
