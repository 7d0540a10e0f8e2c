"""One paired difference: what pairing sees, what families and repeats take, and how often the interval holds the truth."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.measure.paired import difference
from meant.stats.unpaired import unpaired_difference, unpaired_p

steps = st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), min_size=1, max_size=30)


def alone(n: int) -> list[str]:
    return [str(i) for i in range(n)]


@given(steps)
def test_it_is_antisymmetric_and_bounded(differences: list[float]) -> None:
    there = difference(differences, alone(len(differences)))
    back = difference([-d for d in differences], alone(len(differences)))
    assert there.value == pytest.approx(-(back.value or 0.0))
    assert there.p == pytest.approx(back.p)
    assert there.interval
    assert back.interval
    assert there.interval.low == pytest.approx(-back.interval.high, abs=1e-5)
    assert -1 <= there.interval.low <= (there.value or 0.0) + 1e-5
    assert (there.value or 0.0) - 1e-5 <= there.interval.high <= 1


def test_what_pairing_sees() -> None:
    """220 cases, 82.3 % against 75.5 %: as if they had not been the same, p = 0.080; as they were, below 0.01."""
    found = difference([1.0] * 22 + [-1.0] * 7 + [0.0] * 191, alone(220))
    assert unpaired_p((159 + 22, 220), (159 + 7, 220)) == pytest.approx(0.0799, abs=5e-5)
    assert found.p < 0.01
    assert found.interval
    assert found.interval.low > 0 > unpaired_difference((181, 220), (166, 220)).low


def test_families_of_copies_say_no_more_than_one_of_each() -> None:
    """Twelve gains in twelve families, or three families of four copies each."""
    twelve = difference([1.0] * 12 + [0.0] * 60, alone(72))
    copies = difference([1.0] * 12 + [0.0] * 60, [str(i // 4) for i in range(72)])
    assert twelve.p < 0.01 < copies.p


def test_without_pairs_nothing_is_said() -> None:
    assert difference([], []) == (None, None, 1.0)
    assert difference([1.0], ["a"]).interval == (-1, 1)


def test_the_interval_covers_the_truth() -> None:
    """800 draws of 80 pairs, of which a fifth is gained and a tenth is lost."""
    rng, covered = random.Random(3), 0
    for _ in range(800):
        drawn = rng.choices([1.0, -1.0, 0.0], weights=[2, 1, 7], k=80)
        low, high = difference(drawn, alone(80)).interval or (0, 0)
        covered += low <= 0.1 <= high
    assert 0.93 <= covered / 800 <= 0.98
