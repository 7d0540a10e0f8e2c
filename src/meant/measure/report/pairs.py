"""Every two systems of the page, paired: what changes from the one to the other, and on which cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from meant.core.case import CAPABILITY
from meant.core.finding import Finding, Interval
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.compare import Change, change, compare
from meant.measure.report.cells import flattened
from meant.measure.report.figures import key_of
from meant.measure.shares import is_capability

EVERYTHING = "all cases"
"""Name of the group that a pair begins with. Shifted cases are in no headline figure, hence not in it."""


@dataclass(frozen=True)
class Pair:
    """What changes from the system at place `first` to the one at place `second`."""

    first: int
    second: int
    changes: tuple[Change, ...]
    """All cases, then dimensions and principles in the policy's order."""
    uncalibrated: frozenset[str] = frozenset()
    """The judges of the page that nobody has measured against people."""

    @property
    def clear(self) -> list[Change]:
        """The groups whose interval does not hold 0, without the first group of all."""
        return [c for c in self.changes[1:] if c.interval and not c.interval.low <= 0 <= c.interval.high]

    def key(self, group: str) -> str:
        """Of a group's cases in the page's data and in links."""
        return key_of("change", {"from": str(self.first), "to": str(self.second), "on": group})


def paired(profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]], policy: Policy) -> tuple[Pair, ...]:
    """Every two systems in the page's order, the earlier one first."""
    systems = [cells[profile.system] for profile in profiles]
    places = [*(d.name for d in policy.dimensions), CAPABILITY, *(f"principle/{p.id}" for p in policy.principles)]
    order = {group: i for i, group in enumerate(places)}
    judges = frozenset(judge for profile in profiles for f in profile.findings for judge in f.uncalibrated)
    return tuple(
        Pair(i, j, _changes(systems[i], systems[j], policy, order), judges)
        for i, j in combinations(range(len(systems)), 2)
    )


def _changes(
    first: Sequence[Cell], second: Sequence[Cell], policy: Policy, order: Mapping[str, int]
) -> tuple[Change, ...]:
    found = compare(first, second, policy=policy)
    known = sorted(found, key=lambda one: order.get(one.group, len(order)))
    plain = ([c for c in cells if c.case.shift is None and not is_capability(c)] for cells in (first, second))
    return (change(EVERYTHING, *plain), *known)


def as_finding(found: Change) -> Finding:
    """The difference as a figure to draw and print."""
    return Finding(metric="change", value=found.difference, interval=found.interval, n=found.n, unscored=found.left_out)


def reach(pair: Pair) -> float:
    """Half of an axis around 0 that holds every interval: a quarter, a half or the whole of 100 points."""
    ends = [abs(end) for found in pair.changes for end in found.interval or Interval(0, 0)]
    return next(size for size in (0.25, 0.5, 1.0) if size >= max(ends) or size == 1.0)


def figures(
    pairs: Sequence[Pair], profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]]
) -> dict[str, dict[str, Any]]:
    """By key: `gained` and `lost` as indices of the second system's cells, and the `pair`."""
    places: dict[tuple[int, str], list[int]] = {}
    for i, (system, cell) in enumerate(flattened(profiles, cells)):
        places.setdefault((system, f"{cell.case.suite}/{cell.case.name}"), []).append(i)
    names = [profile.system for profile in profiles]
    return {
        pair.key(found.group): {
            "title": f"{title(found.group)}: {names[pair.second]} against {names[pair.first]}",
            "about": "Cases on which one of the two is right and the other is not.",
            "pair": [pair.first, pair.second],
            "gained": [i for case in found.gained for i in places[pair.second, case]],
            "lost": [i for case in found.lost for i in places[pair.second, case]],
        }
        for pair in pairs
        for found in pair.changes
        if found.gained or found.lost
    }


def title(group: str) -> str:
    """The group's name as the page writes it: a principle by its id, `shift/typos` as `shift: typos`."""
    kind, _, name = group.partition("/")
    return group.capitalize() if not name else name if kind == "principle" else f"{kind}: {name}"
