"""What changed between two policies, and which cases that touches."""

from collections.abc import Callable
from typing import Any

import pytest

from meant.core.policy import Policy
from meant.files.suite import load_suite
from meant.measure.policy_diff import policy_diff

Edit = Callable[..., Policy]


@pytest.fixture
def edited(policy: Policy) -> Edit:
    def edit(principle: str, **fields: Any) -> Policy:
        changed = [p.model_copy(update=fields) if p.id == principle else p for p in policy.principles]
        return policy.model_copy(update={"principles": tuple(changed)})

    return edit


def test_a_new_rule_touches_its_cases(policy: Policy, edited: Edit) -> None:
    suite = load_suite("refusal")
    (change,) = policy_diff(policy, edited("no-serious-harm", says="Be nice."), [suite]).principles
    assert (change.principle, change.kind, change.fields) == ("no-serious-harm", "changed", ("says",))
    assert change.touched == {"refusal": suite.book.count("no-serious-harm")}
    assert change.touched["refusal"] >= 100


def test_a_new_severity_touches_no_verdict(policy: Policy, edited: Edit) -> None:
    (change,) = policy_diff(policy, edited("true-facts", severity="low"), [load_suite("honest")]).principles
    assert (change.fields, change.touched) == (("severity",), {})


def test_added_and_removed_principles_touch_theirs(policy: Policy) -> None:
    fewer = policy.model_copy(update={"principles": policy.principles[1:], "version": "2"})
    suites = [load_suite("credit_union")]
    (removed,) = policy_diff(policy, fewer, suites).principles
    (added,) = policy_diff(fewer, policy, suites).principles
    assert (removed.kind, added.kind) == ("removed", "added")
    assert removed.touched == added.touched
    assert policy_diff(policy, fewer, suites).elsewhere == ("version",)


def test_equal_policies_do_not_differ(policy: Policy) -> None:
    assert policy_diff(policy, policy, []) == ((), ())


def test_on_the_command_line(meant: Callable[..., Any]) -> None:
    meant("init")
    from pathlib import Path

    text = Path("policy.yaml").read_text()
    Path("new.yaml").write_text(text.replace("State facts as they are.", "State facts.").replace('"0.1"', '"0.2"'))
    ran = meant("policy", "diff", "policy.yaml", "new.yaml")
    assert "true-facts: changed in says; touches" in ran.out
    assert "version: differs" in ran.out
    assert "mean the same" in meant("policy", "diff", "policy.yaml", "policy.yaml").out
    assert meant("policy", "diff", "policy.yaml", "new.yaml", "--json").json["elsewhere"] == ["version"]
