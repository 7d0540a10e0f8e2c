"""What a prompt gains over another on the same cases: families are clusters, intervals and tests are the gate's."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from meant.choose.prompt.items import Item
from meant.core.finding import Interval
from meant.stats.evidence import Evidence, evidence


@dataclass(frozen=True)
class Gain:
    """Paired differences; their mean times `unit` is the gain in shares right."""

    values: tuple[float, ...]
    """Each within −1 and 1."""
    families: tuple[str, ...]
    unit: float = 1.0

    @property
    def value(self) -> float:
        """The estimate; 0 where nothing was seen."""
        return self.unit * math.fsum(self.values) / len(self.values) if self.values else 0.0

    @property
    def interval(self) -> Interval:
        """95 %; the whole range for fewer than two families."""
        low, high = (self.unit * end for end in (self._said.low(0.025), self._said.high(0.025)))
        return Interval(max(-1.0, low), min(1.0, high))

    @property
    def p_no_gain(self) -> float:
        """One-sided p of "no gain, or a loss"."""
        return self._said.p_above(0.0)

    @property
    def p_no_loss(self) -> float:
        """One-sided p of "no loss, or a gain"."""
        return self._said.p_below(0.0)

    @property
    def p(self) -> float:
        """Two-sided p of "no difference"."""
        return min(1.0, 2 * min(self.p_no_gain, self.p_no_loss))

    @property
    def n(self) -> int:
        """Families."""
        return len(set(self.families))

    @property
    def _said(self) -> Evidence:
        return evidence([max(-1.0, min(1.0, value)) for value in self.values], self.families)


def by_group(
    items: Sequence[Item], new: Mapping[str, float | None], old: Mapping[str, float | None]
) -> dict[str, Gain]:
    """The gain of each group, over the items with a verdict on both sides."""
    found = dict[str, list[tuple[float, str]]]()
    for item in items:
        a, b = new.get(item.id), old.get(item.id)
        mine = found.setdefault(item.group, [])
        if a is not None and b is not None:
            mine.append((a - b, item.family))
    return {g: Gain(tuple(v for v, _ in pairs), tuple(f for _, f in pairs)) for g, pairs in found.items()}
