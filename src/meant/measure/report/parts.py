"""Slices as the page shows them: by label, by value, a finding a system, and the widest gap between two systems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from meant.core.finding import Finding
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.slices import Gap, Sliced, sliced, slices, widest

FEW = 10
"""Verdicts below which a share is mostly chance: an interval may be 50 points wide. Such a row is grey, and last."""
MOST_VALUES = 200
"""Of one label on the page, those with the most cases; a label of which every case has its own value tells nothing."""


@dataclass(frozen=True)
class Part:
    """One value of a label, for every system in order."""

    label: str
    value: str
    findings: tuple[Finding | None, ...]
    gap: Gap | None

    @property
    def lowest(self) -> float:
        """The lowest system's share; above any share where nothing was measured, so that it sorts last."""
        return min((f.value for f in self.findings if f and f.value is not None), default=2.0)

    @property
    def n(self) -> int:
        """Verdicts of the system that has the fewest."""
        return min((f.n if f else 0) for f in self.findings)

    @property
    def few(self) -> bool:
        """Whether some system has too few verdicts for its share to say much."""
        return self.n < FEW


@dataclass(frozen=True)
class Label:
    """A label and its values, those with the most cases first and those with few last."""

    name: str
    parts: tuple[Part, ...]
    cases: int
    """That carry the label."""
    more: int
    """Values that are not shown."""


def labelled(profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]]) -> tuple[Label, ...]:
    """Every label that cases carry, the one that the most cases carry first."""
    systems = [cells[profile.system] for profile in profiles]
    by_system = [_System({_key(f): f for f in slices(mine)}, sliced(mine)) for mine in systems]
    every = sliced([cell for mine in systems for cell in mine])
    labels = (_label(name, values, by_system) for name, values in every.items())
    return tuple(sorted(labels, key=lambda label: (-label.cases, label.name)))


class _System(NamedTuple):
    findings: Mapping[tuple[str, str], Finding]
    cells: Sliced


def _label(name: str, values: Mapping[str, Sequence[Cell]], systems: Sequence[_System]) -> Label:
    ordered = sorted(values, key=lambda value: (-len(values[value]), value))
    parts = tuple(sorted((_part(name, value, systems) for value in ordered[:MOST_VALUES]), key=lambda part: part.few))
    cases = len({cell.case.id for mine in values.values() for cell in mine})
    return Label(name, parts, cases, len(ordered) - len(parts))


def _part(label: str, value: str, systems: Sequence[_System]) -> Part:
    return Part(
        label=label,
        value=value,
        findings=tuple(system.findings.get((label, value)) for system in systems),
        gap=widest([system.cells.get(label, {}).get(value, []) for system in systems]),
    )


def _key(finding: Finding) -> tuple[str, str]:
    ((label, value),) = finding.slice.items()
    return label, value
