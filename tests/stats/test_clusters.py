"""Clustered paired differences: by arithmetic, against the plain interval, and by how often they cover the truth."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.stats.clusters import clustered_difference
from meant.stats.intervals import Paired, newcombe, paired_difference

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


def counts(pairs: list[tuple[bool, bool]]) -> Paired:
    return Paired(*(pairs.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False))))


@given(PAIRS)
def test_alone_each_pair_counts_as_newcombe_counts_it(pairs: list[tuple[bool, bool]]) -> None:
    plain = paired_difference(counts(pairs))
    value, interval = clustered_difference(pairs, [str(i) for i in range(len(pairs))])
    assert value == pytest.approx(plain.value)
    assert interval == pytest.approx(plain.interval)


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_value_is_inside_and_clusters_never_narrow(pairs: list[tuple[bool, bool]], roll: random.Random) -> None:
    clusters = [str(roll.randrange(5)) for _ in pairs]
    value, interval = clustered_difference(pairs, clusters)
    alone = newcombe(counts(pairs))
    assert -1 <= interval.low <= value + 1e-9
    assert value - 1e-9 <= interval.high <= 1
    assert interval.high - interval.low >= alone.high - alone.low - 1e-6


def test_four_times_the_same_is_once() -> None:
    once = [(True, False), (False, False), (True, True), (False, True), (True, False), (False, False)]
    fourfold = [pair for pair in once for _ in range(4)]
    clusters = [str(i) for i in range(len(once)) for _ in range(4)]
    value, interval = clustered_difference(fourfold, clusters)
    plain = clustered_difference(once, [str(i) for i in range(len(once))])
    assert value == plain[0]
    # By hand: differences 1, 0, 0, -1, 1, 0 have the mean 1/6 and squares about it that add up to 17/6. Together they
    # are 16 * 17/6 * 6/5 / 24^2, alone 4 * 17/6 / 24^2, so 24 pairs count as 24 * 4 / (16 * 6/5) = 5.
    a, b, c, d = (5 / 6 * n for n in counts(once))
    assert interval == pytest.approx(newcombe((a, b, c, d)))


def test_where_all_differ_alike_a_cluster_counts_once() -> None:
    assert clustered_difference([(True, False)] * 12, list("aaabbbcccddd")) == (1.0, newcombe((0, 4, 0, 0)))


def test_it_covers_the_truth_where_pairs_go_together() -> None:
    """Families of four, alike within: the plain interval is too narrow, the clustered one is not."""
    roll, clustered, plain, runs = random.Random(5), 0, 0, 400
    for _ in range(runs):
        pairs, clusters = list[tuple[bool, bool]](), list[str]()
        for family in range(25):
            drops, knows = roll.random() < 0.3, roll.random() < 0.8
            pairs += [(knows and not (drops and roll.random() < 0.9), knows) for _ in range(4)]
            clusters += [str(family)] * 4
        truth = -0.8 * 0.3 * 0.9
        low, high = clustered_difference(pairs, clusters)[1]
        clustered += low <= truth <= high
        low, high = newcombe(counts(pairs))
        plain += low <= truth <= high
    assert clustered / runs > 0.92
    assert plain / runs < 0.85


@pytest.mark.parametrize(("pairs", "clusters"), [([], []), ([(True, True)], []), ([], ["a"])])
def test_it_needs_a_cluster_for_each_pair(pairs: list[tuple[bool, bool]], clusters: list[str]) -> None:
    with pytest.raises(ValueError, match="a cluster for each"):
        clustered_difference(pairs, clusters)
