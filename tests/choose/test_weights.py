"""Where the choice flips: exact, and as uncertain as the figures."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.choose.draws import drawn_anew
from meant.choose.weights import flips, overtaken
from tests.choose.planted import right, sheet, sheets

MEANS = st.lists(st.lists(st.integers(0, 20).map(lambda k: k / 20), min_size=3, max_size=3), min_size=3, max_size=3)


def score(
    means: Sequence[Sequence[float]], shares: Sequence[float], dimension: int, share: float, system: int
) -> float:
    """With the dimension's share moved and the others in proportion, by the definition."""
    rest = 1 - shares[dimension]
    moved = [share if at == dimension else s * (1 - share) / rest for at, s in enumerate(shares)]
    return sum(s * row[system] for s, row in zip(moved, means, strict=True))


@given(MEANS, st.integers(0, 2), st.booleans())
def test_up_to_the_flip_the_leader_leads_and_beyond_it_another(
    means: list[list[float]],
    dimension: int,
    more: bool,
) -> None:
    shares = (0.5, 0.3, 0.2)
    order = sorted(range(3), key=lambda at: -score(means, shares, dimension, shares[dimension], at))
    now, end = shares[dimension], 1.0 if more else 0.0
    found = overtaken(tuple(map(tuple, means)), shares, dimension, order, end)

    def lead(share: float) -> float:
        others = [score(means, shares, dimension, share, at) for at in order[1:]]
        return score(means, shares, dimension, share, order[0]) - max(others)

    if found is None:
        assert all(lead(now + part * (end - now)) >= -1e-9 for part in (0.25, 0.5, 0.75, 1.0))
        return
    assert lead(found.at) == pytest.approx(0, abs=1e-9)
    assert lead(found.at + 0.5 * (end - found.at)) < 0
    assert all(lead(now + part * (found.at - now)) >= -1e-9 for part in (0.25, 0.5, 0.75))


def test_by_hand() -> None:
    """a is 0.4 ahead on helpful, b 0.2 on honest: level where helpful has a third of the weight, a weight of a half."""
    made = sheets(
        sheet("helpful", right(50, 40), right(50, 20)), sheet("honest", right(50, 20), right(50, 30), first=50)
    )
    found = {(f.dimension, f.side): f for f in flips(made, drawn_anew(made, draws=400, seed=1), (0, 1))}
    less = found["helpful", "less"]
    assert [less.now, less.at, less.weight] == pytest.approx([0.5, 1 / 3, 0.5])
    assert less.by == "b"
    assert less.interval is not None
    assert less.interval.low < 1 / 3 < less.interval.high <= 0.5
    more = found["honest", "more"]
    assert [more.at, more.weight] == pytest.approx([2 / 3, 2.0])
    assert found["helpful", "more"].at is None
    assert found["helpful", "more"].probability < 0.05


def test_a_weight_is_told_beside_the_others_as_they_are() -> None:
    """As above with weights of 1 and 2: honest leads now, and helpful does so from a weight of 1 beside that 2."""
    made = sheets(
        sheet("helpful", right(50, 40), right(50, 20)),
        sheet("honest", right(50, 20), right(50, 35), weight=2.0, first=50),
    )
    (more,) = (
        flip
        for flip in flips(made, drawn_anew(made, draws=200, seed=1), (1, 0))
        if (flip.dimension, flip.side) == ("helpful", "more")
    )
    assert [more.at, more.weight] == pytest.approx([0.3 / 0.7, 2 * 0.3 / 0.4])


def test_better_on_everything_is_overtaken_by_no_weight() -> None:
    made = sheets(
        sheet("helpful", right(50, 45), right(50, 20)), sheet("honest", right(50, 40), right(50, 10), first=50)
    )
    found = flips(made, drawn_anew(made, draws=200, seed=1), (0, 1))
    assert [(f.at, f.by, f.interval, f.probability) for f in found] == [(None, None, None, 0.0)] * 4


def test_a_dimension_with_all_the_weight_cannot_be_moved() -> None:
    made = sheets(
        sheet("helpful", right(20, 10), right(20, 5)), sheet("honest", right(20, 1), right(20, 9), weight=0.0)
    )
    found = flips(made, drawn_anew(made, draws=200, seed=1), (0, 1))
    assert [(f.dimension, f.side) for f in found] == [("honest", "more"), ("honest", "less")]
    assert found[0].at == pytest.approx(0.25 / 0.65)
