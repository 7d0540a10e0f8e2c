"""From what a guard found in a text to its opinion, for guards that block, redact or ask.

What blocks comes before what asks, that before what redacts. Where several things were found, the first one speaks.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from meant.core.guard import ALLOW, Edit, Opinion
from meant.core.policy import Identifier
from meant.core.span import Span

Then = Literal["block", "redact", "ask"]
"""What is to come of something found. `ask`: a person decides."""


class Found(NamedTuple):
    """Something that stands in a text."""

    span: Span
    then: Then
    reason: str
    """For people, without repeating a secret."""
    instead: str
    """What is to stand there where it is redacted."""
    principle: Identifier | None = None


def opinion_of(found: Iterable[Found]) -> Opinion:
    """What is to come of all of it."""
    ordered = sorted(found)
    if not ordered:
        return ALLOW
    for then in ("block", "ask"):
        for one in ordered:
            if one.then == then:
                return Opinion(then, reason=one.reason, span=one.span, principle=one.principle)
    reasons = dict.fromkeys(one.reason for one in ordered)
    first = ordered[0]
    return Opinion(
        "rewrite", reason="; ".join(reasons), span=first.span, edits=_edits(ordered), principle=first.principle
    )


def _edits(ordered: list[Found]) -> tuple[Edit, ...]:
    """One for each stretch; of things that lie over one another the first says what is to stand there."""
    edits = list[Edit]()
    for one in ordered:
        if edits and one.span.start < edits[-1].span.end:
            last = edits[-1]
            edits[-1] = Edit(Span(last.span.start, max(last.span.end, one.span.end)), last.text)
        else:
            edits.append(Edit(one.span, one.instead))
    return tuple(edits)
