"""Which values of a call matter, that is, must be accounted for.

Of a tool that the owner speaks of under `matters`, the arguments named there, whatever they hold. Of another: whatever
stands in an argument that says where something goes or who gets it, by its name; else addresses, links and accounts
anywhere, and dates, sums and codes in values that are no prose and in no argument called `text` or the like. These last
a model may work out for itself: unless the owner named the argument, they must only not come from what others wrote.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import JsonValue

from meant.guard.taint.asked import PARTS
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


def matters_of(arguments: Mapping[str, JsonValue], named: Sequence[str] | None) -> list[Matter]:
    """Every value that matters; `named` are the arguments that the owner named, None: none was."""
    told = arguments if named is None else {name: arguments[name] for name in named if name in arguments}
    return [
        matter
        for name, argument in told.items()
        for leaf in leaves(argument)
        for matter in _matters(name, str(leaf), named=named is not None)
    ]


def tells(name: str, text: str) -> bool:
    """Whether a sum or a date in this argument is what is told, and not what is done: by its name, or its length."""
    return is_prose(text) or _is_called(name, "told")


def is_prose(text: str) -> bool:
    """Whether it is so long that it tells something."""
    words = [word for word in words_of(text) if len(word) > 1 and word.isalpha()]
    return len(text) > LONGEST_SHORT or len(words) > _MOST_WORDS


def _is_called(name: str, kind: str) -> bool:
    return bool({stem(part) for part in words_of(" ".join(PARTS.findall(name)))} & {stem(w) for w in listed(kind)})


def _matters(name: str, text: str, *, named: bool) -> Iterator[Matter]:
    values, telling = values_in(text), named or _is_called(name, "telling")
    short = not (is_prose(text) if telling else tells(name, text))
    found = [value for value in values if value.kind in STRICT or (short and value.key not in {"0", "1"})]
    yield from (
        Matter(name, value, text, named or value.kind in STRICT or (telling and value.kind == "code"))
        for value in found
    )
    if telling and short and not values and (key := spaced(text)):
        yield Matter(name, Found("text", key), text, strict=True)
