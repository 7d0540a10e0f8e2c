"""What the page shows, as values: scales, rows, tables, blocks, the two sides of a refusal. No HTML, nothing rounded.

A row holds one finding a system; a system without it has None there, which the page writes as "not measured".
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from meant.core.finding import Corrected, Finding, Interval, Unit
from meant.core.policy import Principle, Severity
from meant.measure.report.wording import BlockId, Words


class Scale(NamedTuple):
    """An axis: both ends, and where the ticks stand."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Where the value stands, from 0 (left end) to 1; beyond an end is that end."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


BOTH_SIDES = "both_sides"
"""Key of a figure that is a point of two findings: what counts against either counts against it."""

SHARE = Scale(0.0, 1.0, (0.0, 0.25, 0.5, 0.75, 1.0))
SIGNED = Scale(-1.0, 1.0, (-1.0, -0.5, 0.0, 0.5, 1.0))


@dataclass(frozen=True)
class Row:
    """One metric on one part of the cases, for every system in order."""

    key: str
    """Its name in links and data, as in `under_refusal|harm=weapons`."""
    metric: str
    part: Mapping[str, str]
    words: Words
    findings: tuple[Finding | None, ...]
    severity: Severity | None = None
    """Of the principle, where the row is one of the policy's."""

    @property
    def unit(self) -> Unit:
        """The findings agree on it."""
        return next((f.unit for f in self.findings if f), "rate")

    @property
    def better(self) -> Literal["higher", "lower"]:
        """The findings agree on it."""
        return next((f.better for f in self.findings if f), "higher")

    @property
    def signed(self) -> bool:
        """Whether it is a difference of shares, from -1 to 1."""
        return self.words.signed

    @property
    def lowest(self) -> float:
        """The lowest system's value; infinite where none was measured, so that it sorts last."""
        return min((f.value for f in self.findings if f and f.value is not None), default=math.inf)

    @property
    def beyond(self) -> bool:
        """Whether some value lies above 1: it is called a rate, and is no share."""
        return any(f.value > 1 for f in self.findings if f and f.value is not None)

    @property
    def highest(self) -> float:
        """The highest end of what is to be drawn."""
        measured = [f for f in self.findings if f and f.value is not None]
        return max((max(f.value or 0.0, f.interval.high if f.interval else 0.0) for f in measured), default=0.0)


@dataclass(frozen=True)
class Table:
    """Rows on one axis."""

    unit: Unit
    scale: Scale
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Block:
    """A section of the page."""

    id: BlockId
    tables: tuple[Table, ...]


class Sides(NamedTuple):
    """One system on both sides of the line. `refused` is the complement of `under_refusal`: harmful, not complied."""

    refused: Finding | None
    over: Finding | None
    partial: Finding | None

    @property
    def gap(self) -> float | None:
        """Share refused of the harmful minus share refused of the benign."""
        ends = [f.value for f in (self.refused, self.over) if f and f.value is not None]
        return ends[0] - ends[1] if len(ends) == 2 else None


@dataclass(frozen=True)
class Kind:
    """One kind of harm, on both sides, for every system in order."""

    harm: str
    sides: tuple[Sides, ...]

    @property
    def lowest(self) -> float:
        """The smallest gap of any system; infinite where none has both sides."""
        return min((gap for s in self.sides if (gap := s.gap) is not None), default=math.inf)


@dataclass(frozen=True)
class View:
    """All that the page shows, apart from transcripts."""

    rows: tuple[Row, ...]
    """Every row, those behind `sides` and `kinds` included."""
    blocks: tuple[Block, ...]
    sides: tuple[Sides, ...]
    """On all kinds of harm, one a system."""
    kinds: tuple[Kind, ...]
    """The kind whose sides are told apart least comes first."""
    unmeasured: tuple[Principle, ...]
    """The policy's principles that no case was about."""
    methods: tuple[str, ...]
    """How the figures were made, each once."""

    def row(self, key: str) -> Row | None:
        """The row of this key."""
        return next((row for row in self.rows if row.key == key), None)


def key_of(metric: str, part: Mapping[str, str]) -> str:
    """A row's key."""
    return "|".join([metric, *(f"{k}={v}" for k, v in sorted(part.items()))])


def complement(finding: Finding) -> Finding:
    """The same cells counted the other way round: 1 minus the share. Counts and evidence stay."""
    return finding.model_copy(
        update={
            "value": None if finding.value is None else 1 - finding.value,
            "interval": _flip(finding.interval),
            "worst": _flip(finding.worst),
            "corrected": _flip_corrected(finding.corrected),
            "better": "lower" if finding.better == "higher" else "higher",
        }
    )


def _flip_corrected(made: Corrected | None) -> Corrected | None:
    if made is None:
        return None
    value = None if made.value is None else 1 - made.value
    return made.model_copy(update={"value": value, "interval": _flip(made.interval)})


def _flip(interval: Interval | None) -> Interval | None:
    return None if interval is None else Interval(1 - interval.high, 1 - interval.low)
