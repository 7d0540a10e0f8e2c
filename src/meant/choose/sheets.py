"""What systems did, as plain numbers: one Sheet an axis, a value a case and system, and the case's family.

Its rule: no value is not zero. A system with no value on too many of an axis's cases is not measured there, and it is
neither good nor bad at it. What is compared is compared on the cases that all who are measured have a value on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from meant.core.base import Value
from meant.core.errors import ConfigError
from meant.core.finding import Unit

MOST_UNSCORED = 0.2
"""Share of an axis's cases without a value above which a system is not measured there."""


class Axis(Value):
    """Something by which systems are chosen."""

    name: str
    """A dimension of the policy, `over_refusal`, `capability`, `cost` or `latency`."""
    unit: Unit
    """`rate`: each value is a share right, or wrong, in [0, 1]."""
    better: Literal["higher", "lower"]
    weight: float | None = None
    """The policy's, of a dimension; other axes have none, and count in no score."""

    def good(self, value: float) -> float:
        """The value turned so that more is better: shares stay shares, amounts change their sign."""
        if self.better == "higher":
            return value
        return 1.0 - value if self.unit == "rate" else -value


@dataclass(frozen=True)
class Sheet:
    """One axis on the cases that it is about."""

    axis: Axis
    families: tuple[str, ...]
    """One a case."""
    values: tuple[tuple[float | None, ...], ...]
    """One row a system, one value a case: the mean of its repeats; None without a verdict, or where it is not known."""

    def __post_init__(self) -> None:
        if wrong := [len(row) for row in self.values if len(row) != len(self.families)]:
            raise ValueError(f"{self.axis.name}: {wrong[0]} values for {len(self.families)} cases")

    def scored(self, system: int) -> int:
        """On how many cases it has a value."""
        return sum(value is not None for value in self.values[system])

    def measured(self, system: int) -> bool:
        """Whether it has values on enough of the cases."""
        missing = len(self.families) - self.scored(system)
        return bool(self.scored(system)) and missing <= MOST_UNSCORED * len(self.families)

    @cached_property
    def shared(self) -> tuple[int, ...]:
        """The cases on which every system that is measured here has a value."""
        rows = [row for system, row in enumerate(self.values) if self.measured(system)]
        return tuple(at for at in range(len(self.families)) if rows and all(row[at] is not None for row in rows))

    def good(self, system: int) -> list[float | None]:
        """Its values, turned so that more is better."""
        return [None if value is None else self.axis.good(value) for value in self.values[system]]


@dataclass(frozen=True)
class Sheets:
    """Every axis, with the same systems in the same order."""

    systems: tuple[str, ...]
    sheets: tuple[Sheet, ...]

    def only(self, axes: Iterable[str]) -> "Sheets":
        """These axes, in the order given. Raises ConfigError that lists what there is."""
        known = {sheet.axis.name: sheet for sheet in self.sheets}
        if unknown := [name for name in axes if name not in known]:
            raise ConfigError(f"no axis {unknown[0]!r}; measured here: {', '.join(known) or 'none'}")
        return Sheets(self.systems, tuple(known[name] for name in axes))

    def between(self, systems: Sequence[int]) -> "Sheets":
        """These systems alone, in the order given, so that they are compared on all the cases that they share."""
        names = tuple(self.systems[at] for at in systems)
        rows = ((s.axis, s.families, tuple(s.values[at] for at in systems)) for s in self.sheets)
        return Sheets(names, tuple(Sheet(*row) for row in rows))

    def unmeasured(self, system: int) -> tuple[str, ...]:
        """The axes on which it is not measured."""
        return tuple(sheet.axis.name for sheet in self.sheets if not sheet.measured(system))

    @property
    def whole(self) -> tuple[int, ...]:
        """The systems that are measured on every axis."""
        return tuple(at for at in range(len(self.systems)) if self.sheets and not self.unmeasured(at))
