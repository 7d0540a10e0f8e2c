r"""How long a match of an RE2 pattern can be.

Its rule: never too short. What the pattern's syntax bounds is bounded; of anything else, and of syntax that is not
known here, there is said to be no bound. Source: the syntax that RE2 accepts, https://github.com/google/re2/wiki/Syntax.
"""

import math
import re

_CLASS = re.compile(r"\[\^?\]?(?:\[:\^?\w+:\]|\\[pP]\{\^?\w+\}|\\.|[^\]\\])*\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:[pP](?:\{\^?\w+\}|\w)|x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|[0-7]{1,3}|.)", re.DOTALL)
_FLAGS = re.compile(r"\?[imsU-]*\)")
_OPENS = re.compile(r"\((?:\?(?:P?<\w+>|[imsU-]*:))?")
_REPEAT = re.compile(r"(?P<sign>[*+?])\??|\{(?P<least>\d+)(?P<open>,)?(?P<most>\d+)?\}\??")
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|$)", re.DOTALL)
_NOTHING = "AbBzQE"
"""Escapes that match no character."""


def width(pattern: str) -> int | None:
    """Characters that a match has at most; None: there is no bound."""
    found, end = _either(_unquoted(pattern), 0)
    return None if math.isinf(found) or end != len(_unquoted(pattern)) else int(found)


def _unquoted(pattern: str) -> str:
    r"""The pattern with what stands between \Q and \E as characters that each match one."""
    return _QUOTED.sub(lambda found: "x" * len(found[1]), pattern)


def _either(pattern: str, at: int) -> tuple[float, int]:
    """The width of alternatives up to a closing bracket or the end, and where that is."""
    widest = 0.0
    while True:
        found, at = _sequence(pattern, at)
        widest = max(widest, found)
        if at >= len(pattern) or pattern[at] != "|":
            return widest, at
        at += 1


def _sequence(pattern: str, at: int) -> tuple[float, int]:
    total = 0.0
    while at < len(pattern) and pattern[at] not in "|)":
        one, at = _one(pattern, at)
        while repeat := _REPEAT.match(pattern, at):
            times = _times(repeat)
            one, at = one * times if one and times else 0.0, repeat.end()
        total += one
    return total, at


def _times(repeat: re.Match[str]) -> float:
    if repeat["sign"]:
        return 1.0 if repeat["sign"] == "?" else math.inf
    if repeat["open"]:
        return float(repeat["most"]) if repeat["most"] else math.inf
    return float(repeat["least"])


def _one(pattern: str, at: int) -> tuple[float, int]:
    """The width of one atom, and where it ends."""
    if pattern[at] == "(":
        return _group(pattern, at)
    if pattern[at] == "[":
        found = _CLASS.match(pattern, at)
        return (1.0, found.end()) if found else (math.inf, at + 1)
    if pattern[at] == "\\":
        found = _ESCAPE.match(pattern, at)
        return (0.0 if pattern[at + 1 : at + 2] in _NOTHING else 1.0, found.end() if found else at + 1)
    return 0.0 if pattern[at] in "^$" else 1.0, at + 1


def _group(pattern: str, at: int) -> tuple[float, int]:
    if flags := _FLAGS.match(pattern, at + 1):
        return 0.0, flags.end()
    opens = _OPENS.match(pattern, at)
    found, end = _either(pattern, opens.end() if opens else at + 1)
    return found, end + 1
