"""A LabelledReply: one reply to one case, and what people said of it. What judges are calibrated on."""

from collections import Counter
from collections.abc import Mapping
from typing import Literal, NamedTuple

from meant.core.case import Case
from meant.core.label import Labelled
from meant.core.transcript import Transcript

Majority = Literal["pass", "fail", "tie"]


class LabelledReply(NamedTuple):
    """One item."""

    case: Case
    transcript: Transcript
    labels: Mapping[str, Labelled]
    """By rater, each once."""
    model: str = ""
    """Id of the bare model that replied, as in `SystemRecord.model`; empty where it is not known."""

    @property
    def label(self) -> Majority | None:
        """What most raters say; None where all of them were unsure."""
        return majority(self.labels)


def majority(labels: Mapping[str, Labelled]) -> Majority | None:
    """Of the raters who said pass or fail, what more of them said; `tie` where as many said either.

    Whoever was unsure has no vote. None: nobody had one.
    """
    votes = Counter(labels.values())
    if votes["pass"] == votes["fail"]:
        return "tie" if votes["pass"] else None
    return "pass" if votes["pass"] > votes["fail"] else "fail"
