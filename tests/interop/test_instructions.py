"""Every instruction of IFEval that we express: a reply that keeps it, and one that does not."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from meant.core.check import Check
from meant.files.patterns import regex_problem
from meant.interop.instructions import EXPRESSIBLE, Argument
from meant.judge.checks.evaluate import holds

Given = dict[str, Any]
LOVE = "the cat sat on the mat and it was happy"

SIDES: list[tuple[str, Given, str, str]] = [
    ("keywords:existence", {"keywords": ["grow", "C++"]}, "Growing is c++.", "A shrub in C."),
    ("keywords:frequency", {"keyword": "pan", "frequency": 2, "relation": "at least"}, "Pans, pan", "a pan"),
    ("keywords:frequency", {"keyword": "pan", "frequency": 2, "relation": "less than"}, "a pan", "pan pan"),
    ("keywords:forbidden_words", {"forbidden_words": ["rock", "élan"]}, "rocks", "Élan!"),
    ("keywords:letter_frequency", {"letter": "o", "let_frequency": 3, "let_relation": "at least"}, "Ooh o", "oo"),
    ("keywords:letter_frequency", {"letter": "#", "let_frequency": 1, "let_relation": "less than"}, "one", "#1"),
    ("length_constraints:number_words", {"num_words": 3, "relation": "at least"}, "one two three", "one two"),
    ("length_constraints:number_words", {"num_words": 3, "relation": "less than"}, "one two", "one two three"),
    ("length_constraints:number_sentences", {"num_sentences": 2, "relation": "at least"}, "A b. C d.", "A b"),
    ("length_constraints:number_sentences", {"num_sentences": 2, "relation": "less than"}, "A b.", "A b. C d."),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "a\n\n***\n\nb", "a\n\nb"),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 3, "nth_paragraph": 2, "first_word": "weekend"},
        'one\nline\n\n"Weekend, at last\n\nthree',
        "weekend\n\nweekends\n\nweekend",
    ),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 1, "nth_paragraph": 1, "first_word": "so"},
        "So it is.",
        "So it is.\n\nIndeed.",
    ),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}, "Bye.\np. s. more", "Bye. PS more"),
    ("detectable_content:postscript", {"postscript_marker": "P.P.S"}, "P.P.S more", "P.S. more"),
    ("detectable_content:number_placeholders", {"num_placeholders": 2}, "[a] and [b]", "[a and b\n]"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "So:\n* a\n- b", "1. a\n2. b"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "* a\n  * b", "* a\n**bold**\n"),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 2}, "*a b* and **c**", "** ** *a*"),
    ("detectable_format:multiple_sections", {"section_spliter": "SECTION", "num_sections": 2}, "SECTION 1\na\nSECTION 2\nb", "SECTION 1 section 2"),
    ("detectable_format:title", {}, "<<Bread>>\nIt rises.", "<< >> Bread"),
    ("detectable_format:constrained_response", {}, "My answer is maybe.", "My answer is perhaps."),
    ("detectable_format:json_format", {}, '```json\n{"a": 1}\n```', 'Here:\n```json\n{"a": 1}\n```'),
    ("detectable_format:json_format", {}, "[1]", "{a}"),
    ("combination:two_responses", {}, "Yes.\n******\nNo.", "Yes.\n******\nYes."),
    ("combination:repeat_prompt", {"prompt_to_repeat": "Bake (2) buns."}, "\nbake (2) buns. So:", "Sure. Bake (2) buns."),
    ("startend:end_checker", {"end_phrase": "Is that all?"}, 'Yes. "is that all?"', "Is that all? No."),
    ("startend:quotation", {}, '"All\nof it"\n', 'So "it"'),
    ("change_case:capital_word_frequency", {"capital_frequency": 2, "capital_relation": "at least"}, "I SAID no", "Said ONE, 2"),
    ("change_case:capital_word_frequency", {"capital_frequency": 2, "capital_relation": "less than"}, "ONE", "ONE TWO"),
    ("change_case:english_lowercase", {}, LOVE, LOVE.capitalize()),
    ("change_case:english_lowercase", {}, LOVE, "le chat est sur la table et il ne veut pas"),
    ("change_case:english_capital", {}, LOVE.upper(), LOVE),
    ("punctuation:no_comma", {}, "a b", "a, b"),
]  # fmt: skip


def keeps(instruction: str, given: Given, reply: str) -> bool:
    checks = [TypeAdapter[Check](Check).validate_python(c) for c in EXPRESSIBLE[instruction](given)]
    assert checks
    return all(holds(check, reply) for check in checks)


@pytest.mark.parametrize(("instruction", "given", "kept", "broken"), SIDES)
def test_both_sides(instruction: str, given: Given, kept: str, broken: str) -> None:
    assert keeps(instruction, given, kept)
    assert not keeps(instruction, given, broken)


def test_every_instruction_has_its_sides() -> None:
    assert {name for name, *_ in SIDES} == set(EXPRESSIBLE)


@pytest.mark.parametrize(("instruction", "given"), [(name, given) for name, given, *_ in SIDES])
def test_every_pattern_compiles(instruction: str, given: Given) -> None:
    patterns = [c["regex"] for c in EXPRESSIBLE[instruction](given) if "regex" in c]
    assert [p for p in patterns if regex_problem(p)] == []


@pytest.mark.parametrize(
    ("instruction", "given", "said"),
    [
        ("length_constraints:number_words", {"num_words": 3, "relation": "around"}, "neither 'at least' nor"),
        ("length_constraints:number_words", {"num_words": None, "relation": "at least"}, "not a count"),
        ("length_constraints:number_words", {"num_words": 0, "relation": "less than"}, "neither 'at least' nor"),
        ("keywords:existence", {"keywords": []}, "not a list of texts"),
        ("startend:end_checker", {"end_phrase": " "}, "not a text"),
    ],
)
def test_an_argument_that_makes_no_sense(instruction: str, given: Given, said: str) -> None:
    with pytest.raises(Argument, match=said):
        EXPRESSIBLE[instruction](given)
