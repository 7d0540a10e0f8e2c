"""A CalibrationCard: how far one judge, in one version, agrees with people. It goes wherever that judge's verdicts go.

A card speaks of replies like those that were labelled. A judge of another version, another model or another prompt has
another name, and no card until it is measured. Its rule: people's "fail" is what a judge is there to find, so that
sensitivity is of fails and specificity of passes.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from meant.core.base import Noun, Value
from meant.core.finding import Finding

HEADLINES: Final = ("sensitivity", "specificity", "kappa")
"""The figures that travel with the short form."""
ENOUGH: Final = 20
"""Labelled replies from which a card says more than that it was tried."""


class Tally(Value):
    """Of the labelled replies of which the judge said the same, what people said."""

    verdict: str
    """The judge's outcome: pass, fail, unsure or error."""
    passed: int
    failed: int


class ShortCard(Value):
    """A card as a run, a report and an export carry it."""

    id: str
    """Of the whole card."""
    policy: str
    """Id of the policy that both judged by."""
    at: datetime
    items: int
    thin: bool
    """Too few labels, or none of one kind: it does not make the judge calibrated."""
    findings: tuple[Finding, ...]
    """Those of `HEADLINES`, on the whole, without evidence."""

    def find(self, metric: str) -> Finding | None:
        """One of the figures; None where it was not measured."""
        return next((f for f in self.findings if f.metric == metric), None)


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
    """Replies with a label of pass or fail by most of their raters, and with an expectation that the judge covers."""
    tallies: tuple[Tally, ...]
    findings: tuple[Finding, ...]
    """Agreement with people, on the whole and by slice; the raters' own; the judge's biases."""
    left_out: Mapping[str, int] = {}
    """Labelled replies that are in no figure, by reason."""
    notes: tuple[str, ...] = ()
    """What a reader must know before the figures."""

    @property
    def decided(self) -> tuple[int, int]:
        """Of the replies with a verdict of pass or fail, how many people passed and how many they failed."""
        told = [t for t in self.tallies if t.verdict in ("pass", "fail")]
        return sum(t.passed for t in told), sum(t.failed for t in told)

    @property
    def thin(self) -> bool:
        """Whether it shows too little to call the judge calibrated: few labels, or no verdict on one kind of them."""
        return sum(self.decided) < ENOUGH or 0 in self.decided

    @property
    def short(self) -> ShortCard:
        """What travels."""
        whole = [f for f in self.findings if f.metric in HEADLINES and not f.slice]
        told = tuple(f.model_copy(update={"evidence": ()}) for f in whole)
        return ShortCard(id=self.id, policy=self.policy, at=self.at, items=self.items, thin=self.thin, findings=told)

    def find(self, metric: str, **part: str) -> Finding | None:
        """The finding of this metric on this slice; None where it was not measured."""
        return next((f for f in self.findings if f.metric == metric and dict(f.slice) == part), None)
