"""Two systems on the same cases: paired differences, one a dimension, one for capability and one a principle.

Only cases on which both have a verdict are compared; the others are counted as left out. With repeats, a case
counts by the share of its repeats that are right, so that one case stays one pair. The test is the gate's
(`paired.py`), from either side. Principles are many, so their p values are also given as
adjusted for looking at all of them. Shifted cases are in no dimension and no principle: those of each shift are a
group of their own, `shift/<name>`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from meant.core.case import CAPABILITY
from meant.core.finding import Interval
from meant.core.policy import Policy
from meant.measure.cell import Cell
from meant.measure.paired import difference
from meant.measure.profile import dimension_of
from meant.measure.repeats import shares_right
from meant.measure.shares import is_capability, judges_of
from meant.measure.shift.figures import in_distribution, off_distribution
from meant.stats.mcnemar import mcnemar_p
from meant.stats.multiple import benjamini_hochberg, holm

PRINCIPLE = "principle/"


class Change(NamedTuple):
    """How much better the second system is than the first on one group of cases."""

    group: str
    """A dimension, `capability`, `principle/<id>` or `shift/<name>`."""
    first: float | None
    second: float | None
    difference: float | None
    """Second minus first, in pass rate."""
    interval: Interval | None
    p: float
    """Two-sided, of "no difference", this group alone: no correction for looking at many."""
    n: int
    left_out: int
    gained: tuple[str, ...]
    """The cases that the second gets right more often, as `suite/name`."""
    lost: tuple[str, ...]
    """The cases that the first gets right more often."""
    judges: tuple[str, ...] = ()
    """Names of the judges whose verdicts it is made from, on either side."""
    p_holm: float | None = None
    """Of a principle: p adjusted over all principles, so that even one false alarm among them is rare."""
    q: float | None = None
    """Of a principle: adjusted so that of those with q below a level, that share is false (Benjamini-Hochberg)."""
    p_mcnemar: float | None = None
    """The exact McNemar test's, for whoever expects it; None where cases share a family, or repeats disagree."""


def compare(first: Sequence[Cell], second: Sequence[Cell], *, policy: Policy) -> list[Change]:
    """Changes from `first` to `second` on the cases that both were asked."""
    right = shares_right(first), shares_right(second)
    groups = list(_groups(_shared(first, second), policy))
    changes = [_change(name, group, *right)._replace(judges=_judges(group, first, second)) for name, group in groups]
    return _adjusted(changes)


def change(group: str, first: Sequence[Cell], second: Sequence[Cell]) -> Change:
    """The change from `first` to `second` on all cases that both were asked, as one group of this name."""
    shared = _shared(first, second)
    return _change(group, shared, shares_right(first), shares_right(second))._replace(
        judges=_judges(shared, first, second)
    )


def _judges(group: Sequence[Cell], *sides: Sequence[Cell]) -> tuple[str, ...]:
    cases = {c.case.id for c in group}
    return judges_of(c for cells in sides for c in cells if c.case.id in cases)


def _shared(first: Sequence[Cell], second: Sequence[Cell]) -> list[Cell]:
    cases = {c.case.id: c for c in first}
    return [cases[id_] for id_ in dict.fromkeys(c.case.id for c in second) if id_ in cases]


def _groups(cells: Sequence[Cell], policy: Policy) -> Iterator[tuple[str, list[Cell]]]:
    plain, off = in_distribution(cells), off_distribution(cells)
    for dimension in policy.dimensions:
        yield dimension.name, [c for c in plain if dimension_of(c, policy) == dimension.name]
    if able := [c for c in plain if is_capability(c)]:
        yield CAPABILITY, able
    lawful = [c for c in plain if not is_capability(c)]
    for principle in dict.fromkeys(c.case.principle for c in lawful):
        yield f"{PRINCIPLE}{principle}", [c for c in lawful if c.case.principle == principle]
    for shift in dict.fromkeys(c.case.shift for c in off):
        yield f"shift/{shift}", [c for c in off if c.case.shift == shift]


def _change(
    name: str, group: list[Cell], first: Mapping[str, float | None], second: Mapping[str, float | None]
) -> Change:
    both = [(c.case, first[c.case.id], second[c.case.id]) for c in group]
    pairs = [(case, a, b) for case, a, b in both if a is not None and b is not None]
    differences = [b - a for _, a, b in pairs]
    families = [f"{case.suite}/{case.family}" for case, _, _ in pairs]
    found, n = difference(differences, families), len(pairs)
    alone = n > 0 and len(set(families)) == n and all(share in (0, 1) for _, *both in pairs for share in both)
    return Change(
        group=name,
        first=sum(a for _, a, _ in pairs) / n if n else None,
        second=sum(b for _, _, b in pairs) / n if n else None,
        difference=found.value,
        interval=found.interval,
        p=found.p,
        n=n,
        left_out=len(both) - n,
        gained=tuple(f"{case.suite}/{case.name}" for case, a, b in pairs if b > a),
        lost=tuple(f"{case.suite}/{case.name}" for case, a, b in pairs if b < a),
        p_mcnemar=mcnemar_p(differences.count(-1), differences.count(1)) if alone else None,
    )


def _adjusted(changes: Sequence[Change]) -> list[Change]:
    """The same, those of principles that could be compared with their p values adjusted over all of these."""
    tested = [c for c in changes if c.n and c.group.startswith(PRINCIPLE)]
    values = [c.p for c in tested]
    found = zip(tested, holm(values), benjamini_hochberg(values), strict=True)
    told = {c.group: c._replace(p_holm=p, q=q) for c, p, q in found}
    return [told.get(c.group, c) for c in changes]
