"""Dominated is claimed where data say both halves of it, and nowhere else."""

import pytest

from meant.choose.dominated import Dominated, dominated, pairs
from meant.choose.sheets import Sheet
from meant.choose.told import LEAST_FAMILIES, Limits, told
from tests.choose.planted import amounts, right, sheet, sheets

LIMITS = Limits(alpha=0.05, margin=0.05, amount=0.1)


def claims(*made: Sheet) -> tuple[Dominated, ...]:
    of = sheets(*made)
    return dominated(of, pairs(of, LIMITS), alpha=LIMITS.alpha)


def test_worse_on_one_and_the_same_on_the_other_is_dominated_with_the_reason() -> None:
    (found,) = claims(sheet("helpful", right(100, 60), right(100, 90)), sheet("honest", right(100, 70), right(100, 70)))
    assert (found.system, found.by, found.worse_on, found.not_better_on) == ("a", "b", ("helpful",), ("honest",))
    assert found.why == "worse than b on helpful; better by the margin on none of honest"


def test_a_trade_dominates_nobody() -> None:
    assert not claims(sheet("helpful", right(100, 60), right(100, 90)), sheet("honest", right(100, 90), right(100, 60)))


def test_too_few_cases_to_rule_out_that_it_is_better_elsewhere() -> None:
    """Worse beyond doubt on helpful; on honest ten cases, of which each got others right."""
    helpful = sheet("helpful", right(100, 50), right(100, 90))
    assert not claims(helpful, sheet("honest", right(10, 5), right(10, 5, last=True)))


def test_two_that_are_the_same_dominate_nobody() -> None:
    same = right(100, 70)
    assert not claims(sheet("helpful", same, same), sheet("honest", same, same))


def test_looking_at_many_costs_something() -> None:
    """Seven losses alone are worse at 5 %; among three systems and four axes they are not."""
    few = sheet("helpful", right(100, 80), right(100, 87))
    assert len(claims(few)) == 1
    same = right(100, 70)
    others = [sheet(name, same, same, same) for name in ("honest", "harmless", "kind")]
    assert not claims(sheet("helpful", right(100, 80), right(100, 87), right(100, 84)), *others)


def test_slower_and_no_better_is_dominated_and_a_little_slower_is_not() -> None:
    same = right(60, 40)
    seconds = [1.0 + 0.01 * (at % 7) for at in range(60)]
    slow, slightly = ([factor * s for s in seconds] for factor in (1.5, 1.0001))
    (found,) = claims(sheet("helpful", same, same), amounts("latency", seconds, slow))
    assert (found.system, found.worse_on) == ("b", ("latency",))
    mixed = [s * (0.9 if at % 2 else 1.1) for at, s in enumerate(slightly)]
    assert not claims(sheet("helpful", same, same), amounts("latency", seconds, mixed))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_faster_by_less_than_a_tenth_saves_nobody_and_by_more_it_does(order: tuple[int, int]) -> None:
    seconds = [1.0 + 0.01 * (at % 7) for at in range(60)]

    def claimed(factor: float) -> bool:
        made = sheets(
            sheet("helpful", right(60, 20), right(60, 50)), amounts("latency", [factor * s for s in seconds], seconds)
        ).between(order)
        return bool(dominated(made, pairs(made, LIMITS), alpha=LIMITS.alpha))

    assert [claimed(0.96), claimed(0.8)] == [True, False]


def test_of_amounts_on_few_families_nothing_is_said() -> None:
    few = LEAST_FAMILIES - 1
    found = told(amounts("latency", [1.0] * few, [9.0] * few), 0, 1, LIMITS)
    assert found is not None
    assert (found.p_better, found.p_not_worse) == (1.0, 1.0)
    assert not claims(amounts("latency", [1.0] * few, [9.0] * few))


def test_who_is_not_measured_everywhere_dominates_nobody_and_is_not_dominated() -> None:
    assert not claims(sheet("helpful", right(100, 10), right(100, 90)), sheet("honest", right(50, 20), [None] * 50))
