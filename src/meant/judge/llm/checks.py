"""Checks in words, for a judge that reads: what a program verifies, told as far as reading can tell it."""

from typing import assert_never

from meant.core.check import (
    Called,
    Check,
    Contains,
    Ends,
    English,
    Excludes,
    ItemCount,
    Json,
    Letters,
    LineCount,
    Matches,
    Number,
    Occurrences,
    Parts,
    Range,
    SentenceCount,
    Starts,
    WordCount,
)


def in_words(check: Check) -> str:  # noqa: C901, PLR0912 - an arm a check
    """What the reply must hold, as the rest of a sentence that begins with "It "."""
    match check:
        case Contains(any=None):
            return f"holds all of: {_listed(check.all or ())}"
        case Contains():
            return f"holds any of: {_listed(check.any or ())}"
        case Excludes():
            return f"holds none of: {_listed(check.any)}"
        case Matches():
            return f"holds a text that the regular expression {check.regex} matches"
        case Occurrences():
            return f"holds {_bounds(check)} texts that the regular expression {check.regex} matches"
        case WordCount() | LineCount() | ItemCount() | SentenceCount():
            return f"has {_bounds(check)} {_UNITS[check.use]}"
        case Parts():
            divider = f"divided by {check.divider!r}" if check.divider else "divided by blank lines"
            return f"has {_bounds(check)} {'different ' if check.distinct else ''}parts, {divider}"
        case Json():
            keys = f" with the keys {_listed(check.keys)}" if check.keys else ""
            return f"is JSON ({check.kind}){keys}"
        case Starts():
            return f"begins with {check.text!r}"
        case Ends():
            return f"ends with {check.text!r}"
        case Letters():
            return f"has all letters in {check.case} case"
        case English():
            return "is in English"
        case Number():
            return f"has {check.value:g} as its last number{_tolerance(check.tolerance)}"
        case Called():
            which = (
                f", counting only those that were {'' if check.ran else 'not '}carried out"
                if check.ran is not None
                else ""
            )
            return f"made {_bounds(check)} calls of the tool {check.tool}{_arguments(check)}{which}"
        case _:
            assert_never(check)


_UNITS = {"words": "words", "lines": "lines that are not empty", "items": "list items", "sentences": "sentences"}


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(map(repr, texts))


def _arguments(check: Called) -> str:
    told = [p.model_dump(exclude_none=True) for p in check.where]
    each = [" ".join(str(part).replace("_", " ") for pair in p.items() for part in pair) for p in told]
    return f" with {' and '.join(each)}" if each else ""


def _bounds(of: Range) -> str:
    if of.max == 0:
        return "no"
    if of.min == of.max:
        return f"exactly {of.min}"
    if of.max is None:
        return f"at least {of.min}"
    return f"at most {of.max}" if of.min is None else f"{of.min} to {of.max}"


def _tolerance(by: float) -> str:
    return f", give or take {by:g}" if by else ""
