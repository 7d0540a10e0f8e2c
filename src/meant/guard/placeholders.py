"""Placeholders for personal data: `<EMAIL_1>` in the place of an address, the same one throughout a conversation.

Which placeholder stands for which value follows from the conversation as it came, by the order in which values appear
in what the user said and in what tools brought. What was found in a turn is remembered while the turn is there: it is
before all that come after it, and would be searched as often.
"""

import json
import re
import weakref
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from typing import NamedTuple

from meant.core.span import Span
from meant.core.turn import ToolCall, Turn
from meant.guard.recognise.contract import Recognisers
from meant.guard.recognise.personal import PERSONAL, Personal, recognisers_of
from meant.systems.tools.screened import arguments_of, rewritten

_PLACEHOLDER = re.compile(rf"<(?:{'|'.join(kind.upper() for kind in PERSONAL)})_\d{{1,4}}>")
_MARKS = re.compile(r"[\s().-]")
_Key = tuple[Personal, str]
"""Kind and value, in the form that `same` gives it."""


class _Read(NamedTuple):
    """What stands in one turn."""

    values: tuple[tuple[_Key, str], ...]
    """Each as it was written, with its key."""
    written: frozenset[str]
    """Placeholders that came in so."""


class Memory:
    """Of what stands in turns, by the turn itself: two that say the same are two."""

    def __init__(self, recognisers: Recognisers[Personal]) -> None:
        self._recognisers = recognisers
        self._known = dict[int, tuple[weakref.ref[Turn], _Read]]()

    def read(self, turn: Turn) -> _Read:
        """What stands in it."""
        known = self._known.get(id(turn))
        if known is not None and known[0]() is turn:
            return known[1]
        came, key = turn.came, id(turn)
        found = [(kind, came[span.start : span.end]) for span, kind in self._recognisers.found(came)]
        values = tuple(((kind, same(kind, value)), value) for kind, value in found)
        read = _Read(values, frozenset(_PLACEHOLDER.findall(came)))
        self._known[key] = weakref.ref(turn, lambda gone: self._forget(key, gone)), read
        return read

    def _forget(self, key: int, gone: "weakref.ref[Turn]") -> None:
        if key in self._known and self._known[key][0] is gone:
            del self._known[key]


class Named(NamedTuple):
    """The values of a conversation."""

    placeholders: Mapping[_Key, str]
    from_user: Mapping[str, str]
    """What the user gave: by placeholder, as it was first written."""
    from_tools: Mapping[str, str]
    """What only tools brought."""


def named(turns: Sequence[Turn], memory: Memory) -> Named:
    """The values, numbered by kind. A placeholder that came in so stands for nothing."""
    coming = [(turn.role, memory.read(turn)) for turn in turns if turn.role in ("user", "tool")]
    written = {name for _, read in coming if read.written for name in read.written}
    numbers = {kind: count(1) for kind in PERSONAL}
    placeholders, user, tools = dict[_Key, str](), dict[str, str](), dict[str, str]()
    for role, read in coming:
        for key, value in read.values:
            if key not in placeholders:
                names = (f"<{key[0].upper()}_{number}>" for number in numbers[key[0]])
                placeholders[key] = next(name for name in names if name not in written)
            (user if role == "user" else tools).setdefault(placeholders[key], value)
    return Named(placeholders, user, {name: value for name, value in tools.items() if name not in user})


def same(kind: Personal, value: str) -> str:
    """Equal for two ways of writing one value."""
    plain = value.casefold()
    return plain if kind in ("email", "ip_address") else _MARKS.sub("", plain)


def stand(text: str) -> list[tuple[Span, str]]:
    """The placeholders that stand in a text."""
    return [(Span(*found.span()), found.group()) for found in _PLACEHOLDER.finditer(text)]


@cache
def _memory() -> Memory:
    return Memory(recognisers_of(PERSONAL))


def quoted(value: str) -> str:
    """As it stands within a JSON text."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


def hidden(turns: Sequence[Turn]) -> Mapping[str, str]:
    """By placeholder, the values in whose place the model was shown placeholders in this conversation."""
    shown = {name for turn in turns if turn.text != turn.came for _, name in stand(turn.text)}
    known = named(turns, _memory()) if shown else Named({}, {}, {})
    return {name: value for name, value in {**known.from_tools, **known.from_user}.items() if name in shown}


def meant(call: ToolCall, values: Mapping[str, str]) -> ToolCall:
    """The call with the values that placeholders in it stand for."""
    if not values:
        return call

    def value(found: re.Match[str]) -> str:
        name = found.group()
        return quoted(values[name]) if name in values else name

    return rewritten(call, _PLACEHOLDER.sub(value, arguments_of(call)))
