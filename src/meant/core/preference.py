"""A Preference: one judge's statement about which of two transcripts of one case is the better one.

It was asked for in both orders. Where the answer follows the place and not the reply, nothing was learned about the
replies: that is "unsure", and `followed` says which place it was, so that such a judge can be counted out.
"""

from typing import Literal

from meant.core.base import Noun
from meant.core.system import Usage

Preferred = Literal["first", "second", "tie", "unsure"]


class Preference(Noun):
    """What one judge prefers."""

    case: str
    """Id of the case."""
    first: str
    """Id of a transcript."""
    second: str
    """Id of the other."""
    judge: str
    """The judge's name and version."""
    preferred: Preferred
    """`tie`: neither is better, said in both orders."""
    followed: Literal["first", "second"] | None = None
    """The place that won in both orders, whichever reply stood there; `preferred` is then "unsure"."""
    score: float | None = None
    """The judge's own number, where it has one; its docs say the range."""
    why: str = ""
    usage: Usage | None = None
    """What both questions took. None where no system was asked."""
