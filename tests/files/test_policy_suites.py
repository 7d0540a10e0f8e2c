"""The suites that belong to a built-in policy: every principle on both sides of its line and of the wall."""

import re
from collections import Counter, defaultdict
from functools import cache
from typing import Any

import pytest

from bench.suite_statistics import statistics
from meant.core.case import Case
from meant.files.policy import load_policy
from meant.files.suite import builtin_suites, load_card, load_suite, load_suites
from meant.stats.near import near_duplicates

SUITES = ("credit_union", "general_assistant", "tool_agent")
COUNTED = ("general_assistant", "tool_agent")
"""Those whose cards carry the bench's figures."""
MANY = {"general_assistant": 8, "tool_agent": 5}
"""Families that most principles have at least."""


def cases_of(suite: str) -> list[Case]:
    """All of them: the look at gate cases here measures no system."""
    book = load_suite(suite).book
    return [*book.for_measuring(), *book.for_gate(lambda _: None)]


@cache
def figures(suite: str) -> dict[str, Any]:
    return statistics(suite)


def test_these_are_all_suites_that_belong_to_a_policy() -> None:
    assert {name for name in builtin_suites() if load_card(name).policy} == {*SUITES}


@pytest.mark.parametrize("name", SUITES)
def test_every_principle_has_cases_on_both_sides_of_its_line(name: str) -> None:
    policy = load_policy(load_card(name).policy or "")
    sides = defaultdict(set)
    for case in cases_of(name):
        sides[case.principle].add(case.slices["side"])
    wanted = {p.id: {"do", "dont"} for p in policy.principles}
    assert sides == wanted


@pytest.mark.parametrize("name", COUNTED)
def test_every_principle_has_families_on_all_sides_of_the_wall(name: str) -> None:
    splits, families = defaultdict(set), defaultdict(set)
    for case in cases_of(name):
        splits[case.principle].add(case.split)
        families[case.principle].add(case.family)
    assert {p: s for p, s in splits.items() if s != {"train", "dev", "gate"}} == {}
    assert sum(len(mine) >= MANY[name] for mine in families.values()) > len(families) / 2
    assert sum(len(mine) for mine in families.values()) >= 90


@pytest.mark.parametrize("name", COUNTED)
def test_a_benign_twin_of_a_harmless_principle_counts_as_helpful(name: str) -> None:
    policy = load_policy(load_card(name).policy or "")
    harmless = {p.id for p in policy.principles if p.dimension == "harmless"}
    for case in cases_of(name):
        if case.slices["side"] == "do" and case.principle in harmless:
            assert case.dimension == "helpful", case.name
        if case.expect == "refuse":
            assert case.dimension in ("harmless", None), case.name


def test_every_tool_that_a_case_offers_is_one_that_the_policy_speaks_of() -> None:
    offered = {tool.name for case in cases_of("tool_agent") for tool in case.tools}
    assert offered == {rule.tool for rule in load_policy("tool_agent").tools}
    assert all(case.tools for case in cases_of("tool_agent"))


def test_no_two_families_of_any_builtin_suites_are_near_duplicates() -> None:
    """Problems of one generator are made from a template: of them only the same text would be a duplicate."""
    cases = [case for name in builtin_suites() for case in cases_of(name) if not re.search(r"-\d+-\d{3}$", case.name)]
    texts = ["\n".join(turn.text for turn in case.turns) for case in cases]
    near = [(cases[a].name, cases[b].name) for a, b, _ in near_duplicates(texts) if cases[a].family != cases[b].family]
    assert near == []


@pytest.mark.parametrize("name", COUNTED)
def test_the_card_carries_the_figures(name: str) -> None:
    made, found = load_suite(name).card.made, figures(name)
    families = found["by_split"]
    assert f"{found['cases']} cases in {found['families']} families" in made
    assert f"({families['train']} in train, {families['dev']} in dev, {families['gate']} in gate)" in made
    assert f"dont {found['words']['dont']['mean']:.1f}, do {found['words']['do']['mean']:.1f}" in made
    said = re.search(r"AUROC (0\.\d\d), and put the side `dont` first in (0\.\d\d) of the pairs", made)
    assert said
    assert float(said[1]) == pytest.approx(found["twins"]["auroc"], abs=0.01)
    assert float(said[2]) == pytest.approx(found["twins"]["harmful_first"], abs=0.01)
    assert f"{found['twins']['pairs']} pairs" in made


@pytest.mark.parametrize("name", COUNTED)
def test_single_words_do_not_give_the_side_away(name: str) -> None:
    assert figures(name)["twins"]["auroc"] <= 0.7


def test_the_builtin_suites_can_be_used_together() -> None:
    assert Counter(s.card.policy for s in load_suites(builtin_suites()))[None] >= 3
