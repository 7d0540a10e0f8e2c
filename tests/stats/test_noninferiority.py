"""Three states, and that nothing but data leads out of undecided."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.stats.evidence import evidence
from meant.stats.noninferiority import Compared, non_inferiority, state_of

outcomes = st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0]))
cases = st.lists(st.tuples(outcomes, outcomes, st.sampled_from("abcdefgh")), max_size=30)


def compared(
    baseline: list[float | None], candidate: list[float | None], families: int | None = None, *, margin: float = 0.05
) -> Compared:
    names = [str(i % (families or len(baseline) or 1)) for i in range(len(baseline))]
    return non_inferiority(baseline, candidate, names, margin=margin, alpha=0.05)


def table(both: int, gained: int, lost: int, neither: int = 0) -> tuple[list[float | None], list[float | None]]:
    baseline = [1.0] * both + [0.0] * gained + [1.0] * lost + [0.0] * neither
    candidate = [1.0] * both + [1.0] * gained + [0.0] * lost + [0.0] * neither
    return [*baseline], [*candidate]


def test_the_three_states() -> None:
    assert compared(*table(180, 10, 10)).state == "not worse"
    assert compared(*table(150, 5, 45)).state == "worse"
    assert compared(*table(40, 5, 5)).state == "undecided"


def test_a_real_loss_within_the_margin_is_what_the_margin_allows() -> None:
    found = compared(*table(1900, 20, 60), margin=0.05)
    assert found.p_worse < 0.001
    assert found.state == "not worse"


def test_a_state_follows_from_adjusted_p_values() -> None:
    assert state_of(0.01, 0.2, alpha=0.05) == "worse"
    assert state_of(0.06, 0.2, alpha=0.05) == "undecided"
    assert state_of(0.06, 0.05, alpha=0.05) == "not worse"


def test_sixteen_malformed_grades_are_undecided() -> None:
    found = compared([None] * 16, [None] * 16)
    assert (found.state, found.n, found.unscored, found.difference, found.more) == ("undecided", 0, 16, None, None)
    assert found.interval == (-1, 1)


def test_nothing_and_one_family_are_undecided() -> None:
    assert compared([], []).state == "undecided"
    assert compared(*table(0, 0, 50), families=1).state == "undecided"


def test_what_has_no_verdict_only_makes_undecided() -> None:
    baseline, candidate = table(190, 5, 5)
    assert compared(baseline, candidate).state == "not worse"
    lost: list[float | None] = [None] * 20
    assert compared(baseline + [1.0] * 20, candidate + lost).state == "undecided"
    assert compared(baseline + [0.0] * 20, candidate + lost).state == "not worse"  # not even a fail could lose these
    baseline, candidate = table(150, 5, 20)
    assert compared(baseline, candidate).state == "worse"
    assert compared(baseline + [0.0] * 20, candidate + lost).state == "undecided"
    baseline, candidate = table(29, 8, 30)
    missing: list[float | None] = [None] * 10
    assert compared(baseline + missing, candidate + missing, margin=0.1).state == "worse"
    assert compared(baseline + missing, candidate + missing, margin=0.3).state == "undecided"  # it may be within that


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 10))
def test_what_is_told_is_told_whatever_the_missing_would_have_been(
    both: int, gained: int, lost: int, none: int
) -> None:
    baseline, candidate = table(both, gained, lost)
    told = compared([*baseline, *[None] * none], [*candidate, *[None] * none], margin=0.3)
    for end in (0.0, 0.5, 1.0):
        whole = compared([*baseline, *[1 - end] * none], [*candidate, *[end] * none], margin=0.3)
        assert told.state in {"undecided", whole.state}
        assert told.interval.low <= whole.interval.low + 0.01
        assert whole.interval.high <= told.interval.high + 0.01


@given(cases)
def test_the_interval_holds_the_difference_and_goes_with_the_state(
    items: list[tuple[float | None, float | None, str]],
) -> None:
    baseline, candidate, names = ([i[at] for i in items] for at in range(3))
    found = non_inferiority(baseline, candidate, names, margin=0.1, alpha=0.05)  # type: ignore[arg-type]
    if found.difference is not None:
        assert found.interval.low - 1e-5 <= found.difference <= found.interval.high + 1e-5
    if found.state == "not worse":
        assert found.interval.low >= -0.1 - 0.01
    if found.state == "worse":
        assert found.interval.high <= 0.01
    assert (found.more is None) or (found.state == "undecided" and found.more > 0)


def test_families_of_copies_count_once() -> None:
    baseline, candidate = table(50, 4, 6)
    once = compared(baseline, candidate)
    again = compared(baseline * 3, candidate * 3, families=60)
    assert again.interval.low <= once.interval.low
    assert again.interval.high >= once.interval.high
    assert compared(baseline * 3, candidate * 3).interval.low > once.interval.low


def test_pairs_that_all_agree_count_by_family() -> None:
    """59 families rule out five in a hundred, with one pair each or with three; 20 families of nine do not."""
    assert compared(*table(59, 0, 0)).p_margin == pytest.approx(0.95**59)
    assert compared(*table(177, 0, 0), families=59).p_margin == pytest.approx(0.95**59)
    assert compared(*table(180, 0, 0), families=20).state == "undecided"


def test_repeats_say_more_than_one_answer_and_less_than_cases() -> None:
    rng = random.Random(4)

    def shares(repeats: int) -> list[float]:
        return [sum(rng.random() < 0.7 for _ in range(repeats)) / repeats for _ in range(150)]

    own = [str(i) for i in range(150)]
    once = evidence([a - b for a, b in zip(shares(1), shares(1), strict=True)], own)
    five = evidence([a - b for a, b in zip(shares(5), shares(5), strict=True)], own)
    assert once.counts.pairs == pytest.approx(150)
    assert 1.5 < (once.high(0.05) - once.low(0.05)) / (five.high(0.05) - five.low(0.05)) < 5**0.5 * 1.2


def test_more_is_what_the_power_formula_says() -> None:
    """200 pairs, 40 differ: 0.2014 (z.95 + z.80)^2 / 0.05^2, less the 200 that are there."""
    found = compared(*table(160, 20, 20))
    assert found.state == "undecided"
    discordance = 40.5 / 201
    wanted = (1.6449 * (discordance - 0.0025) ** 0.5 + 0.8416 * discordance**0.5) ** 2 / 0.0025
    assert found.more == pytest.approx(wanted - 200, abs=1)


def test_the_risks_have_no_default_and_bounds() -> None:
    with pytest.raises(TypeError, match="margin"):
        non_inferiority([1], [1], ["a"])  # type: ignore[call-arg]
    for margin, alpha in ((0, 0.05), (1, 0.05), (0.1, 0), (0.1, 0.5)):
        with pytest.raises(ValueError, match=f"margin={margin}, alpha={alpha}"):
            non_inferiority([1], [1], ["a"], margin=margin, alpha=alpha)
    with pytest.raises(ValueError, match="within −1 and 1, not 2"):
        evidence([2.0], ["a"])


@pytest.mark.parametrize("truth", [0.0, -0.06])
def test_wrong_words_are_rare_in_families(truth: float) -> None:
    """150 pairs in 50 families, half alike; 400 runs of a seed, so 7.5 % is more than chance."""
    rng, wrong = random.Random(11), 0
    for _ in range(400):
        differences, names = [], []
        for family in range(50):
            lead = drawn(rng, truth)
            for _ in range(3):
                differences.append(lead if rng.random() < 0.7 else drawn(rng, truth))
                names.append(str(family))
        found = evidence(differences, names)
        wrong += (found.p_below(0) if truth == 0 else found.p_above(truth)) <= 0.05
    assert wrong / 400 <= 0.075


def drawn(rng: random.Random, truth: float) -> float:
    roll = rng.random()
    gain = (0.2 + truth) / 2
    return 1.0 if roll < gain else -1.0 if roll < 0.2 else 0.0
