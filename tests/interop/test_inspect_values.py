"""What a score of Inspect's means here: held to Inspect's own reading, where it is installed."""

import importlib.util
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.interop.inspect_values import parts, scored

ANY = st.one_of(
    st.sampled_from(["C", "I", "P", "N", "yes", "No", "TRUE", "false", "0.25", "1", "c", ""]),
    st.booleans(),
    st.integers(-3, 12),
    st.floats(),
    st.text(max_size=3),
)


@pytest.mark.parametrize(
    ("value", "outcome", "score"),
    [
        ("C", "pass", 1),
        ("I", "fail", 0),
        ("N", "fail", 0),
        ("P", "unsure", 0.5),
        (True, "pass", 1),
        (False, "fail", 0),
        (1, "pass", 1),
        (0.0, "fail", 0),
        (0.999, "unsure", 0.999),
        (7, "unsure", 7),
        ("yes", "pass", 1),
        ("0.5", "unsure", 0.5),
        (float("nan"), "error", None),
        ("nan", "error", None),
        (float("inf"), "error", None),
        (None, "error", None),
        ("maybe", "error", None),
        ("", "error", None),
        ([1], "error", None),
    ],
)
def test_only_a_whole_right_or_wrong_is_a_verdict(value: Any, outcome: str, score: float | None) -> None:
    said = scored(value)
    assert (said.outcome, said.score) == (outcome, score)
    assert bool(said.why) == (outcome in ("unsure", "error"))


@given(ANY)
def test_a_verdict_never_comes_of_what_is_no_number(value: Any) -> None:
    said = scored(value)
    assert (said.outcome == "error") == (said.score is None)
    assert said.score is None or math.isfinite(said.score)
    assert (said.outcome in ("pass", "fail")) == (said.score in (0, 1))


@pytest.mark.skipif(importlib.util.find_spec("inspect_ai") is None, reason="the extra `inspect` is not installed")
@pytest.mark.filterwarnings("default")
def test_a_score_is_what_inspect_makes_of_it() -> None:
    from inspect_ai.scorer import value_to_float

    theirs = value_to_float()

    @given(ANY)
    def same(value: Any) -> None:
        said = scored(value)
        assert said.score is None or said.score == theirs(value)

    same()


def test_a_score_of_several_values_is_several_scores() -> None:
    assert parts("grade", "C") == {"grade": "C"}
    assert parts("grade", {"utility": 1, "security": 0}) == {"grade/utility": 1, "grade/security": 0}
    assert parts("grade", [1, 0]) == {"grade/0": 1, "grade/1": 0}
    assert parts("grade", {}) == {}
