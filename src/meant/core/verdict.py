"""A Verdict: one judge's statement about one transcript under one principle.

An error is not a score. "unsure" and "error" stay apart from pass and fail to the last figure: they widen
intervals and never move them.
"""

from typing import Literal

from meant.core.base import Noun
from meant.core.span import Span
from meant.core.system import Usage

Outcome = Literal["pass", "fail", "unsure", "error"]
Behaviour = Literal["complied", "partial", "refused", "asked", "answered", "abstained", "corrected"]


class Verdict(Noun):
    """What one judge says."""

    transcript: str
    principle: str
    judge: str
    """The judge's name and version, as in `refusal/1`."""
    outcome: Outcome
    behaviour: Behaviour | None = None
    """What the system did, apart from whether that was right."""
    score: float | None = None
    """The judge's own number, where it has one; its docs say the range."""
    span: Span | None = None
    why: str = ""
    usage: Usage | None = None
    """What judging took. None where no system was asked."""
