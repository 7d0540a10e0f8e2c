"""Records in a result: objects of JSON, or the `Label: value` lines of a letter.

Its rule: a value that fills a field of JSON cannot have been written in by prose in another. Of several records the
one is meant in which another field, as a whole, says what the user said.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import orjson
import re2

from meant.guard.wording.values import Found, values_in
from meant.guard.wording.words import Words, spaced, stem, words_of

_LONGEST_FIELD = 80
"""Characters; a longer one is prose."""
_LONGEST_LABEL = 30
_LABELLED = re2.compile(r"(?m)^[ \t]*(\pL[^\n:]*):[ \t]*(\S.*)$")


class Record(NamedTuple):
    """Names of fields, and what stands in each."""

    fields: tuple[tuple[str, str], ...]

    def holding(self, kind: str) -> list[Found]:
        """The values of this kind that fill a field each."""
        found = (values_in(text) for _, text in self.fields if len(text) <= _LONGEST_FIELD)
        return [one[0] for one in found if len(one) == 1 and one[0].kind == kind]

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


def meant(records: Sequence[Record], kind: str, user: Words) -> set[str]:
    """Keys of the values of a kind in the records that the user means; where only one has any, in that one."""
    holding = [record for record in records if record.holding(kind)]
    return {value.key for record in _wanted(holding, user) for value in record.holding(kind)}


class Filled:
    """The fields of the records that the user means, as texts are asked for in them."""

    def __init__(self, records: Sequence[Record], user: Words) -> None:
        self._keys, self._labels = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for record in _wanted([one for one in records if one.fields], user):
            for label, text in record.fields:
                self._keys[label].add(key := spaced(text))
                self._labels[key].add(label)

    def filled_with(self, key: str) -> bool:
        """Whether the text of this key fills a field, and no field of that name says another."""
        return any(self._keys[label] == {key} for label in self._labels.get(key, ()))


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
