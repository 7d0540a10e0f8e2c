"""A CalibrationCard: how far one judge, in one version, agrees with people. It goes wherever that judge's verdicts go.

A card speaks of replies like those that were labelled. A judge of another version, another model or another prompt has
another name, and no card until it is measured.
"""

from datetime import datetime

from meant.core.base import Noun, Value
from meant.core.finding import Finding


class Tally(Value):
    """Of the labelled replies of which the judge said the same, what people said."""

    verdict: str
    """The judge's outcome: pass, fail, unsure or error."""
    passed: int
    failed: int


class CalibrationCard(Noun):
    """One judge against people's labels."""

    judge: str
    """Name and version, as verdicts bear it."""
    policy: str
    """Id of the policy that both judged by."""
    at: datetime
    """When, UTC."""
    source: str
    """Where the labels come from, as a reader would look for them."""
    raters: tuple[str, ...]
    items: int
    """Replies with a label of pass or fail by most of their raters."""
    tallies: tuple[Tally, ...]
    findings: tuple[Finding, ...]
    """Agreement with people, on the whole and by slice; the raters' own; of judges that compare, their biases."""
    notes: tuple[str, ...] = ()
    """What a reader must know before the figures."""
