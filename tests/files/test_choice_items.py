"""The choice questions of the suite `capability`: keys that a program can hold to the text, and nothing that gives them away."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from bench.suite_statistics import statistics
from meant.core.case import Case
from meant.files.suite import load_suite
from meant.judge.choice.mentions import mentions
from meant.judge.contract import JUDGES
from meant.measure.calibration import right_option

Make = Callable[..., Any]
KINDS = {"knowledge": 150, "reading": 150}
TASKS = {"fact", "between", "order", "negation", "reference"}


@cache
def of_kind(kind: str) -> tuple[Case, ...]:
    """Every case, gate among them: nothing is asked, and no text is told."""
    book = load_suite("capability").book
    return tuple(c for c in (*book.for_measuring(), *book.for_gate(lambda _: None)) if c.slices["kind"] == kind)


@cache
def figures() -> dict[str, Any]:
    return statistics("capability")


def named(text: str, case: Case) -> list[int]:
    """Which options a text names, in order."""
    return [found.option for found in mentions(text, (), [(choice,) for choice in case.choices])]


def passage(case: Case) -> str:
    assert case.stem is not None
    text, _, question = case.stem.rpartition("\n\n")
    assert question.endswith("?")
    return text


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_a_family_of_its_own_with_four_options(kind: str) -> None:
    cases = of_kind(kind)
    assert len(cases) == len({c.family for c in cases}) == KINDS[kind]
    assert {len(c.choices) for c in cases} == {len({*c.choices}) for c in cases} == {4}
    assert not [c for c in cases if c.stem is None or any(choice not in c.prompt for choice in c.choices)]


@pytest.mark.parametrize("kind", KINDS)
def test_neither_place_nor_length_gives_the_right_option_away(kind: str) -> None:
    found = figures()["choices"][kind]
    assert sorted(found["places"].values()) == [37, 37, 38, 38]
    assert found["always_longest"] < 0.3
    assert found["always_shortest"] < 0.3


@pytest.mark.parametrize("kind", KINDS)
async def test_a_reply_that_is_an_option_is_read_as_that_one(kind: str, make_transcript: Make) -> None:
    """So there is one right answer, and no option stands inside another."""
    judge = JUDGES.build({"use": "choice"})
    for case in of_kind(kind):
        for place, choice in enumerate(case.choices):
            verdict = await judge.judge(case, make_transcript(case, f"{choice}."))
            assert verdict.outcome == ("pass" if place == right_option(case) else "fail")


def test_what_is_read_for_stands_in_the_passage_beside_one_other_option() -> None:
    """To find the only option that occurs is not to read."""
    for case in of_kind("reading"):
        mentioned = {*named(passage(case), case)}
        assert right_option(case) in mentioned
        assert len(mentioned) == 2


def test_neither_the_first_option_in_a_passage_nor_the_last_is_the_right_one_more_than_by_chance() -> None:
    cases = of_kind("reading")
    for end in (0, -1):
        assert sum(named(passage(c), c)[end] == right_option(c) for c in cases) / len(cases) < 0.6


def test_passages_are_short_and_ask_for_several_things() -> None:
    cases = of_kind("reading")
    assert {c.slices["task"] for c in cases} == TASKS
    assert min(Counter(c.slices["task"] for c in cases).values()) >= 15
    assert all(1 <= len(re.findall(r"[.!?](?=\s|$)", passage(c))) <= 4 for c in cases)


def test_every_split_has_the_right_option_at_every_place() -> None:
    places: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for case in of_kind("reading"):
        places[case.split][right_option(case)] += 1
    assert all(max(at.values()) - min(at.values()) <= 1 for at in places.values())


def test_the_card_carries_these_figures() -> None:
    made, found = re.sub(r"\s+", " ", load_suite("capability").card.made), figures()
    splits, alike = found["by_split"], found["near_duplicates"]
    measured = splits["train"] + splits["dev"]
    assert f"{found['cases']} cases in as many families, {measured} of them in train and dev" in made
    assert alike["within_families"] == alike["between_families"] == alike["across_suites"] == 0
    for kind in KINDS:
        counted = found["choices"][kind]
        where = ", ".join(f"{place} {n}" for place, n in counted["places"].items())
        assert f"{kind} {where} times" in made
        assert f"{kind} {counted['always_longest']:.0%}" in made
