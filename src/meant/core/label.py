"""Labels: what people say, of one reply (a Label) or of two replies to one case (a PairLabel).

They are what judges are measured against. A rater may label again: the newest of a rater's labels counts, and the
older ones stay on record.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from meant.core.base import Noun
from meant.core.preference import Preferred
from meant.core.verdict import Behaviour

Labelled = Literal["pass", "fail", "unsure"]


class Label(Noun):
    """What one person says of one transcript under one principle."""

    transcript: str
    """Id of the transcript."""
    principle: str
    rater: str
    """Who: a name or a pseudonym, the same each time."""
    said: Labelled
    """`unsure` is no label in any rate."""
    at: datetime
    """When, UTC."""
    behaviour: Behaviour | None = None
    """What the system did, where the rater was asked for that."""
    seconds: float | None = None
    """How long it took from being shown to being decided on; None where that was not seen."""
    why: str = ""
    drawn: str | None = None
    """Id of the Frame that the reply was drawn from. None where nobody recorded how it was chosen."""


class Frame(Noun):
    """The replies that could be drawn for labelling, for one figure of one system, by what the judge said of them.

    Within a kind the replies to label are drawn at random, so many of each kind; that makes a few labels speak for all.
    """

    run: str
    system: str
    metric: str
    kinds: Mapping[str, tuple[str, ...]]
    """Ids of transcripts by kind: `hit` and `miss` as the judge has it, `none` where it gave no verdict."""


class PairLabel(Noun):
    """Which of two transcripts of one case a person finds better."""

    case: str
    """Id of the case."""
    first: str
    """Id of a transcript."""
    second: str
    """Id of the other."""
    rater: str
    preferred: Preferred
    at: datetime
    """When, UTC."""
    shown: Literal["first", "second"]
    """Which of the two was shown as A: by chance, so that a liking for A can be seen."""
    seconds: float | None = None
    why: str = ""
