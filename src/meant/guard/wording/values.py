"""Values that decide something, wherever they stand: addresses, links, accounts, dates, sums, codes.

Its rule: a value has one key however it is written (case, spaces, grouping of digits, percent-encoding, characters
that nobody sees), so that two texts can be asked whether they hold the same one.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NamedTuple

import re2

from meant.guard.wording.lists import words
from meant.guard.wording.plain import plain

Kind = Literal["address", "link", "account", "date", "number", "code", "text"]
STRICT: frozenset[Kind] = frozenset({"address", "link", "account"})
"""Whoever names one decides where something goes: it must come from somebody, and is never made up."""
_FEWEST_DIGITS = 7


class Sort(NamedTuple):
    """Of a value: what kind it is, and of a date whether it is a time of day."""

    kind: Kind
    time: bool


class Found(NamedTuple):
    """A value in a text."""

    kind: Kind
    key: str
    """Equal for equal values, however they are written."""
    money: bool = False
    """Of a number: a currency stands beside it."""


def sort_of(value: Found) -> Sort:
    """What all share that could stand in its place: the kind, and no time of day for a day."""
    return Sort(value.kind, time=value.kind == "date" and _TIME.match(value.key) is not None)


def values_in(text: str) -> list[Found]:
    """Every value in the text, in no order; one inside another counts as the outer one."""
    left, found = plain(text), list[Found]()
    for kind, sign, pattern, key in _KINDS:
        if not sign.search(left):
            continue
        taken = [(m.start(), m.end(), k) for m in pattern.finditer(left) if (k := key(m.group()))]
        for start, end, value in taken:
            money = kind == "number" and bool(_CURRENCY.search(left[max(0, start - 5) : end + 5]))
            found.append(Found(kind, value, money))
        left = _without(left, taken)
    return found


def _without(text: str, taken: list[tuple[int, int, str]]) -> str:
    parts, at = list[str](), 0
    for start, end, _ in taken:
        parts += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _link(written: str) -> str:
    bare = written.partition("://")[2] or written
    bare = bare.removeprefix("mailto:").removeprefix("www.").rstrip("/.,;:!?)'\"")
    host = bare.partition("/")[0]
    return "" if "/" not in bare and host.rpartition(".")[2] in words("suffixes") else bare


def _account(written: str) -> str:
    key = "".join(c for c in written if c.isalnum())
    return key if sum(c.isdigit() for c in key) >= _FEWEST_DIGITS else ""


def _number(written: str) -> str:
    try:
        value = Decimal("".join(c for c in written if c.isdigit() or c == "."))
    except InvalidOperation:
        return ""
    return format(value.normalize(), "f")


def _code(written: str) -> str:
    mixed = any(c.isalpha() for c in written) and any(c.isdigit() for c in written)
    return written if mixed else ""


def _same(written: str) -> str:
    return "".join(written.split())


_DATE = r"\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2})?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\b\d{1,2}:\d{2}\b"
_TIME: Any = re2.compile(r"\d{1,2}:")
_CURRENCY: Any = re2.compile(r"[€$£¥]|\b(?:eur|usd|gbp|chf|euros?|dollars?|pounds?)\b")
_WRITTEN: tuple[tuple[Kind, str, str, Callable[[str], str]], ...] = (
    ("address", "@", r"[\pL\pN._%+\-]+\s?@\s?[\pL\pN\-]+(?:\.[\pL\pN\-]+)+", _same),
    ("link", r"://|www\.", r"(?:[a-z][a-z0-9+.\-]*://|www\.)[^\s<>\"'\])}]+", _link),
    ("date", "[0-9]", _DATE, _same),
    ("link", r"\.", r"(?:[\pL\pN][\pL\pN\-]*\.)+\pL{2,}(?:/[^\s<>\"'\])}]*)?", _link),
    (
        "account",
        "[0-9]",
        r"\b[a-z]{2}\d{2}[a-z0-9]{9,30}\b|\b[a-z]{2}\d{2}(?: [a-z0-9]{4}){2,7}(?: \d{1,3})?\b",
        _account,
    ),
    ("account", "[0-9]", r"(?:\+|\b)\d[\d ()\-/]{5,}\d", _account),
    ("code", r"[^\Wa-z_]", r"[\pL\pN_\-]{4,}", _code),
    ("number", "[0-9]", r"\d+(?:[,' ]\d{3})*(?:\.\d+)?", _number),
)
"""Kind, what there is none without, the pattern, the key. In the order in which they are looked for."""
_KINDS = tuple((kind, re.compile(sign), re2.compile(pattern), key) for kind, sign, pattern, key in _WRITTEN)


def leaves(value: object) -> Iterator[str | int | float]:
    """The texts and numbers in an argument, however deep; names of fields are texts too, truth values are none."""
    left = [value]
    while left:
        match left.pop():
            case bool() | None:
                continue
            case (str() | int() | float()) as leaf:
                yield leaf
            case dict() as fields:
                left += [part for field in reversed(fields.items()) for part in (field[1], str(field[0]))]
            case (list() | tuple()) as parts:
                left += reversed(parts)
