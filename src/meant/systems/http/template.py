"""A request's JSON body with places in it: `{"message": "{{prompt}}"}`.

Its rule: a text that is nothing but a place becomes the value itself, whatever its type; elsewhere in a text the value
is written out. A field whose place has no value is left out. What is filled in is never read for places again.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import JsonValue

from meant.core.errors import PluginError, did_you_mean

_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Template:
    """A body. Raises PluginError for a place that is not among `known`, and for one of `alone` inside a longer text."""

    body: JsonValue
    known: Sequence[str]
    alone: Sequence[str] = ()
    """Places whose values are no text: lists."""
    setting: str = "body"

    def __post_init__(self) -> None:
        for where, text in _texts(self.body, self.setting):
            for name in _PLACE.findall(text):
                if name not in self.known:
                    words = f"{where} has the unknown place {{{{{name}}}}}"
                    remedy = f"{did_you_mean(name, self.known)}there are: {', '.join(self.known)}"
                    raise PluginError(words, remedy, setting=where)
                if name in self.alone and not _PLACE.fullmatch(text):
                    words = f"{where} has {{{{{name}}}}}, a list, inside a text"
                    raise PluginError(words, f'write "{{{{{name}}}}}" and nothing else there', setting=where)

    @cached_property
    def names(self) -> frozenset[str]:
        """The places that occur."""
        return frozenset(name for _, text in _texts(self.body, "") for name in _PLACE.findall(text))

    def filled(self, values: Mapping[str, JsonValue]) -> JsonValue:
        """The body with values for all of `names`; None is no value."""
        return _filled(self.body, values)


def _filled(part: JsonValue, values: Mapping[str, JsonValue]) -> JsonValue:
    if isinstance(part, dict):
        return {name: _filled(one, values) for name, one in part.items() if not _void(one, values)}
    if isinstance(part, list):
        return [_filled(one, values) for one in part]
    if not isinstance(part, str):
        return part
    if whole := _PLACE.fullmatch(part):
        return values[whole[1]]
    return _PLACE.sub(lambda place: _written(values[place[1]]), part)


def _void(part: JsonValue, values: Mapping[str, JsonValue]) -> bool:
    place = _PLACE.fullmatch(part) if isinstance(part, str) else None
    return place is not None and values[place[1]] is None


def _written(value: JsonValue) -> str:
    return "" if value is None else str(value)


def _texts(part: JsonValue, where: str) -> Iterator[tuple[str, str]]:
    """Every text of a body that is a value, and the path to it."""
    if isinstance(part, str):
        yield where, part
    elif isinstance(part, dict):
        for name, one in part.items():
            yield from _texts(one, f"{where}.{name}")
    elif isinstance(part, list):
        for i, one in enumerate(part):
            yield from _texts(one, f"{where}.{i}")
