"""Two systems on the same cases: paired differences, one a dimension, one for capability and one a principle.

Only cases on which both have a verdict are compared; the others are counted as left out. With repeats, a case
counts as right where most of its repeats are (a tie is left out), so that one case stays one pair. Shifted cases are
in no dimension and no principle: those of each shift are a group of their own, `shift/<name>`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from meant.core.case import CAPABILITY
from meant.core.finding import Interval
from meant.core.policy import Policy
from meant.measure.cell import Cell
from meant.measure.profile import dimension_of
from meant.measure.shares import is_capability, judges_of, passed, scored
from meant.measure.shift.figures import in_distribution, off_distribution
from meant.stats.intervals import Paired, paired_difference


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
    """Exact McNemar, two-sided, one group at a time: no correction for looking at many."""
    n: int
    left_out: int
    gained: tuple[str, ...]
    """The cases that only the second gets right, as `suite/name`."""
    lost: tuple[str, ...]
    """The cases that only the first gets right."""
    judges: tuple[str, ...] = ()
    """Names of the judges whose verdicts it is made from, on either side."""


def compare(first: Sequence[Cell], second: Sequence[Cell], *, policy: Policy) -> list[Change]:
    """Changes from `first` to `second` on the cases that both were asked."""
    right = _by_case(first), _by_case(second)
    groups = list(_groups(_shared(first, second), policy))
    return [_change(name, group, *right)._replace(judges=_judges(group, first, second)) for name, group in groups]


def change(group: str, first: Sequence[Cell], second: Sequence[Cell]) -> Change:
    """The change from `first` to `second` on all cases that both were asked, as one group of this name."""
    shared = _shared(first, second)
    return _change(group, shared, _by_case(first), _by_case(second))._replace(judges=_judges(shared, first, second))


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
        yield f"principle/{principle}", [c for c in lawful if c.case.principle == principle]
    for shift in dict.fromkeys(c.case.shift for c in off):
        yield f"shift/{shift}", [c for c in off if c.case.shift == shift]


def _by_case(cells: Sequence[Cell]) -> Mapping[str, bool | None]:
    votes: defaultdict[str, list[bool]] = defaultdict(list)
    for cell in cells:
        votes[cell.case.id] += [passed(cell)] if scored(cell) else []
    return {case: None if 2 * sum(v) == len(v) else 2 * sum(v) > len(v) for case, v in votes.items()}


def _change(
    name: str, group: list[Cell], first: Mapping[str, bool | None], second: Mapping[str, bool | None]
) -> Change:
    both = [(f"{c.case.suite}/{c.case.name}", first[c.case.id], second[c.case.id]) for c in group]
    pairs = [(case, a, b) for case, a, b in both if a is not None and b is not None]
    kinds = [(b, a) for _, a, b in pairs]
    table = Paired(*(kinds.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False))))
    result, n = paired_difference(table), len(pairs)
    return Change(
        group=name,
        first=sum(a for _, a, _ in pairs) / n if n else None,
        second=sum(b for _, _, b in pairs) / n if n else None,
        difference=result.value if n else None,
        interval=result.interval if n else None,
        p=result.p,
        n=n,
        left_out=len(both) - n,
        gained=tuple(case for case, a, b in pairs if b and not a),
        lost=tuple(case for case, a, b in pairs if a and not b),
    )
