"""The join is exact: it finds what comparing every pair finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.stats.near import near_duplicates, shingles

texts = st.lists(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=9).map(" ".join), max_size=14)


@given(texts, st.sampled_from([0.3, 0.5, 0.7, 1.0]))
def test_it_finds_what_comparing_every_pair_finds(lines: list[str], threshold: float) -> None:
    sets = [shingles(line) for line in lines]
    expected = {
        (i, j)
        for j in range(len(sets))
        for i in range(j)
        if sets[i] and sets[j] and len(sets[i] & sets[j]) / len(sets[i] | sets[j]) >= threshold
    }
    assert {(p.first, p.second) for p in near_duplicates(lines, threshold=threshold)} == expected


def test_case_and_punctuation_do_not_matter_and_words_do() -> None:
    first = "How do I bake bread at home today?"
    assert [p.similarity for p in near_duplicates([first, "how do I bake BREAD, at home today"])] == [1.0]
    assert not list(near_duplicates([first, "How can one bake rolls in a school kitchen?"]))


def test_a_senseless_threshold_is_refused() -> None:
    with pytest.raises(ValueError, match="0"):
        list(near_duplicates(["a"], threshold=0))
