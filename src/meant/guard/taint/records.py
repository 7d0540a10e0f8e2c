"""Records in a result: objects of JSON, or the `Label: value` lines of a letter.

Its rule: a value that fills a field of JSON cannot have been written in by prose in another, and nobody who writes
prose can name a field. Of several records the one is meant in which another field, as a whole, says what the user said;
of several fields of it that of the argument's name. A line of a letter can be written by whoever can write in it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import orjson
import re2

from meant.guard.taint.asked import names_of
from meant.guard.wording.values import Found, Sort, sort_of, values_in
from meant.guard.wording.words import Words, spaced, stem

_LONGEST_FIELD = 80
"""Characters; a longer one is prose."""
_LONGEST_LABEL = 30
_LABELLED = re2.compile(r"(?m)^[ \t]*(\pL[^\n:]*):[ \t]*(\S.*)$")


@dataclass(frozen=True)
class Field:
    """A field by its name, read once however often it is asked about."""

    label: str
    text: str

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of the words of its name."""
        return names_of(self.label)

    @cached_property
    def key(self) -> str:
        """What stands in it, word by word."""
        return spaced(self.text)

    @cached_property
    def alone(self) -> Found | None:
        """The one value in it."""
        found = values_in(self.text) if len(self.text) <= _LONGEST_FIELD else []
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Record:
    """Its fields, in order."""

    fields: tuple[Field, ...]

    def holding(self, sort: Sort) -> list[tuple[Field, Found]]:
        """The values of this sort that stand alone in a field each, with the field."""
        return [(one, one.alone) for one in self.fields if one.alone is not None and sort_of(one.alone) == sort]

    def called(self, argument: str) -> list[Field]:
        """The fields whose names share a word with the argument's."""
        names = names_of(argument)
        return [one for one in self.fields if names & one.names]

    def is_meant(self, user: Words) -> bool:
        """Whether a field says nothing but words of the user's."""
        said = (frozenset(stem(word) for word in one.key.split()) for one in self.fields)
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
    return Record(tuple(Field(label, said) for label, said in lines if len(label) <= _LONGEST_LABEL))


def wanted(records: Sequence[Record], user: Words) -> Sequence[Record]:
    """Those that the user means; where there is but one, that one."""
    return records if len(records) == 1 else [record for record in records if record.is_meant(user)]


class Filled:
    """The fields of the records that the user means, as texts are asked for in them."""

    def __init__(self, records: Sequence[Record], user: Words) -> None:
        self._keys, self._labels = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for record in wanted([one for one in records if one.fields], user):
            for field in record.fields:
                self._keys[field.label].add(field.key)
                self._labels[field.key].add(field.label)

    def filled_with(self, key: str) -> bool:
        """Whether the text of this key fills a field, and no field of that name says another."""
        return any(self._keys[label] == {key} for label in self._labels.get(key, ()))


def _records(data: object) -> Iterator[Record]:
    left = [data]
    while left:
        match left.pop():
            case list() as several:
                left += several
            case dict() as one:
                told = ((name, value) for name, value in one.items() if isinstance(value, str | int | float))
                yield Record(tuple(Field(name, str(value)) for name, value in told))
                left += one.values()
            case _:
                pass
