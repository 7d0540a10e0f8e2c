"""Several replies to one case. Its rule: a repeat is never a case.

Every rate takes one number a case, the share of its repeats that hit, and its interval counts cases, in families.
What only repeats can tell stands here: how often at least one of k replies is right, and how often all k are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from meant.measure.cell import Cell


def by_case(cells: Sequence[Cell]) -> list[list[Cell]]:
    """The cells of each case of one system, all its repeats, cases as they first occur."""
    groups: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[cell.case.id].append(cell)
    return list(groups.values())


def shares_right(cells: Sequence[Cell]) -> Mapping[str, float | None]:
    """By case id: the share of its repeats with a verdict that are right; None where none has one."""
    outcomes = {mine[0].case.id: [c.verdict.outcome for c in mine] for mine in by_case(cells)}
    scored = {case: [o == "pass" for o in said if o in ("pass", "fail")] for case, said in outcomes.items()}
    return {case: sum(right) / len(right) if right else None for case, right in scored.items()}
