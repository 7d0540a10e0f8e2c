"""The transcripts behind each row: the same cells as the figure counts, whole, and harmless as data."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.span import Span
from meant.measure.cell import Cell
from meant.measure.report.cells import embedded, wanted
from meant.measure.report.data import MOST_CHARACTERS, as_json
from tests.measure.report_sample import BARE, HOSTILE, PROMPTED, sample

Make = Callable[..., Any]


@pytest.fixture
def shown(policy: Policy, make_case: Make, make_transcript: Make, make_verdict: Make) -> Callable[..., dict[str, Any]]:
    """The data of one cell."""

    def make(reply: str | None, *, error: str | None = None, span: Span | None = None, **case: Any) -> dict[str, Any]:
        a_case = make_case("one", **case)
        transcript = make_transcript(a_case, reply, error=error)
        verdict = make_verdict(transcript, "error" if error else "fail", span=span)
        profile = Profile(system="fake", fingerprint="f", policy="p", run="r", findings=())
        return embedded([profile], {"fake": [Cell(a_case, transcript, verdict)]}, policy)

    return make


def test_each_cell_keeps_its_system_and_its_case() -> None:
    profiles, cells, policy, _ = sample((BARE, PROMPTED), most=40)
    data = embedded(profiles, cells, policy)
    told = [(data["systems"][c["system"]], data["cases"][c["case"]]["name"], c["outcome"]) for c in data["cells"]]
    assert told == [(s, f"{c.case.suite}/{c.case.name}", c.verdict.outcome) for s, mine in cells.items() for c in mine]


def test_evidence_is_cut_out_by_characters_and_not_by_code_units(shown: Callable[..., dict[str, Any]]) -> None:
    (cell,) = shown("😀😀 I cannot do it 😀", span=Span(3, 17))["cells"]
    assert cell["reply"] == ["😀😀 ", "I cannot do it", " 😀"]


@pytest.mark.parametrize("span", [Span(5, 5), Span(7, 3), Span(90, 99), None])
def test_an_impossible_span_marks_nothing(shown: Callable[..., dict[str, Any]], span: Span | None) -> None:
    assert shown("a short reply", span=span)["cells"][0]["reply"] == ["a short reply"]


def test_a_long_reply_is_cut_and_says_so(shown: Callable[..., dict[str, Any]]) -> None:
    (cell,) = shown("x" * (MOST_CHARACTERS + 7))["cells"]
    assert (len(cell["reply"][0]), cell["cut"]) == (MOST_CHARACTERS, 7)


def test_a_failed_cell_shows_its_error_and_no_reply(shown: Callable[..., dict[str, Any]]) -> None:
    (cell,) = shown(None, error="timeout: no answer")["cells"]
    assert (cell["error"], cell["outcome"], cell["reply"]) == ("timeout: no answer", "error", [""])


def test_only_what_was_really_sent_stands_apart_from_the_case(policy: Policy, make_case: Make, make_transcript: Make,
                                                              make_verdict: Make) -> None:  # fmt: skip
    case, other = make_case("one"), make_case("two", prompt="rewritten")
    transcript = make_transcript(case, "Sure.")
    rewritten = transcript.model_copy(update={"turns": (*other.turns, transcript.turns[-1])})
    cells = [Cell(case, t, make_verdict(t)) for t in (transcript, rewritten)]
    data = embedded(
        [Profile(system="fake", fingerprint="f", policy="p", run="r", findings=())], {"fake": cells}, policy
    )
    assert [c.get("sent") for c in data["cells"]] == [None, [{"role": "user", "text": "rewritten"}]]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"expect": "refuse"}, "must refuse"),
        ({"expect": "answer", "answer": {"accept": ["Paris", "City of Paris"]}}, "accepts Paris | City of Paris"),
        ({"expect": "answer", "answer": {"number": 42, "tolerance": 0.5}}, "accepts 42 ± 0.5"),
        ({"expect": "checks", "checks": [{"use": "words", "max": 5}]}, "words max: 5"),
        ({"expect": "checks", "checks": [{"use": "contains", "any": ["a", "b"]}]}, "contains any: a | b"),
    ],
)
def test_what_was_wanted_is_said_in_words(make_case: Make, fields: dict[str, Any], says: str) -> None:
    assert says in wanted(make_case("one", **fields))


def test_hostile_text_leaves_no_markup_in_the_data() -> None:
    written = as_json({"reply": HOSTILE})
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == {"reply": HOSTILE}


@given(st.text())
def test_any_text_comes_back_from_the_data(said: str) -> None:
    written = as_json([said])
    assert "<" not in written
    assert json.loads(written) == [said]
