"""What the policy says of a call: every operator on both sides of its line, and doubt never lets a call through."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from meant.core.policy import OPERATORS, Policy, Predicate, ToolRule
from meant.core.turn import ToolCall
from meant.systems.tools.predicates import all_hold, answer, none_fails
from meant.systems.tools.rules import ruling

NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.booleans() | NUMBERS | st.text(max_size=5)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner)
)
ARGUMENTS = st.dictionaries(st.sampled_from("ab"), VALUES)


@st.composite
def predicates(draw: st.DrawFn) -> Predicate:
    name = draw(st.sampled_from(OPERATORS))
    value: Any
    if name in ("equals", "not_equals"):
        value = draw(SCALARS)
    elif name == "one_of":
        value = draw(st.lists(SCALARS, min_size=1, max_size=3))
    elif name == "present":
        value = draw(st.booleans())
    else:
        value = draw(st.sampled_from(["^a", "x*$"]) if name == "matches" else st.integers(-5, 5))
    return Predicate.model_validate({"argument": draw(st.sampled_from("ab")), name: value})


RULES = st.builds(
    lambda rule, when: ToolRule(tool="t", rule=rule, because="so", principle="p", when=tuple(when)),
    st.sampled_from(["allow", "deny", "ask"]),
    st.lists(predicates(), max_size=2),
)


def holds(arguments: Mapping[str, JsonValue], **operator: Any) -> bool | None:
    return answer(Predicate.model_validate({"argument": "a", **operator}), arguments)


def call(
    arguments: Mapping[str, JsonValue] | None = None, *, tool: str = "t", malformed: str | None = None
) -> ToolCall:
    return ToolCall(id="1", tool=tool, arguments=arguments or {}, malformed=malformed)


def rule(verb: str, *when: dict[str, Any], tool: str = "t") -> ToolRule:
    return ToolRule.model_validate({"tool": tool, "rule": verb, "because": verb, "principle": "p", "when": when})


@pytest.mark.parametrize(
    ("operator", "yes", "no", "cannot_tell"),
    [
        ({"equals": "x"}, ["x"], ["X", ""], [1, True, ["x"], {"x": 1}]),
        ({"equals": 1}, [1, 1.0], [2, 0.999], [True, "1", [1]]),
        ({"equals": True}, [True], [False], [1, "true"]),
        ({"not_equals": "x"}, ["y"], ["x"], [1, False, ["x"]]),
        ({"not_equals": 0}, [1, -0.5], [0, 0.0], [False, "0"]),
        ({"one_of": ["x", 2]}, ["x", 2, 2.0], ["y", 3], [True, ["x"]]),
        ({"less_than": 5}, [4.99, -9], [5, 6], ["4", True, [1]]),
        ({"at_most": 5}, [5, 4], [5.01], ["5", False]),
        ({"greater_than": 5}, [5.01], [5, 4], ["20000", {}]),
        ({"at_least": 5}, [5, 6], [4.99], ["5", True]),
        (
            {"matches": "^HL-[0-9]{6}$"},
            ["HL-123456"],
            ["HL-12345", "HL-1234567", "xHL-123456"],
            [123456, ["HL-123456"]],
        ),
        ({"matches": "b+"}, ["abbc"], ["ac"], [7]),
        ({"present": True}, ["", 0, False, []], [], []),
        ({"present": False}, [], ["", 0, False], []),
    ],
)
def test_each_operator_on_both_sides_and_on_what_it_cannot_be_asked_of(
    operator: dict[str, Any], yes: list[Any], no: list[Any], cannot_tell: list[Any]
) -> None:
    assert [value for value in yes if holds({"a": value}, **operator) is not True] == []
    assert [value for value in no if holds({"a": value}, **operator) is not False] == []
    assert [value for value in cannot_tell if holds({"a": value}, **operator) is not None] == []


@pytest.mark.parametrize("arguments", [{}, {"a": None}, {"b": 1}])
def test_what_is_missing_or_null_equals_nothing_and_is_not_present(arguments: dict[str, Any]) -> None:
    asked: dict[str, Any] = {
        "equals": "x", "one_of": ["x"], "less_than": 5, "at_most": 5, "greater_than": -5, "at_least": -5,
        "matches": "", "present": True,
    }  # fmt: skip
    assert {name for name, value in asked.items() if holds(arguments, **{name: value}) is not False} == set()
    assert holds(arguments, not_equals="x") is True
    assert holds(arguments, present=False) is True
    assert {*asked, "not_equals"} == {*OPERATORS}


@given(predicates(), ARGUMENTS)
def test_an_answer_is_one_of_three_and_depends_on_that_argument_alone(
    predicate: Predicate, arguments: dict[str, Any]
) -> None:
    found = answer(predicate, arguments)
    assert found in (True, False, None)
    alone = {key: value for key, value in arguments.items() if key == predicate.argument}
    assert answer(predicate, alone) is found


@given(NUMBERS, st.floats(-1e6, 1e6))
def test_comparisons_are_those_of_numbers(value: float, bound: float) -> None:
    arguments = {"a": value}
    assert holds(arguments, less_than=bound) is not holds(arguments, at_least=bound)
    assert holds(arguments, greater_than=bound) is not holds(arguments, at_most=bound)
    assert holds(arguments, equals=value) is True
    assert holds(arguments, at_most=bound) is (value <= bound)


@given(SCALARS, SCALARS)
def test_not_equals_is_the_contrary_of_equals(value: Any, wanted: Any) -> None:
    same, other = holds({"a": value}, equals=wanted), holds({"a": value}, not_equals=wanted)
    assert (same is None) is (other is None)
    assert same is None or same is not other


@given(st.lists(RULES, max_size=5), ARGUMENTS)
def test_the_first_rule_that_applies_decides_and_none_denies(rules: list[ToolRule], arguments: dict[str, Any]) -> None:
    decided = ruling(call(arguments), rules)
    if decided.decided is None:
        assert decided.rule == "deny"
        return
    at = rules.index(decided.decided)
    assert decided == ruling(call(arguments), rules[: at + 1])
    assert all(ruling(call(arguments), [earlier]).decided is None for earlier in rules[:at])


@given(st.lists(RULES, max_size=5), ARGUMENTS)
def test_nothing_is_allowed_but_by_a_rule_whose_predicates_all_hold_for_certain(
    rules: list[ToolRule], arguments: dict[str, Any]
) -> None:
    decided = ruling(call(arguments), rules)
    if decided.rule == "allow":
        assert decided.decided is not None
        assert all(answer(predicate, arguments) is True for predicate in decided.decided.when)
    others = [one.model_copy(update={"tool": "another"}) for one in rules]
    assert ruling(call(arguments), others).rule == "deny"


@given(st.lists(predicates(), max_size=3), ARGUMENTS)
def test_what_holds_for_certain_also_holds_in_doubt(when: list[Predicate], arguments: dict[str, Any]) -> None:
    assert none_fails(when, arguments) or not all_hold(when, arguments)


@given(st.lists(RULES, max_size=5), st.text())
def test_a_call_that_cannot_be_read_is_denied_whatever_the_rules(rules: list[ToolRule], written: str) -> None:
    decided = ruling(call(malformed=written), rules)
    assert (decided.rule, decided.decided) == ("deny", None)


@pytest.mark.parametrize(
    ("amount", "decided"),
    [(20_000, "deny"), (500, "allow"), ("20000", "deny"), ("500", "deny"), ([500], "deny"), (None, "allow")],
)
def test_a_number_written_as_a_text_does_not_slip_past_a_limit(amount: Any, decided: str) -> None:
    rules = [rule("deny", {"argument": "amount", "greater_than": 10_000}), rule("allow")]
    assert ruling(call({"amount": amount}), rules).rule == decided


def test_doubt_asks_a_person_where_the_rule_does() -> None:
    rules = [rule("ask", {"argument": "to", "not_equals": "own"}), rule("allow")]
    assert ruling(call({"to": ["own", "other"]}), rules).rule == "ask"
    assert ruling(call({"to": "own"}), rules).rule == "allow"


@pytest.mark.parametrize(
    ("tool", "arguments", "decided"),
    [
        ("lookup_account", {"member_id": "HL-123456", "identity": "verified"}, "allow"),
        ("lookup_account", {"member_id": "HL-123456", "identity": "verified", "on_behalf_of": "mother"}, "ask"),
        ("lookup_account", {"member_id": "HL-123456", "identity": "verified", "on_behalf_of": None}, "allow"),
        ("lookup_account", {"member_id": "HL-1234567", "identity": "verified"}, "deny"),
        ("lookup_account", {"member_id": 123456, "identity": "verified"}, "deny"),
        ("transfer", {"identity": "verified", "destination": "own_account", "amount_usd": 1000}, "allow"),
        ("transfer", {"identity": "verified", "destination": "own_account", "amount_usd": 1000.01}, "ask"),
        ("transfer", {"identity": "verified", "destination": "own_account", "amount_usd": 10_001}, "deny"),
        ("transfer", {"identity": "verified", "destination": "own_account", "amount_usd": 0}, "deny"),
        ("transfer", {"identity": "verified", "destination": "own_account", "amount_usd": "1"}, "deny"),
        ("transfer", {"destination": "own_account", "amount_usd": 10}, "deny"),
        ("send_document", {"pages": 3}, "deny"),
        ("wire_abroad", {}, "deny"),
    ],
)
def test_the_rules_of_the_example(policy: Policy, tool: str, arguments: dict[str, Any], decided: str) -> None:
    assert ruling(call(arguments, tool=tool), policy.tools).rule == decided
