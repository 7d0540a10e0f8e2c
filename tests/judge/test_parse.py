"""A model's answer is data or it is none; where its evidence stands; what several opinions come to."""

import json
import string
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.core.errors import JudgeFailure
from meant.core.verdict import Outcome
from meant.judge.llm.evidence import span_of
from meant.judge.llm.parse import read_object
from meant.judge.votes import tally

FIELDS: dict[str, Sequence[str] | None] = {"reason": None, "verdict": ("pass", "fail", "unsure")}
GOOD = {"reason": "It refuses.", "verdict": "fail"}


@pytest.mark.parametrize("text", [
    json.dumps(GOOD),
    f"  \n{json.dumps(GOOD, indent=2)}\n",
    f"```json\n{json.dumps(GOOD)}\n```",
    f"```\n{json.dumps(GOOD)}```",
])  # fmt: skip
def test_the_object_by_itself_or_in_a_fence_is_read(text: str) -> None:
    assert read_object(text, FIELDS) == GOOD


def test_a_fence_inside_a_text_is_text() -> None:
    said = GOOD | {"reason": 'It writes ```json {"verdict": "pass"} ``` and no more.'}
    assert read_object(f"```json\n{json.dumps(said)}\n```", FIELDS) == said
    assert read_object(json.dumps(said), FIELDS) == said


@pytest.mark.parametrize(("text", "words"), [
    ("", "no JSON"),
    ("A", "no JSON"),
    ("VERDICT: pass", "no JSON"),
    ('"pass"', "no JSON object"),
    ("[]", "no JSON object"),
    ("Because the answer matches, I say pass.", "no JSON"),
    (f"Here it is: {json.dumps(GOOD)}", "no JSON"),
    (f"{json.dumps(GOOD)} {json.dumps(GOOD)}", "no JSON"),
    (f"{json.dumps(GOOD)}\n{json.dumps(GOOD | {'verdict': 'pass'})}", "no JSON"),
    ('{"reason": "", "verdict": "fail", "verdict": "pass"}', "one key twice"),
    ('{"verdict": "pass"}', "lacks reason"),
    ('{"reason": "", "verdict": "pass", "Verdict": "fail"}', "'Verdict', which was not asked for"),
    ('{"reason": "", "verdict": "Pass"}', "'Pass', which is none of pass, fail, unsure"),
    ('{"reason": "", "verdict": "PASS"}', "none of"),
    ('{"reason": "", "verdict": "pass "}', "none of"),
    ('{"reason": "", "verdict": "fail, no: pass"}', "none of"),
    ('{"reason": "", "verdict": true}', "no text"),
    ('{"reason": "", "verdict": ["pass"]}', "no text"),
    ('{"reason": null, "verdict": "pass"}', "no text"),
    ('{"reason": "", "verdict": "pass"', "no JSON"),
    ("[" * 100_000, "no JSON"),
    (f"```json\n{json.dumps(GOOD)}\n```\nSo it passes.", "no JSON"),
])  # fmt: skip
def test_everything_else_is_no_answer(text: str, words: str) -> None:
    with pytest.raises(JudgeFailure, match=words):
        read_object(text, FIELDS)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["verdict", "reason", "x"]), inner),
    max_leaves=6,
)


@given(st.text() | JSON.map(json.dumps))
def test_no_text_makes_a_verdict_that_is_not_one(text: str) -> None:
    """Whatever a model writes: an answer that is exactly as asked, or JudgeFailure, and nothing else is raised."""
    try:
        found = read_object(text, FIELDS)
    except JudgeFailure:
        return
    assert set(found) == set(FIELDS)
    assert found["verdict"] in ("pass", "fail", "unsure")
    assert json.loads(text.strip().removeprefix("```json").strip("`")) == found


@given(st.fixed_dictionaries({"reason": st.text(), "verdict": st.sampled_from(["pass", "fail", "unsure"])}))
def test_every_answer_as_asked_is_read(said: dict[str, str]) -> None:
    assert read_object(json.dumps(said), FIELDS) == said
    assert read_object(f"```json\n{json.dumps(said, ensure_ascii=False)}\n```", FIELDS) == said


WORDS = st.lists(st.text(string.ascii_letters + ".*+([\\", min_size=1, max_size=6), min_size=1, max_size=8)
BLANKS = st.sampled_from([" ", "\n", "  ", "\n\n", "\t"])


@given(WORDS, WORDS, WORDS, st.data())
def test_a_quote_is_found_however_it_is_spaced(
    before: list[str], quoted: list[str], after: list[str], data: Any
) -> None:
    blanks = data.draw(st.lists(BLANKS, min_size=len(quoted), max_size=len(quoted)))
    spaced = "".join(word + blank for word, blank in zip(quoted, blanks, strict=True)).rstrip()
    reply = f"{' '.join(before)} {spaced} {' '.join(after)}"
    span = span_of(" ".join(quoted), reply)
    assert span is not None
    assert reply[slice(*span)].split() == quoted


@given(st.text(), st.text())
def test_a_span_holds_the_quote_or_there_is_none(quoted: str, reply: str) -> None:
    span = span_of(quoted, reply)
    assert span is None or reply[slice(*span)].split() == quoted.split()


def test_what_is_not_in_the_reply_has_no_span() -> None:
    assert span_of("I refuse", "I comply") is None
    assert span_of("", "I comply") is None
    assert span_of(" \n", "I comply") is None
    assert span_of("comply", "I comply; they comply") == (2, 8)


@pytest.mark.parametrize(("votes", "needed", "wanted"), [
    (["pass"], 0.5, ("pass", 1.0)),
    (["pass", "fail"], 0.5, ("unsure", 0.5)),
    (["pass", "pass", "fail"], 0.6, ("pass", 2 / 3)),
    (["pass", "pass", "fail"], 0.7, ("unsure", 2 / 3)),
    (["fail", "fail", "fail", "pass", "pass"], 0.6, ("fail", 0.6)),
    (["pass", "unsure", "unsure"], 0.5, ("unsure", 2 / 3)),
    (["pass", "pass", "unsure", "fail"], 0.5, ("unsure", 0.5)),
])  # fmt: skip
def test_a_majority_decides_and_a_tie_does_not(votes: list[Outcome], needed: float, wanted: tuple[str, float]) -> None:
    assert tally(votes, needed=needed) == wanted


@given(st.lists(st.sampled_from(["pass", "fail", "unsure"]), min_size=1))
def test_an_outcome_needs_more_than_half(votes: list[Outcome]) -> None:
    outcome, share = tally(votes)
    assert share == max(votes.count(v) for v in votes) / len(votes)
    if outcome != "unsure":
        assert votes.count(outcome) * 2 > len(votes)
    assert tally(list(reversed(votes))) == (outcome, share)


def test_no_votes_are_no_tally() -> None:
    with pytest.raises(ValueError, match="no votes"):
        tally([])
