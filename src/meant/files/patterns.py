"""What a policy's patterns must keep: RE2 takes them, and they find what they are to find and nothing near it."""

from collections.abc import Iterator
from typing import Any

import re2
from pydantic import ValidationError

from meant.core.errors import Fault
from meant.core.policy import Pattern
from meant.files.positions import Loc, Positioned
from meant.files.sense import fault, items
from meant.find.patterns import Finder, Hit, Looking


def regex_problem(pattern: str) -> str:
    """What RE2 says against the pattern, "" where it compiles."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        return reason.decode() if isinstance(reason, bytes) else str(reason)
    return ""


def pattern_faults(source: Positioned) -> Iterator[Fault]:
    """What is wrong with the patterns beside their shape."""
    for i, item in enumerate(items(source, "patterns")):
        loc = ("patterns", i)
        match = item.get("match")
        if isinstance(match, str) and (problem := regex_problem(match)):
            yield fault(source, (*loc, "match"), f"not a valid RE2 pattern: {problem}", "correct the pattern")
        elif pattern := _shaped(item):
            yield from _examples(source, loc, pattern)


def _shaped(item: dict[str, Any]) -> Pattern | None:
    try:
        return Pattern.model_validate(item)
    except ValidationError:
        return None


def _examples(source: Positioned, loc: Loc, pattern: Pattern) -> Iterator[Fault]:
    """Read as the guard `rules` reads what users say, disguises and all."""
    finder = Finder((pattern,))
    for j, text in enumerate(pattern.hits):
        if not any(finder.hits(text, Looking())):
            remedy = "correct the pattern, or write an example that it is to find"
            yield fault(source, (*loc, "hits", j), f"the pattern {pattern.id!r} is not found in this", remedy)
    for j, text in enumerate(pattern.misses):
        if hit := next(finder.hits(text, Looking()), None):
            problem = f"the pattern {pattern.id!r} is found in this{_where(text, hit)}"
            yield fault(source, (*loc, "misses", j), problem, "narrow the pattern, or move the example to `hits`")


def _where(text: str, hit: Hit) -> str:
    return f": {text[hit.span.start : hit.span.end]!r}{''.join(f', read as {name}' for name in hit.read)}"
