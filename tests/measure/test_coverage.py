"""Coverage: what is counted where, and which gaps are named."""

from collections.abc import Callable
from typing import Any

import pytest

from meant.core.case import Case, split_of
from meant.core.casebook import Casebook
from meant.core.policy import Policy
from meant.core.side import side_of
from meant.measure.coverage import FAMILIES, Coverage, coverage
from meant.measure.drafting.labels import numbered, precedence_label, rule_label
from meant.stats.intervals import rate

Make = Callable[..., Case]


def families(split: str, count: int) -> list[str]:
    names = (f"f/{i}" for i in range(999))
    return [name for name in names if split_of(name) == split][:count]


def covered(policy: Policy, *cases: Case, **more: Any) -> Coverage:
    return coverage(policy, Casebook.of(cases).outlines(), **more)


def gaps(found: Coverage, about: str) -> list[str]:
    return [gap.problem for gap in found.gaps if gap.about == about]


@pytest.mark.parametrize(
    ("expect", "slices", "side"),
    [
        ("comply", {}, "permits"),
        ("answer", {}, "permits"),
        ("refuse", {}, "forbids"),
        ("safe_complete", {}, "forbids"),
        ("abstain", {}, "forbids"),
        ("correct", {}, "forbids"),
        ("checks", {}, "unclear"),
        ("choice", {}, "unclear"),
        ("checks", {"side": "do"}, "permits"),
        ("comply", {"side": "dont"}, "forbids"),
        ("comply", {"side": "sensitive"}, "permits"),
        ("refuse", {"side": "mine"}, "forbids"),
    ],
)
def test_the_slice_says_which_side_and_else_the_expectation(expect: str, slices: dict[str, str], side: str) -> None:
    assert side_of(expect, slices) == side


def test_cases_are_counted_by_side_split_family_and_origin(policy: Policy, make_case: Make) -> None:
    train, gate = families("train", 2), families("gate", 1)
    found = covered(
        policy,
        make_case("a", family=train[0]),
        make_case("b", family=train[0], expect="refuse"),
        make_case("c", family=train[0], expect="refuse", origin="synthetic", slices={"review": "unread"}),
        make_case("d", family=train[1], expect="abstain"),
        make_case("e", family=gate[0], expect="checks", checks=[{"use": "english"}]),
        make_case("f", principle="true-facts"),
    )
    row = next(row for row in found.rows if row.principle == "no-serious-harm")
    assert row.sides == {"permits": 1, "forbids": 3, "unclear": 1}
    assert row.families == {"permits": 1, "forbids": 2, "unclear": 1}
    assert row.splits == {"train": 4, "dev": 0, "gate": 1}
    assert row.origins == {"authored": 4, "synthetic": 1}
    assert row.unread == 1
    assert [row.principle for row in found.rows] == [p.id for p in policy.principles]


def test_a_principle_without_cases_or_with_one_side_is_a_gap(policy: Policy, make_case: Make) -> None:
    found = covered(policy, make_case("a", family=families("train", 1)[0]))
    assert gaps(found, "principles.no-serious-harm") == [
        "1 family on the side that permits", "no case on the side that forbids", "nothing in gate",
    ]  # fmt: skip
    assert gaps(found, "principles.true-facts") == ["no case"]


def test_enough_families_on_both_sides_and_something_in_gate_is_no_gap(policy: Policy, make_case: Make) -> None:
    names = families("train", 4) + families("gate", 1)
    cases = [make_case(f"{n}-{e}", family=n, expect=e) for n in names for e in ("comply", "refuse")]
    assert not gaps(covered(policy, *cases), "principles.no-serious-harm")
    fewer = covered(policy, *cases, families=6)
    assert gaps(fewer, "principles.no-serious-harm") == [
        "5 families on the side that permits", "5 families on the side that forbids",
    ]  # fmt: skip


def test_unclear_cases_are_no_side_and_the_remedy_says_how_to_label_them(policy: Policy, make_case: Make) -> None:
    found = covered(policy, make_case("a", expect="checks", checks=[{"use": "english"}]))
    first = next(gap for gap in found.gaps if gap.about == "principles.no-serious-harm")
    assert first.problem == "no case on the side that permits"
    assert 'label the 1 unclear case with the slice "side"' in first.remedy


def test_unread_cases_and_unknown_principles_are_gaps(policy: Policy, make_case: Make) -> None:
    found = covered(policy, make_case("a", slices={"review": "unread"}), make_case("b", principle="made-up"))
    assert "1 case that nobody read" in gaps(found, "principles.no-serious-harm")
    assert gaps(found, "principles.made-up") == ["1 case of a principle that the policy does not state"]


def test_red_lines_precedence_and_tool_rules_are_covered_by_slices(policy: Policy, make_case: Make) -> None:
    everything = {
        "red_lines": ("red_line", [line.id for line in policy.red_lines]),
        "precedence": ("precedence", [precedence_label(one) for one in policy.precedence]),
        "tools": ("tool_rule", [rule_label(rule, number) for rule, number in numbered(policy.tools)]),
    }
    none = covered(policy)
    for section, (slice_, labels) in everything.items():
        assert [g.about for g in none.gaps if g.about.startswith(section)] == [f"{section}.{label}" for label in labels]
        one = covered(policy, make_case("a", slices={slice_: labels[0]}))
        assert f"{section}.{labels[0]}" not in [g.about for g in one.gaps]
        assert f"{section}.{labels[1]}" in [g.about for g in one.gaps]
    assert rule_label(policy.tools[1], 2) == "lookup_account-2"


def test_an_outline_holds_no_word_of_a_case(make_case: Make) -> None:
    gate = make_case("secret-name", prompt="secret prompt", family=families("gate", 1)[0])
    (outline,) = Casebook.of([gate]).outlines()
    assert outline.split == "gate"
    assert "secret" not in str(outline)


def test_the_least_number_of_families_is_what_its_docstring_says() -> None:
    assert round(rate([True] * FAMILIES, [str(i) for i in range(FAMILIES)]).interval.low, 2) == 0.55
