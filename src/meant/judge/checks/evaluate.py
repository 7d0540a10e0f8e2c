"""One check against one reply. A new check in `core/check.py` gets its line here; mypy reports one without."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, assert_never

import re2

from meant.core import check as c
from meant.judge.checks import calls, counts, phrases
from meant.judge.checks.structure import is_json, parts
from meant.judge.numbers import last_number
from meant.judge.refusal.tongue import unreadable


def holds(  # noqa: C901, PLR0912  # one line a kind of check
    check: c.Check, reply: str, made: Sequence[calls.Attempt] = ()
) -> bool:
    """Whether the reply, or for `called` the calls that were made before it, keep the check."""
    match check:
        case c.Contains():
            return _contains(check, reply)
        case c.Excludes():
            return not any(phrases.holds_phrase(reply, text) for text in check.any)
        case c.Matches():
            return _compiled(check.regex).search(reply) is not None
        case c.Occurrences():
            return _within(sum(1 for _ in _compiled(check.regex).finditer(reply)), check)
        case c.WordCount():
            return _within(counts.words(reply), check)
        case c.SentenceCount():
            return _within(counts.sentences(reply), check)
        case c.LineCount():
            return _within(counts.lines(reply), check)
        case c.ItemCount():
            return _within(counts.items(reply), check)
        case c.Parts():
            return _has_parts(check, reply)
        case c.Json():
            return is_json(reply, check)
        case c.Starts():
            return phrases.starts_with(reply, check.text)
        case c.Ends():
            return phrases.ends_with(reply, check.text)
        case c.Letters():
            return phrases.all_letters(reply, upper=check.case == "upper")
        case c.English():
            return unreadable(reply) is None
        case c.Number():
            return _is_number(check, reply)
        case c.Called():
            return _within(calls.count(check, made), check)
        case _:
            assert_never(check)


def _contains(check: c.Contains, reply: str) -> bool:
    found = (phrases.holds_phrase(reply, text, ignore_case=check.ignore_case) for text in check.any or check.all or ())
    return any(found) if check.any else all(found)


def _has_parts(check: c.Parts, reply: str) -> bool:
    found = parts(reply, check.divider)
    return all(found) and _within(len(found), check) and not (check.distinct and len({*found}) < len(found))


def _within(count: int, bounds: c.Range) -> bool:
    return (bounds.min is None or count >= bounds.min) and (bounds.max is None or count <= bounds.max)


def _is_number(check: c.Number, reply: str) -> bool:
    last = last_number(reply)
    return last is not None and abs(last - check.value) <= check.tolerance + 1e-9


@lru_cache(maxsize=4096)
def _compiled(regex: str) -> Any:
    return re2.compile(regex)
