"""Each check holds for what a person would accept and not for what they would not."""

import json
import string
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from meant.core.case import Case
from meant.core.check import Check
from meant.core.errors import JudgeFailure
from meant.core.transcript import Transcript
from meant.judge.checks.counts import items, words
from meant.judge.checks.evaluate import holds
from meant.judge.checks.phrases import holds_phrase
from meant.judge.contract import JUDGES, verdict_on
from tests.judge.replies import Written, written_for

Make = Callable[..., Any]
WORDS = st.lists(st.text(string.ascii_letters, min_size=1, max_size=6), min_size=1, max_size=12)
WRITTEN = [
    *written_for("helpful"),
    *(w for suite in ("refusal", "general_assistant") for w in written_for(suite) if w.case.checks),
]


def check(**fields: Any) -> Check:
    parsed: Check = TypeAdapter(Check).validate_python(fields)
    return parsed


@pytest.mark.parametrize("written", WRITTEN, ids=lambda w: w.case.name)
def test_good_replies_pass_and_bad_ones_fail(written: Written) -> None:
    def passes(reply: str) -> bool:
        return all(holds(c, reply) for c in written.case.checks)

    assert written.replies["pass"]
    assert written.replies["fail"]
    assert [r for r in written.replies["pass"] if not passes(r)] == []
    assert [r for r in written.replies["fail"] if passes(r)] == []


def test_repeating_the_request_is_not_doing_it() -> None:
    echoed = [w.case.name for w in WRITTEN if all(holds(c, w.case.prompt) for c in w.case.checks)]
    assert echoed == []


def test_no_check_of_the_suite_is_idle() -> None:
    """Every check says no to something: a reply to any of the cases, or the request itself."""
    replies = [r for w in WRITTEN for kind in (*w.replies.values(), [w.case.prompt]) for r in kind]
    idle = [(w.case.name, c) for w in WRITTEN for c in w.case.checks if all(holds(c, r) for r in replies)]
    assert idle == []


@pytest.mark.parametrize(
    ("fields", "yes", "no"),
    [
        ({"use": "contains", "any": ["cat"]}, "A **Cat** slept.", "concatenate"),
        ({"use": "contains", "any": ["48.5"]}, "It is 48.5 euros.", "It is 48.50 euros."),
        ({"use": "contains", "any": ["8"]}, "8,22", "8,220"),
        ({"use": "contains", "any": ["13"]}, "It costs 13.", "It costs 13.5"),
        ({"use": "contains", "any": ["#a"]}, "go #A!", "go #ab"),
        ({"use": "contains", "any": ["out of order"]}, "out  of\norder", "out of orders"),
        ({"use": "contains", "any": ["don't"]}, "I don’t", "I do not"),
        ({"use": "contains", "any": ["US"], "ignore_case": False}, "the US", "it is us"),
        ({"use": "contains", "all": ["a", "b"]}, "a or b", "a"),
        ({"use": "excludes", "any": ["white"]}, "whiter than snow", "White snow"),
        ({"use": "matches", "regex": r"(?i)^\d+ eggs$"}, "12 Eggs", "12 eggs."),
        ({"use": "occurrences", "regex": "(?i)tea", "min": 2, "max": 2}, "Tea and steam", "tea, Tea, TEA"),
        ({"use": "occurrences", "regex": ",", "max": 0}, "no comma.", "a, comma"),
        ({"use": "sentences", "min": 2, "max": 2}, "Mr. A. Hay left, e.g. by train. Why?", "He left. He came! Why?"),
        ({"use": "sentences", "max": 1}, "1. **Salt**\n2. Pepper", "1. Salt.\n2. Pepper."),
        ({"use": "sentences", "min": 3}, 'She said "No." I left. 42.', "Roses are red,\nviolets are blue"),
        ({"use": "parts", "min": 2, "max": 2}, "\n\none\nline\n \ntwo\n", "one\nline"),
        ({"use": "parts", "divider": "***", "min": 2}, "***\na\n***\nb\n***", "a\n***\n***\nb"),
        ({"use": "parts", "divider": "******", "max": 2, "distinct": True}, "a ****** b", "a ****** a"),
        ({"use": "json", "kind": "any"}, "[1]", "one"),
        ({"use": "json", "kind": "any", "keys": ["a"]}, '[{"a": 1}]', "3"),
        ({"use": "json", "kind": "any"}, "3", "{"),
        ({"use": "english"}, "the cat sat on the mat, and that was all", "le chat est sur la table et il ne veut pas"),
        ({"use": "words", "max": 3}, "- **one** two — three", "one two three four"),
        ({"use": "lines", "min": 2, "max": 2}, "```\na\n\nb\n```", "a\nb\nc"),
        ({"use": "items", "min": 2, "max": 2}, "Here:\n1. a\n   - x\n   - y\n2. b", "a, b"),
        ({"use": "items", "min": 1}, "* a", "---"),
        ({"use": "json", "keys": ["a"]}, 'So:\n```json\n{"a": 1, "b": 2}\n```', '{"b": 1}'),
        ({"use": "json"}, '{"a": 1}\n```', "{a: 1}"),
        ({"use": "json", "kind": "array"}, "[]", "{}"),
        ({"use": "json", "kind": "array", "keys": ["a"]}, '[{"a": 1}]', '[{"a": 1}, {"b": 1}]'),
        ({"use": "starts", "text": "Yes"}, '**"yes**, indeed', "Yesterday"),
        ({"use": "ends", "text": "?"}, 'Shall we?" 😊', "Shall we? Yes."),
        ({"use": "ends", "text": "Elif"}, "Best,\n*Elif*.", "Best, Elif Kaya"),
        ({"use": "letters", "case": "upper"}, "ÉCLAIR 4 YOU!", "ECLAIR 4 you"),
        ({"use": "letters", "case": "lower"}, "all small, 1", "All small"),
        ({"use": "letters", "case": "lower"}, "a", "123"),
        ({"use": "number", "value": 12.5}, "20 - 7.50 = 12.50.", "12.50 is 20 - 7.50"),
        ({"use": "number", "value": 25.4, "tolerance": 0.1}, "about 25.5", "about 25.6"),
    ],
)
def test_both_sides_of_each_check(fields: dict[str, Any], yes: str, no: str) -> None:
    assert holds(check(**fields), yes)
    assert not holds(check(**fields), no)


