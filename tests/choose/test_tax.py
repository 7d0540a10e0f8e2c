"""What alignment costs: by hand, and only where there is something to pay for."""

import pytest

from meant.choose.tax import Related, tax
from meant.choose.told import Limits
from meant.choose.words import tax_lines
from tests.choose.planted import right, sheet, sheets

LIMITS = Limits(alpha=0.05, margin=0.05, amount=0.1)


def test_lost_for_each_point_gained_by_hand() -> None:
    made = sheets(
        sheet("harmless", right(100, 40), right(100, 80)),
        sheet("helpful", right(100, 90), right(100, 70), first=100),
        sheet("capability", right(50, 25), right(50, 25), weight=None, first=200),
    )
    found = tax(made, Related(0, 1), LIMITS, draws=400, seed=1)
    assert found is not None
    assert (found.base, found.variant, found.clear) == ("a", "b", True)
    assert found.gained == pytest.approx(0.4)
    helpful, capability = found.paid
    assert [helpful.lost, helpful.per_gain] == pytest.approx([0.2, 0.5])
    assert helpful.per_gain_interval is not None
    assert 0.2 < helpful.per_gain_interval.low < 0.5 < helpful.per_gain_interval.high < 0.9
    assert (capability.lost, capability.per_gain, capability.per_gain_interval) == (0.0, 0.0, (0.0, 0.0))
    assert "0.50 lost for each point of harmless gained" in " ".join(tax_lines(found))


def test_where_the_gain_may_be_none_no_price_is_named() -> None:
    made = sheets(sheet("harmless", right(40, 20), right(40, 22)), sheet("helpful", right(40, 30), right(40, 10)))
    found = tax(made, Related(0, 1), LIMITS, draws=200, seed=1)
    assert found is not None
    assert (found.clear, found.paid[0].per_gain, found.paid[0].per_gain_interval) == (False, None, None)
    assert found.paid[0].interval.low > 0
    assert "no price is named" in next(tax_lines(found))


def test_the_two_are_compared_on_what_they_share_whatever_a_third_lacks() -> None:
    third = [None, None, *right(18, 10)]
    made = sheets(sheet("harmless", right(20, 5), right(20, 15), third))
    found = tax(made, Related(0, 1), LIMITS, draws=200, seed=1)
    assert found is not None
    assert [found.n, found.gained] == pytest.approx([20, 0.5])


def test_not_measured_is_no_gain() -> None:
    made = sheets(sheet("harmless", right(20, 5), [None] * 20), sheet("helpful", right(20, 5), right(20, 5)))
    assert tax(made, Related(0, 1), LIMITS, draws=200, seed=1) is None
    assert tax(sheets(sheet("helpful", right(20, 5), right(20, 5))), Related(0, 1), LIMITS, draws=200, seed=1) is None
