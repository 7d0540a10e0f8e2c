"""Which values of a call matter, that is, must be accounted for.

Of a tool that the owner speaks of under `matters`, the arguments named there, whatever they hold. Of another: whatever
stands in an argument that says where something goes or who gets it, by its name; else addresses, links and accounts
anywhere, and dates, sums and codes in values that are no prose and in no argument called `text` or the like. These last
a model may work out for itself: unless the owner named the argument, they must only not come from what others wrote.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from pydantic import JsonValue

from meant.guard.taint.asked import names_of
from meant.guard.wording.lists import words as listed
from meant.guard.wording.values import STRICT, Found, leaves, values_in
from meant.guard.wording.words import spaced, stem, words_of

LONGEST_SHORT = 80
"""Characters; a longer text is prose."""
_MOST_WORDS = 6
"""So is one of more words that hold a letter."""


class Matter(NamedTuple):
    """A value of a call that must be accounted for."""

    argument: str
    value: Found
    text: str
    """All that stands there."""
    strict: bool
    """Whether it must come from somebody; else it must only not come from what others wrote."""


class _Argument(NamedTuple):
    """What its name says, read once however many texts it holds."""

    name: str
    named: bool
    """By the owner, as one that matters."""
    telling: bool
    """Where something goes, or who gets it."""
    told: bool
    """That it is told to somebody."""


def matters_of(arguments: Mapping[str, JsonValue], named: Sequence[str] | None) -> Iterator[Matter]:
    """Every value that matters; `named` are the arguments that the owner named, None: none was."""
    told = arguments if named is None else {name: arguments[name] for name in named if name in arguments}
    for name, argument in told.items():
        one = _Argument(name, named is not None, _is_called(name, "telling"), _is_called(name, "told"))
        for text in dict.fromkeys(str(leaf) for leaf in leaves(argument)):
            yield from _matters(one, text)


def tells(name: str, text: str) -> bool:
    """Whether a sum or a date in this argument is what is told, and not what is done: by its name, or its length."""
    return is_prose(text) or _is_called(name, "told")


def is_prose(text: str) -> bool:
    """Whether it is so long that it tells something."""
    if len(text) > LONGEST_SHORT:
        return True
    return sum(len(word) > 1 and word.isalpha() for word in words_of(text)) > _MOST_WORDS


def _is_called(name: str, kind: str) -> bool:
    return not names_of(name).isdisjoint(_stems(kind))


@cache
def _stems(kind: str) -> frozenset[str]:
    return frozenset(stem(word) for word in listed(kind))


def _matters(one: _Argument, text: str) -> Iterator[Matter]:
    values, telling = dict.fromkeys(values_in(text)), one.named or one.telling
    if not values and not telling:
        return
    short = not (is_prose(text) or (one.told and not telling))
    found = [value for value in values if value.kind in STRICT or (short and value.key not in {"0", "1"})]
    yield from (
        Matter(one.name, value, text, one.named or value.kind in STRICT or (telling and value.kind == "code"))
        for value in found
    )
    if telling and short and not values and (key := spaced(text)):
        yield Matter(one.name, Found("text", key), text, strict=True)