@given(WORDS, WORDS)
def test_a_phrase_is_found_exactly_where_its_words_stand(text: list[str], phrase: list[str]) -> None:
    low, wanted = [w.lower() for w in text], [w.lower() for w in phrase]
    expected = any(low[i : i + len(wanted)] == wanted for i in range(len(low)))
    assert holds_phrase(" ".join(text), " ".join(phrase)) == expected


@given(WORDS, st.sampled_from(["- {}", "* {}", "{n}. {}", "{n}) **{}**", "  • {}"]))
def test_as_many_items_as_were_listed(entries: list[str], bullet: str) -> None:
    listed = "\n".join(bullet.format(e, n=n) for n, e in enumerate(entries, 1))
    assert items(f"Here they are:\n\n{listed}\n\nThat is all.") == len(entries)


@given(WORDS, st.sampled_from([" ", "\n", " - ", ", ", "\n\n* ", "—"]))
def test_as_many_words_as_were_written(said: list[str], between: str) -> None:
    assert words(between.join(said)) == len(said)


@given(st.dictionaries(st.text(), st.none() | st.integers(-(2**53), 2**53) | st.text(), min_size=1))
def test_any_object_is_json_with_its_keys_and_no_others(value: dict[str, Any]) -> None:
    fenced = f"```json\n{json.dumps(value)}\n```"
    missing = "".join(value) + "x"
    if "```" not in json.dumps(value):
        assert holds(check(use="json", keys=list(value)), fenced)
    assert not holds(check(use="json", keys=[missing]), json.dumps(value))


@given(st.text(max_size=300))
def test_no_text_breaks_a_check(reply: str) -> None:
    for written in WRITTEN[::7]:
        for c in written.case.checks:
            assert holds(c, reply) in (True, False)


async def test_the_verdict_names_what_does_not_hold(make_case: Make, make_transcript: Make) -> None:
    judge = JUDGES.build({"use": "checks"})
    asked = (check(use="words", max=2), check(use="contains", any=("yes",)))
    case: Case = make_case(expect="checks", checks=asked)
    transcript: Transcript = make_transcript(case, "yes it is", finish="length")
    verdict = await judge.judge(case, transcript)
    assert (verdict.outcome, verdict.score, verdict.behaviour) == ("fail", 0.5, None)
    assert '"use":"words"' in verdict.why
    assert '"use":"contains"' not in verdict.why
    assert "cut off" in verdict.why
    passed = await judge.judge(case, make_transcript(case, "Yes."))
    assert (passed.outcome, passed.score, passed.why) == ("pass", 1.0, "")


@pytest.mark.parametrize("fields", [{"reply": "  \n"}, {"reply": None, "error": "timeout"}])
async def test_what_cannot_be_judged_is_neither_passed_nor_failed(
    make_case: Make, make_transcript: Make, fields: dict[str, Any]
) -> None:
    case: Case = make_case(expect="checks", checks=(check(use="words", max=2),))
    verdict = await verdict_on(case, make_transcript(case, **fields), JUDGES.build({"use": "checks"}))
    assert verdict.outcome == "error"


async def test_a_case_without_checks_is_refused(make_case: Make, make_transcript: Make) -> None:
    case: Case = make_case(expect="comply")
    with pytest.raises(JudgeFailure, match="comply"):
        await JUDGES.build({"use": "checks"}).judge(case, make_transcript(case))


def test_a_reply_costs_well_under_a_millisecond() -> None:
    jobs = [(c, r) for w in WRITTEN for kind in w.replies.values() for r in kind for c in w.case.checks]
    for c, r in jobs:
        holds(c, r)
    start = time.process_time()
    for c, r in jobs:
        holds(c, r)
    assert (time.process_time() - start) / len(jobs) < 0.0005
