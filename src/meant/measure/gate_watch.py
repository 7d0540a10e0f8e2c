"""The gate's rows, looked at as often as one likes: families one after another, until the outcome is known.

Its rule: the tests hold at every look together (`stats/sequential.py`), so that stopping when one knows costs nothing.
As in the fixed gate "worse" is Holm-adjusted over all rows and "not worse" is not. What speaks is the mean over
families, in the order they were asked, which must be a random one. What has no verdict counts against either word;
what was not asked counts nowhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from meant.core.case import Case
from meant.core.finding import Interval
from meant.core.gate import GateRow, State
from meant.core.policy import GateRules, Policy
from meant.measure.cell import Cell
from meant.measure.gate_groups import groups_of
from meant.measure.gate_wavering import wavering_of
from meant.measure.gating import UNKNOWN
from meant.measure.repeats import bounds_right, shares_right
from meant.measure.shares import judges_of
from meant.stats.multiple import holm
from meant.stats.noninferiority import state_of
from meant.stats.sequential import Watch, watched_interval

Shares = Mapping[str, Interval]
"""By case id: the share of repeats that are right, wherever those without a verdict would have put it."""


@dataclass
class _Row:
    """One row, as it grows."""

    group: str
    cases: Mapping[str, Sequence[Case]]
    """All of the row, by family."""
    decides: bool
    margin: float
    watch: Watch
    seen: list[Interval] = field(default_factory=list)
    """Differences of the families that were asked."""
    asked: list[Case] = field(default_factory=list)
    missing: float = 0.0
    """Cases' worth of verdicts that one side or the other lacks."""

    def see(self, family: str, baseline: Shares, candidate: Shares) -> None:
        """One family more, if the row is about it."""
        if family in self.cases:
            self.asked += self.cases[family]
            ids = [case.id for case in self.cases[family]]
            mine = [(baseline.get(id_, UNKNOWN), candidate.get(id_, UNKNOWN)) for id_ in ids]
            self.missing += sum(max(b.high - b.low, c.high - c.low) for b, c in mine)
            low = sum(c.low - b.high for b, c in mine) / len(mine)
            high = sum(c.high - b.low for b, c in mine) / len(mine)
            self.seen.append(Interval(low, high))
            self.watch = self.watch.after(self.seen[-1])

    @property
    def not_asked(self) -> int:
        """Cases."""
        return sum(map(len, self.cases.values())) - len(self.asked)


class GateWatch:
    """All rows of one gate, fed with one batch of families after another."""

    def __init__(self, cases: Sequence[Case], *, policy: Policy, rules: GateRules) -> None:
        self._rules = rules
        self._rows = [
            _Row(name, _by_family(mine), decides, rules.margin_of(name), Watch.of(rules.margin_of(name)))
            for name, mine, decides in groups_of(cases, policy, rules)
        ]
        self.looks = 0

    def see(self, families: Iterable[str], baseline: Sequence[Cell], candidate: Sequence[Cell]) -> None:
        """What both systems did with these families, in the order in which they were drawn."""
        shares = bounds_right(baseline), bounds_right(candidate)
        for family in families:
            for row in self._rows:
                row.see(family, *shares)
        self.looks += 1

    @property
    def known(self) -> bool:
        """Whether the outcome is: some row is worse, or every row that decides is not worse."""
        states = self._states()
        told = [s for row, (s, _) in zip(self._rows, states, strict=True) if row.decides]
        return any(s == "worse" for s, _ in states) or (bool(told) and all(s == "not worse" for s in told))

    def rows(self, baseline: Sequence[Cell], candidate: Sequence[Cell]) -> list[GateRow]:
        """The rows as they stand; the cells, all that were asked, tell who wavers."""
        told = zip(self._rows, self._states(), strict=True)
        return [self._row(row, state, p, baseline, candidate) for row, (state, p) in told]

    def _states(self) -> list[tuple[State, float]]:
        """Of each row its state, and its adjusted p of "as good or better"."""
        adjusted = holm([row.watch.p_worse for row in self._rows])
        return [(self._state(row, p), p) for row, p in zip(self._rows, adjusted, strict=True)]

    def _state(self, row: _Row, p_worse: float) -> State:
        if row.missing > self._rules.max_unscored * len(row.asked):
            return "too many unscored"
        return state_of(p_worse, row.watch.p_margin, alpha=self._rules.alpha)

    def _row(
        self, row: _Row, state: State, p_worse: float, baseline: Sequence[Cell], candidate: Sequence[Cell]
    ) -> GateRow:
        firsts, seconds = shares_right(baseline), shares_right(candidate)
        told = [(case, firsts.get(case.id), seconds.get(case.id)) for case in row.asked]
        whole = [(case, b, c) for case, b, c in told if b is not None and c is not None]
        ids, n = {case.id for case in row.asked}, len(whole)
        sides = [[cell for cell in cells if cell.case.id in ids] for cells in (baseline, candidate)]
        difference = sum(c - b for _, b, c in whole) / n if whole else None
        return GateRow(
            group=row.group,
            state=state,
            decides=row.decides,
            margin=row.margin,
            baseline=sum(b for _, b, _ in whole) / n if whole else None,
            candidate=sum(c for _, _, c in whole) / n if whole else None,
            difference=difference,
            interval=None if difference is None else self._interval(row, difference),
            p_worse=p_worse,
            n=n,
            families=len(row.seen),
            unscored=len(told) - n,
            gained=tuple(case.name for case, b, c in whole if c > b),
            lost=tuple(case.name for case, b, c in whole if c < b),
            wavering=wavering_of(*sides),
            not_asked=row.not_asked,
            judges=judges_of(chain(*sides)),
        )

    def _interval(self, row: _Row, difference: float) -> Interval:
        """What an earlier look ruled out stays ruled out, which may be where the difference has come to lie since."""
        low, high = watched_interval(row.seen, margin=row.margin, alpha=self._rules.alpha)
        return Interval(min(low, difference), max(high, difference))


def _by_family(cases: Sequence[Case]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(case.family, []).append(case)
    return found
