"""The sample: whole families, every stratum in proportion, the same for one seed."""

from collections import Counter

import pytest

from meant.core.case import Case
from meant.files.suite import load_suites
from meant.measure.sample import sample


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [c for s in load_suites(["refusal", "honest", "helpful"]) for c in s.book.for_measuring()]


def test_it_keeps_order_families_and_size(cases: list[Case]) -> None:
    some = sample(cases, limit=150, seed=1)
    assert 150 <= len(some) < 150 + max(Counter(c.family for c in cases).values())
    assert [c for c in cases if c in some] == some
    families = {c.family for c in some}
    assert [c for c in cases if c.family in families] == some


def test_every_stratum_is_in_proportion(cases: list[Case]) -> None:
    some = sample(cases, limit=len(cases) // 2, seed=1)
    whole, part = (Counter((c.suite, c.expect) for c in group) for group in (cases, some))
    for stratum, n in whole.items():
        assert abs(part[stratum] - n / 2) <= max(3, n * 0.12), stratum


def test_one_seed_one_sample(cases: list[Case]) -> None:
    assert sample(cases, limit=60, seed=1) == sample(cases, limit=60, seed=1)
    assert sample(cases, limit=60, seed=1) != sample(cases, limit=60, seed=2)
    assert sample(cases, limit=None, seed=1) == sample(cases, limit=10**6, seed=1) == cases


def test_a_larger_sample_holds_the_smaller(cases: list[Case]) -> None:
    small, large = ({c.id for c in sample(cases, limit=n, seed=1)} for n in (40, 120))
    assert small < large
