"""A choice where data say so, and not where they do not."""

from itertools import product

import pytest

from meant.choose.deciding import Decision, decide
from meant.choose.sheets import Sheets
from meant.choose.told import Limits
from meant.stats.noninferiority import non_inferiority
from meant.stats.power import Assumed, pairs_needed
from tests.choose.planted import right, sheet, sheets

LIMITS = Limits(alpha=0.05, margin=0.05, amount=0.1)


def decided(made: Sheets, *order: int) -> Decision:
    return decide(made, order or tuple(range(len(made.systems))), LIMITS)


def test_a_clear_winner_is_chosen() -> None:
    found = decided(
        sheets(sheet("helpful", right(60, 50), right(60, 20)), sheet("honest", right(60, 50), right(60, 40)))
    )
    assert (found.chosen, found.between, found.more) == ("a", (), None)
    assert found.rivals[0].behind == pytest.approx((30 + 10) / 2 / 60)
    assert found.rivals[0].interval.low > 0


def test_two_that_do_the_same_are_undecided_and_more_cases_would_not_help() -> None:
    found = decided(sheets(sheet("helpful", right(200, 150), right(200, 150))))
    assert (found.chosen, found.between) == (None, ("a", "b"))
    assert (found.rivals[0].level, found.rivals[0].p) == (True, 1.0)


def test_the_winner_must_beat_each_other_one() -> None:
    found = decided(sheets(sheet("helpful", right(60, 50), right(60, 49), right(60, 5))))
    assert (found.chosen, found.between) == (None, ("a", "b"))
    assert [rival.beaten for rival in found.rivals] == [False, True]


def test_five_discordant_cases_are_too_few_even_if_all_are_won() -> None:
    """Two-sided, by signs: 2 / 2^5 = 0.0625, and six are 0.03125."""
    five, six = (decided(sheets(sheet("helpful", right(40, 20 + won), right(40, 20)))) for won in (5, 6))
    assert five.rivals[0].p == pytest.approx(0.0625)
    assert five.chosen is None
    assert six.rivals[0].p == pytest.approx(0.03125)


def test_signs_are_those_of_families_across_dimensions() -> None:
    """Six families won on both dimensions at once say what six families say, and not what twelve would."""
    rows = right(30, 6), right(30, 0)
    together = decided(sheets(sheet("helpful", *rows), sheet("honest", *rows)))
    apart = decided(sheets(sheet("helpful", *rows), sheet("honest", *rows, first=30)))
    assert together.rivals[0].p == pytest.approx(2 / 2**6)
    assert apart.rivals[0].p == pytest.approx(2 / 2**12)


def test_of_twins_that_two_trade_more_cases_would_tell_and_nothing_stands_in_the_way() -> None:
    """Family by family the two are level; the interval takes the dimensions apart, and narrows with more cases."""
    all_, none = right(40, 40), right(40, 0)
    few, many = (
        decided(sheets(sheet("helpful", all_[:n], none[:n]), sheet("harmless", none[:n], all_[:n]))).rivals[0]
        for n in (20, 40)
    )
    assert (few.behind, few.beaten, few.level) == (0.0, False, False)
    assert few.more is not None
    assert many.more is not None
    assert few.more_to_see == LIMITS.margin
    half = -many.interval.low
    assert many.more == pytest.approx(80 * ((1.96 + 0.8416) / 1.96 * half / 0.05) ** 2 - 80, rel=0.01)
    assert (many.interval.high, few.interval.high) == pytest.approx((half, -few.interval.low))
    assert half < -few.interval.low


def test_weights_make_the_score() -> None:
    made = sheets(
        sheet("helpful", right(50, 40), right(50, 10), weight=3.0), sheet("honest", right(50, 0), right(50, 10))
    )
    assert decided(made).rivals[0].behind == pytest.approx((3 * 0.6 - 0.2) / 4)


