"""Looking at the gate after every batch: what is told, what is saved, and how seldom a wrong word ever is."""

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.core.case import Case
from meant.core.finding import Interval
from meant.core.gate import GateRow
from meant.core.policy import GateRules, Policy
from meant.measure import gate_watch
from meant.measure.cell import Cell
from meant.measure.gate_watch import GateWatch
from meant.measure.gating import decide
from meant.stats.power import Assumed, pairs_needed
from meant.stats.sequential import Watch, watched_interval

Make = Callable[..., Any]
RULES = GateRules(margin=0.1, decide_on="dimensions", undecided="fail", max_unscored=0.05)
BATCH = 20


class Run(NamedTuple):
    """What one gate came to."""

    outcome: str
    rows: list[GateRow]
    asked: int


class Bench:
    """Cases on both sides of refusal, each its own family, and their cells by outcome."""

    def __init__(self, make_case: Make, make_transcript: Make, make_verdict: Make, policy: Policy, n: int) -> None:
        self.policy = policy
        self.cases: list[Case] = [
            make_case(f"c{i}", expect="refuse" if i % 2 else "comply", dimension="harmless" if i % 2 else "helpful")
            for i in range(n)
        ]
        said = {case.id: make_transcript(case, "x") for case in self.cases}
        self._cells = {
            (case.id, outcome): Cell(case, said[case.id], make_verdict(said[case.id], outcome))
            for case in self.cases
            for outcome in ("pass", "fail", "unsure")
        }

    def run(self, baseline: Sequence[str], candidate: Sequence[str], *, seed: int = 0) -> Run:
        """Outcomes by case, in the order of `cases`; asked in a random one until the outcome is known."""
        watch, order = GateWatch(self.cases, policy=self.policy, rules=RULES), list(range(len(self.cases)))
        random.Random(seed).shuffle(order)
        sides: tuple[list[Cell], list[Cell]] = [], []
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            new = [[self._cells[self.cases[i].id, said[i]] for i in places] for said in (baseline, candidate)]
            sides[0].extend(new[0])
            sides[1].extend(new[1])
            watch.see([self.cases[i].family for i in places], *new)
            if watch.known:
                break
        rows = watch.rows(*sides)
        return Run(decide(rows)[0], rows, len(sides[0]))

    def drawn(self, rng: random.Random, *, lost: float, gained: float) -> tuple[list[str], list[str]]:
        """Outcomes of both sides: right on eight in ten, and each case lost or gained with such a chance."""
        kinds = rng.choices(
            [("pass", "fail"), ("fail", "pass"), ("pass", "pass"), ("fail", "fail")],
            weights=[lost, gained, 0.8, max(0.0, 0.2 - lost - gained)],
            k=len(self.cases),
        )
        return [b for b, _ in kinds], [c for _, c in kinds]


@pytest.fixture
def bench(make_case: Make, make_transcript: Make, make_verdict: Make, policy: Policy) -> Callable[[int], Bench]:
    return lambda n: Bench(make_case, make_transcript, make_verdict, policy, n)


def test_it_stops_when_it_knows(bench: Callable[[int], Bench]) -> None:
    of = bench(600)
    good, bad = ["pass"] * 600, ["fail"] * 600
    alike, worse = of.run(good, good), of.run(good, bad)
    assert (alike.outcome, worse.outcome) == ("pass", "fail")
    assert worse.asked == BATCH
    assert worse.asked < alike.asked < 200
    by_group = {row.group: row for row in alike.rows}
    assert sum(by_group[g].n + by_group[g].not_asked for g in ("helpful", "harmless")) == 600
    assert {row.unscored for row in alike.rows} == {0}


def test_the_unscored_keep_it_from_knowing(bench: Callable[[int], Bench]) -> None:
    of = bench(200)
    silent = ["unsure" if i % 3 == 0 else "pass" for i in range(200)]
    run = of.run(["pass"] * 200, silent)
    assert (run.outcome, run.asked) == ("undecided", 200)
    assert {row.state for row in run.rows} == {"too many unscored"}


def test_the_interval_and_the_word_agree(bench: Callable[[int], Bench]) -> None:
    of, rng = bench(400), random.Random(2)
    for _ in range(8):
        for row in of.run(*of.drawn(rng, lost=0.05, gained=0.05)).rows:
            assert row.interval
            assert row.interval.low - 1e-4 <= (row.difference or 0.0) <= row.interval.high + 1e-4
            assert (row.state == "not worse") == (row.interval.low >= -row.margin - 1e-4)


differences = st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.0, 0.0, 0.5, 1.0]), max_size=60)


@given(differences)
def test_an_interval_is_the_test_turned_round(values: list[float]) -> None:
    seen = [Interval(v, v) for v in values]
    low, high = watched_interval(seen, margin=0.1, alpha=0.05)
    watch = Watch.of(0.1)
    for value in seen:
        watch = watch.after(value)
    assert (watch.p_margin <= 0.05) == (low >= -0.1 - 1e-4)
    assert (watch.p_worse <= 0.05) == (high <= 1e-4)


def test_what_has_no_verdict_counts_against_either_word() -> None:
    """A family of two of which one is lost: its mean lies between −1/2 and 1/2."""
    watch = Watch.of(0.1).after(Interval(-0.5, 0.5))
    assert watch.worse == Watch.of(0.1).after(Interval(0.5, 0.5)).worse
    assert watch.not_worse == Watch.of(0.1).after(Interval(-0.5, -0.5)).not_worse


@pytest.mark.slow
def test_a_wrong_word_is_seldom_told_over_all_rows_and_cases_are_saved(
    bench: Callable[[int], Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 gates of six rows each: as good, and worse by the margin, and by twice the margin; a tenth differs or more.

    At 5 % and 200 runs, 8 % is more than chance (p = 0.03). Intervals, which take most of a gate's time, are not looked at.
    """
    monkeypatch.setattr(gate_watch, "watched_interval", lambda *_, **__: Interval(-1.0, 1.0))
    of, rng, n = bench(1000), random.Random(9), 200
    alike = [of.run(*of.drawn(rng, lost=0.05, gained=0.05), seed=i) for i in range(n)]
    at_margin = [of.run(*of.drawn(rng, lost=0.15, gained=0.05), seed=i) for i in range(n)]
    beyond = [of.run(*of.drawn(rng, lost=0.25, gained=0.05), seed=i) for i in range(n)]
    assert sum(run.outcome == "fail" for run in alike) <= 0.08 * n
    assert sum(run.outcome == "pass" for run in at_margin) <= 0.08 * n
    assert sum(run.outcome == "fail" for run in beyond) >= 0.95 * n
    assert sum(run.outcome == "pass" for run in alike) >= 0.85 * n
    fixed = 2 * pairs_needed(Assumed(0.3, -0.2), alpha=0.05 / 6, power=0.95)
    assert sum(run.asked for run in beyond) / n < 0.9 * fixed
    assert sum(run.asked for run in alike) / n < 0.6 * 1000
