"""What a body's fields must be, whatever the dialect: each check gives the value, or a refusal that names the field.

Its rule: a field is read, passed on to a model of the same dialect, let go by since it changes no answer, or refused.
There is no fifth way: a field that nobody here has read may hold words that no guard has seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import orjson
from pydantic import JsonValue

from meant.serve.wires.contract import Refused
from meant.systems.tools.calls import DEEPEST, deep

BAD, TOO_LARGE = 400, 413
SHOWN = 60
"""Characters of a client's value that a refusal repeats."""


@dataclass(frozen=True)
class Fields:
    """The fields of one kind of object in one dialect; a null is as good as none."""

    read: frozenset[str]
    """What the wire reads itself."""
    passed: frozenset[str] = frozenset()
    """What only a model of the same dialect understands."""
    ignored: frozenset[str] = frozenset()
    """What changes nothing about the answer, or nothing that is promised."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """What cannot be honoured, and what to do instead."""
    neutral: Mapping[str, tuple[JsonValue, ...]] = field(default_factory=dict)
    """Values that ask for nothing beyond the usual: a field that is passed on or refused is let go by with one."""

    def pass_on(self, body: Mapping[str, Any], at: str = "") -> dict[str, JsonValue]:
        """Those to pass on. Raises Refused for a field that is refused or unknown."""
        extra: dict[str, JsonValue] = {}
        if body.keys() <= self.read:
            return extra
        for name, value in body.items():
            if name in self.read or name in self.ignored or value is None or value in self.neutral.get(name, ()):
                continue
            if name not in self.passed:
                invalid(self.refused.get(name, f"Unrecognized request argument supplied: {quoted(name)}."), at + name)
            extra[name] = shallow(value, at + name)
        return extra


def names(words: str) -> frozenset[str]:
    """The words, as names of fields."""
    return frozenset(words.split())


def invalid(message: str, param: str | None = None, *, status: int = BAD) -> NoReturn:
    """Refuse the request."""
    raise Refused(status, "invalid", message, param=param)


def read_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        why = f"{error.msg} at line {error.lineno}, column {error.colno}"
    else:
        if isinstance(told, dict):
            return told
        why = f"it is {kind(told)}"
    invalid(f"The body of the request has to be a JSON object: {why}.")


def an_object(value: object, param: str) -> dict[str, Any]:
    """A JSON object."""
    return value if isinstance(value, dict) else wrong_kind(value, "an object", param)


def a_list(value: object, param: str) -> list[Any]:
    """A list."""
    return value if isinstance(value, list) else wrong_kind(value, "a list", param)


def a_text(value: object, param: str) -> str:
    """A text."""
    return value if isinstance(value, str) else wrong_kind(value, "a string", param)


def a_name(value: object, param: str) -> str:
    """A text that is not empty."""
    return a_text(value, param) or invalid(f"{param} is empty.", param)


def a_flag(value: object, param: str) -> bool:
    """True or false; a null is false."""
    return value if isinstance(value, bool) else False if value is None else wrong_kind(value, "true or false", param)


def numbered(value: object, param: str) -> Iterator[tuple[Any, str]]:
    """What a list holds, and what each of it is called; a null holds nothing."""
    for i, one in enumerate(a_list(value, param) if value is not None else ()):
        yield one, f"{param}[{i}]"


def stops(value: object, param: str) -> tuple[str, ...] | None:
    """Texts that end the reply: one, or a list of them; or a null."""
    if value is None:
        return None
    return tuple(a_name(one, at) for one, at in numbered([value] if isinstance(value, str) else value, param))


def a_number(value: object, param: str, low: float, high: float, *, above: bool = False) -> float | None:
    """A number between the two, or a null. `above`: not the lower one itself."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        wrong_kind(value, "a number", param)
    if not low <= value <= high or (above and value == low):
        words = f"above {low:g} and at most {high:g}" if above else f"from {low:g} to {high:g}"
        invalid(f"{param} has to be {words}, not {value:g}.", param)
    return value


def a_count(value: object, param: str, *, least: int = 1) -> int | None:
    """A whole number, or a null."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        wrong_kind(value, "a whole number", param)
    return value if value >= least else invalid(f"{param} has to be at least {least}, not {value}.", param)


def shallow(value: Any, param: str) -> Any:
    """A value that does not nest deeper than what can be sent on."""
    return invalid(f"{param} is nested deeper than {DEEPEST} levels.", param) if deep(value, DEEPEST) else value


def wrong_kind(value: object, wanted: str, param: str) -> NoReturn:
    """Refuse a value of the wrong type."""
    if value is None:
        invalid(f"Missing required parameter: {quoted(param)}.", param)
    invalid(f"Invalid type for {quoted(param)}: expected {wanted}, but got {kind(value)}.", param)


def kind(value: object) -> str:
    """What JSON calls a value's type."""
    names = {
        str: "a string",
        bool: "a boolean",
        int: "an integer",
        float: "a number",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "null")


def quoted(text: str) -> str:
    """A client's own word, shortened."""
    return f"'{text if len(text) <= SHOWN else f'{text[:SHOWN]}…'}'"
