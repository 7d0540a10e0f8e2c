"""Placeholders for personal data: `<EMAIL_1>` in the place of an address, the same one throughout a conversation.

Nothing is kept from one text to the next: which placeholder stands for which value follows from the conversation as it
came, by the order in which values appear in what the user said and in what tools brought.
"""

import json
import re
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


class Named(NamedTuple):
    """The values of a conversation."""

    placeholders: Mapping[tuple[Personal, str], str]
    """By kind and value, in the form that `same` gives it."""
    from_user: Mapping[str, str]
    """What the user gave: by placeholder, as it was first written."""
    from_tools: Mapping[str, str]
    """What only tools brought."""


def named(turns: Sequence[Turn], recognisers: Recognisers[Personal]) -> Named:
    """The values, numbered by kind. A placeholder that came in so stands for nothing."""
    coming = [turn for turn in turns if turn.role in ("user", "tool")]
    written = {found for turn in coming for found in _PLACEHOLDER.findall(turn.came)}
    numbers = {kind: count(1) for kind in PERSONAL}
    placeholders, user, tools = dict[tuple[Personal, str], str](), dict[str, str](), dict[str, str]()
    for turn in coming:
        for span, kind in recognisers.found(turn.came):
            value = turn.came[span.start : span.end]
            key = kind, same(kind, value)
            if key not in placeholders:
                names = (f"<{kind.upper()}_{number}>" for number in numbers[kind])
                placeholders[key] = next(name for name in names if name not in written)
            (user if turn.role == "user" else tools).setdefault(placeholders[key], value)
    return Named(placeholders, user, {name: value for name, value in tools.items() if name not in user})


def same(kind: Personal, value: str) -> str:
    """Equal for two ways of writing one value."""
    plain = value.casefold()
    return plain if kind in ("email", "ip_address") else _MARKS.sub("", plain)


def stand(text: str) -> list[tuple[Span, str]]:
    """The placeholders that stand in a text."""
    return [(Span(*found.span()), found.group()) for found in _PLACEHOLDER.finditer(text)]


@cache
def _all() -> Recognisers[Personal]:
    return recognisers_of(PERSONAL)


def quoted(value: str) -> str:
    """As it stands within a JSON text."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


def meant(call: ToolCall, turns: Sequence[Turn]) -> ToolCall:
    """The call with the values that the model was shown placeholders of in this conversation."""
    written = arguments_of(call)
    shown = {name for turn in turns if turn.text != turn.came for _, name in stand(turn.text)}
    if not any(name in shown for _, name in stand(written)):
        return call
    known = named(turns, _all())
    values = {name: quoted(value) for name, value in {**known.from_tools, **known.from_user}.items() if name in shown}
    return rewritten(call, _PLACEHOLDER.sub(lambda found: values.get(found.group(), found.group()), written))
