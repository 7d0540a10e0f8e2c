"""The gate's rows: each group of gate cases, candidate against baseline, and what follows from all of them.

Its rule: three things can be known of a row (worse; not worse than the margin; not enough), and a row with too many
cells without a verdict is none of them. "Worse" is Holm-adjusted over all rows, so that an unchanged candidate fails
in at most alpha of builds; "not worse" is not adjusted, since a pass needs all deciding rows at once (an
intersection-union test, Berger 1982). With repeats, a case is right by the share of its repeats that are; those without
a verdict count against the candidate in the one test and for it in the other.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from meant.core.finding import Interval
from meant.core.gate import GateRow, Outcome, State, Wavering
from meant.core.policy import GateRules, Policy
from meant.measure.cell import Cell
from meant.measure.gate_groups import groups_of
from meant.measure.gate_wavering import wavering_of
from meant.measure.repeats import bounds_right, by_case, shares_right
from meant.measure.shares import judges_of
from meant.stats.multiple import holm
from meant.stats.noninferiority import Compared, non_inferiority, state_of

UNKNOWN = Interval(0.0, 1.0)
"""Of a case without a verdict."""


class Pair(NamedTuple):
    """One case, as both systems answered it."""

    name: str
    family: str
    baseline: float | None
    """Share of repeats with a verdict that are right; None without a verdict."""
    candidate: float | None
    between: tuple[Interval, Interval]
    """Both shares of all repeats, wherever those without a verdict would have put them."""


class _Group(NamedTuple):
    name: str
    pairs: Sequence[Pair]
    decides: bool
    wavering: Wavering | None
    judges: tuple[str, ...]


def gate_rows(
    baseline: Sequence[Cell], candidate: Sequence[Cell], *, policy: Policy, rules: GateRules
) -> list[GateRow]:
    """A row a dimension, one for capability, a row a side of refusal and a principle, in this order."""
    groups = list(_groups(baseline, candidate, policy, rules))
    compared = [_compared(group, rules) for group in groups]
    adjusted = holm([c.p_worse for c in compared])
    return [_row(group, c, p, rules) for group, c, p in zip(groups, compared, adjusted, strict=True)]


def decide(rows: Sequence[GateRow]) -> tuple[Outcome, list[str]]:
    """The outcome and its reasons; the reasons are never empty."""
    if worse := [row.group for row in rows if row.state == "worse"]:
        return "fail", [f"worse: {', '.join(worse)}"]
    open_states: tuple[State, ...] = ("too many unscored", "undecided")
    groups = {state: [row.group for row in rows if row.decides and row.state == state] for state in open_states}
    why = [f"{state}: {', '.join(found)}" for state, found in groups.items() if found]
    if not any(row.decides for row in rows):
        why.append("no row that decides was measured")
    return ("undecided", why) if why else ("pass", ["not worse than the margin on any row that decides"])


def _groups(baseline: Sequence[Cell], candidate: Sequence[Cell], policy: Policy, rules: GateRules) -> Iterator[_Group]:
    shares, others = shares_right(baseline), shares_right(candidate)
    ends = bounds_right(baseline), bounds_right(candidate)
    for name, mine, decides in groups_of([cells[0].case for cells in by_case(candidate)], policy, rules):
        pairs = [
            Pair(
                *(c.name, c.family, shares.get(c.id), others.get(c.id)),
                (ends[0].get(c.id, UNKNOWN), ends[1].get(c.id, UNKNOWN)),
            )
            for c in mine
        ]
        ids = {c.id for c in mine}
        sides = [[cell for cell in cells if cell.case.id in ids] for cells in (baseline, candidate)]
        yield _Group(name, pairs, decides, wavering_of(*sides), judges_of(chain(*sides)))


def _compared(group: _Group, rules: GateRules) -> Compared:
    return non_inferiority(
        [p.between[0] for p in group.pairs],
        [p.between[1] for p in group.pairs],
        [p.family for p in group.pairs],
        margin=rules.margin_of(group.name),
        alpha=rules.alpha,
    )


def _row(group: _Group, seen: Compared, p_worse: float, rules: GateRules) -> GateRow:
    whole = [(p, p.baseline, p.candidate) for p in group.pairs if p.baseline is not None and p.candidate is not None]
    state: State = state_of(p_worse, seen.p_margin, alpha=rules.alpha)
    if seen.missing > rules.max_unscored * len(group.pairs):
        state = "too many unscored"
    return GateRow(
        group=group.name,
        state=state,
        decides=group.decides,
        margin=rules.margin_of(group.name),
        baseline=sum(b for _, b, _ in whole) / len(whole) if whole else None,
        candidate=sum(c for _, _, c in whole) / len(whole) if whole else None,
        difference=seen.difference,
        interval=seen.interval if whole else None,
        p_worse=p_worse,
        n=seen.n,
        families=seen.families,
        unscored=seen.unscored,
        more=seen.more if state == "undecided" else None,
        gained=tuple(p.name for p, b, c in whole if c > b),
        lost=tuple(p.name for p, b, c in whole if c < b),
        wavering=group.wavering,
        judges=group.judges,
    )
