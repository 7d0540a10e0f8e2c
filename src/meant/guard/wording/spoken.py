"""Values that people say otherwise than calls hold them: "two", "3 pm", "March 12".

Its rule: what the user says in words is the user's value. It is asked the other way round, whether words mean a value
that a call holds, since "March 12" is the 12th of whatever year. English, and dates with the month as a word or in the
order of ISO; what needs a clock or a calendar ("tomorrow", "next Friday") is not read.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import re2

from meant.guard.wording.lists import lines
from meant.guard.wording.plain import plain
from meant.guard.wording.values import Found

_VALUE = re2.compile(r"(?:(\d{4})-(\d{2})-(\d{2}))?[t ]?(?:(\d{1,2}):(\d{2})(?::00)?)?")
_ISO = re2.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY_FIRST = re2.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\.? (?:of )?(\pL{3,9})\b\.?,?(?: (\d{4})\b)?")
_MONTH_FIRST = re2.compile(r"\b(\pL{3,9})\.? (?:the )?(\d{1,2})(?:st|nd|rd|th)?\b,?(?: (\d{4})\b)?")
_TIME = re2.compile(r"\b(\d{1,2})(?:[:.](\d{2}))?(?: ?([ap])\.?m\b)?")
_WORD = re2.compile(r"\pL+")
_SHORTEST_MONTH = 3


class Day(NamedTuple):
    """A day of a year, or of any."""

    year: int | None
    month: int
    day: int


class Spoken:
    """What one text says in words, read once however many values are asked about."""

    def __init__(self, text: str) -> None:
        said = plain(text)
        self._numbers = frozenset(_numbers().get(word) for word in _WORD.findall(said))
        self._days = frozenset(_days(said))
        self._times = frozenset(_times(said))

    def means(self, value: Found) -> bool:
        """Whether the text says the value in words. Of numbers those up to twenty, tens, and a dozen."""
        if value.kind == "number":
            return value.key in self._numbers
        read = _VALUE.fullmatch(value.key) if value.kind == "date" else None
        if read is None or not value.key:
            return False
        year, month, day, hour, minute = (int(part) if part else None for part in read.groups())
        on_day = day is None or bool({Day(year, month or 0, day), Day(None, month or 0, day)} & self._days)
        return on_day and (hour is None or (hour, minute) in self._times)


def _days(said: str) -> Iterator[Day]:
    for found in _ISO.finditer(said):
        yield Day(*map(int, found.groups()))
    for pattern, day_at, month_at in ((_DAY_FIRST, 1, 2), (_MONTH_FIRST, 2, 1)):
        for found in pattern.finditer(said):
            if month := _months().get(found.group(month_at)):
                yield Day(int(found.group(3)) if found.group(3) else None, month, int(found.group(day_at)))


def _times(said: str) -> Iterator[tuple[int, int]]:
    """Hour and minute; a number alone is none."""
    for found in _TIME.finditer(said):
        hour, minute, half = int(found.group(1)), int(found.group(2) or 0), found.group(3)
        if half:
            yield hour % 12 + 12 * (half == "p"), minute
        elif found.group(2):
            yield hour, minute


@cache
def _numbers() -> Mapping[str, str]:
    return {word: number for number, *said in lines("numbers") for word in said}


@cache
def _months() -> Mapping[str, int]:
    """Whole, and the first letters of it."""
    names = [name for (name,) in lines("months")]
    return {name[:length]: at for at, name in enumerate(names, 1) for length in (_SHORTEST_MONTH, 4, len(name))}