def test_what_has_no_verdict_never_makes_a_winner() -> None:
    """Eight cases that only the loser lacks: had it got them right, the lead would be gone."""
    lead, rival = right(60, 30), right(60, 20)
    chosen = decided(sheets(sheet("helpful", lead, rival)))
    missing = decided(sheets(sheet("helpful", lead, [*rival[:50], *[None] * 10])))
    assert (chosen.chosen, missing.chosen) == ("a", None)
    assert missing.rivals[0].behind == pytest.approx(10 / 50)
    assert missing.rivals[0].p == 1.0
    assert missing.rivals[0].more is None


def test_the_interval_of_one_dimension_is_the_gates() -> None:
    lead, rival = right(60, 40), [*right(30, 10), *right(30, 20)]
    (found,) = decided(sheets(sheet("helpful", lead, rival))).rivals
    families = [f"f{at}" for at in range(60)]
    gates = non_inferiority([v or 0.0 for v in rival], [v or 0.0 for v in lead], families, margin=0.05, alpha=0.025)
    assert found.interval == pytest.approx(gates.interval)


def test_an_interval_above_none_is_not_enough() -> None:
    """Four of 40 won and none lost: signs alone would do that in an eighth of all cases."""
    (found,) = decided(sheets(sheet("helpful", right(40, 24), right(40, 20)))).rivals
    assert found.interval.low > 0
    assert found.p == pytest.approx(0.125)
    assert not found.beaten


def test_signs_are_not_enough_where_a_dimension_has_four_cases() -> None:
    few = right(4, 4), right(4, 3)
    made = sheets(
        sheet("helpful", right(40, 14), right(40, 10)),
        sheet("honest", *few, first=40),
        sheet("harmless", *few, first=80),
    )
    (found,) = decided(made).rivals
    assert found.p == pytest.approx(2 / 2**6)
    assert found.interval.low < 0
    assert not found.beaten


def test_families_of_copies_need_twice_the_cases() -> None:
    one = [*right(60, 40), *right(40, 0)], [*right(60, 30), *right(40, 3)]
    twice = [[v for v in row for _ in range(2)] for row in one]
    (alone,) = decided(sheets(sheet("helpful", *one))).rivals
    (copies,) = decided(sheets(sheet("helpful", *twice, size=2))).rivals
    assert alone.more is not None
    assert copies.more == pytest.approx(2 * alone.more, abs=2)


def test_about_how_many_more_cases_is_the_power_formula() -> None:
    """One dimension without families: a pair is gained, lost or neither, so the plain formula must give the same."""
    made = sheets(sheet("helpful", [*right(60, 40), *right(40, 0)], [*right(60, 30), *right(40, 3)]))
    (rival,) = decided(made).rivals
    discordance, difference = 13 / 100, 7 / 100
    needed = pairs_needed(Assumed(discordance, difference), alpha=0.025, power=0.8)
    assert rival.more_to_see == pytest.approx(difference)
    assert rival.more == pytest.approx(needed - 100, abs=1)


def test_a_difference_too_small_to_look_for_is_not_looked_for() -> None:
    """Level, and far from ruling the margin out: the cases that would tell a difference of the margin."""
    rows = [float(a) for a, _ in product((1, 0), range(30))], [float(b) for _, b in product((0, 1), range(30))]
    (rival,) = decided(sheets(sheet("helpful", rows[0], [1.0 - v for v in rows[0]]))).rivals
    assert (rival.behind, rival.level, rival.more_to_see) == (0.0, False, 0.05)
    assert rival.more == pytest.approx(pairs_needed(Assumed(1.0, 0.05), alpha=0.025, power=0.8) - 60, rel=0.01)


def test_with_one_measured_or_none_there_is_nothing_to_choose_between() -> None:
    made = sheets(sheet("helpful", right(20, 10), [None] * 20))
    one, none = decided(made, 0), decide(made, (), LIMITS)
    assert (one.chosen, one.leader, one.between, one.unmeasured) == (None, "a", ("a",), ("b",))
    assert (none.chosen, none.leader, none.between) == (None, None, ())
