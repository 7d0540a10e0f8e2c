"""Share right on each value of each label that cases carry (`Case.slices`), and how far systems are apart there.

A case with `shift` set counts in no headline rate, hence in none of these either. Nothing is corrected for looking at
many slices: the widest gap of fifty is wide by chance too, which its interval does not say.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from meant.core.finding import Finding
from meant.measure.cell import Cell
from meant.measure.compare import Change, change
from meant.measure.repeats import shares_right
from meant.measure.shares import Share, finding, passed

METRIC = "slice"

_RIGHT = Share(METRIC, lambda _: True, passed)

Sliced = Mapping[str, Mapping[str, list[Cell]]]
"""Cells by label and value."""


class Gap(NamedTuple):
    """Two systems, by their places, on the cases of one slice on which both have a verdict."""

    behind: int
    ahead: int
    change: Change
    """From `behind` to `ahead`: its difference is never negative."""


def sliced(cells: Sequence[Cell]) -> Sliced:
    """The cells that count in headline rates, by label and value, each as it first occurs."""
    found: defaultdict[str, defaultdict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        for label, value in cell.case.slices.items() if cell.case.shift is None else ():
            found[label][value].append(cell)
    return found


def slices(cells: Sequence[Cell]) -> Iterator[Finding]:
    """The share right of each slice, of one system's cells."""
    for label, values in sliced(cells).items():
        for value, mine in values.items():
            yield finding(_RIGHT, mine, slice_={label: value})


def widest(systems: Sequence[Sequence[Cell]]) -> Gap | None:
    """The two systems furthest apart, paired; None where no two have a case with a verdict on both."""
    shares = [shares_right(cells) for cells in systems]
    apart = {(i, j): _difference(shares[i], shares[j]) for i, j in combinations(range(len(systems)), 2)}
    measured = {pair: gap for pair, gap in apart.items() if gap is not None}
    if not measured:
        return None
    (first, second), gap = max(measured.items(), key=lambda item: abs(item[1]))
    behind, ahead = (first, second) if gap >= 0 else (second, first)
    return Gap(behind, ahead, change(METRIC, systems[behind], systems[ahead]))


def _difference(first: Mapping[str, float | None], second: Mapping[str, float | None]) -> float | None:
    """Of the shares right, second minus first, on the cases on which both have a verdict."""
    both = [(a, b) for case, a in first.items() if a is not None and (b := second.get(case)) is not None]
    return sum(b - a for a, b in both) / len(both) if both else None
