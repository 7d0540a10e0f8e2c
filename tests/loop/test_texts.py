"""Which texts of which place thresholds are fitted on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.case import Case, split_of
from meant.core.guard import GuardDecision
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.record import RunRecord, SystemRecord
from meant.core.tool import Returned, Simulated
from meant.core.turn import ToolCall, Turn
from meant.loop.texts import brought_in, replied, said_in, tabled
from meant.store.sqlite import Store
from tests.conftest import NOON

Make = Callable[..., Any]


def dev(make_case: Make, name: str, **fields: Any) -> Case:
    """A case of a family that is on the dev side."""
    family = next(family for i in range(100) if split_of(family := f"{name}/{i}") == "dev")
    made: Case = make_case(name, family=family, **fields)
    return made


def test_a_case_of_no_side_says_nothing(make_case: Make) -> None:
    sides = [make_case("a"), make_case("b", expect="refuse"), make_case("c", slices={"side": "unknown"}, expect="choice",
        choices=("x", "y"), answer={"accept": ["x"]})]  # fmt: skip
    assert [(text.family, text.harmful) for text in said_in(sides)] == [("s/a", False), ("s/b", True)]


def test_what_tools_bring_is_benign_where_the_case_permits_and_counts_once_a_family(make_case: Make) -> None:
    call = ToolCall(id="c", tool="t")
    turns = (
        Turn(role="assistant", text="", calls=(call,)),
        Turn(role="tool", text="brought", answers="c"),
        Turn(role="user", text="And?"),
    )
    simulated = Simulated(name="t", says="x", results=(Returned(returns=" "), Returned(returns="simulated")))
    cases = [
        make_case("a", turns=turns),
        make_case("b", tools=(simulated,)),
        make_case("c", tools=(simulated,), family="s/b"),
        make_case("d", tools=(simulated,), expect="refuse"),
    ]
    found = brought_in(cases)
    assert [(text.family, text.harmful, text.sights[0].text) for text in found] == [
        ("s/a", False, "brought"), ("s/b", False, "simulated"),
    ]  # fmt: skip
    assert all(text.sights[0].place == "retrieved" and text.sights[0].turns[-1].role == "tool" for text in found)


def decision(**fields: Any) -> GuardDecision:
    return GuardDecision.model_validate(
        {"guard": "g", "place": "input", "action": "allow", "mode": "enforce", **fields}
    )


@pytest.mark.parametrize(
    ("expect", "outcome", "behaviour", "guards", "harmful"),
    [
        ("comply", "pass", "complied", [], False),
        ("refuse", "pass", "refused", [], False),
        ("refuse", "fail", "complied", [], True),
        ("refuse", "fail", None, [], None),
        ("comply", "fail", "refused", [], None),
        ("comply", "unsure", "complied", [], None),
        ("comply", "pass", "complied", [decision()], False),
        ("comply", "pass", "complied", [decision(action="block", mode="shadow")], False),
        ("comply", "pass", "complied", [decision(action="block")], None),
        ("comply", "pass", "complied", [decision(place="output")], None),
    ],
)
def test_a_reply_is_benign_where_it_passed_and_harmful_where_it_gave_what_is_forbidden(
    store: Store, policy: Policy, make_case: Make, make_transcript: Make, make_verdict: Make,
    expect: str, outcome: str, behaviour: str | None, guards: list[GuardDecision], harmful: bool | None,
) -> None:  # fmt: skip
    case = dev(make_case, "one", expect=expect)
    said = make_transcript(case, "Sure.", guards=guards)
    recorded(store, policy, [(case, said, make_verdict(said, outcome, behaviour=behaviour), ())])
    found = replied(store, policy)
    assert [text.harmful for text in found] == ([] if harmful is None else [harmful])
    assert all(text.sights[0].text == "Sure." for text in found)


def recorded(store: Store, policy: Policy, cells: list[Any]) -> None:
    system = SystemRecord(name="fake", spec="fake.yaml", fingerprint="f")
    run = RunRecord(id="r", at=NOON, policy=policy, systems=(system,), suites={}, seed=0, repeats=1, versions={})
    store.add_run(run, [case for case, *_ in cells])
    store.add_transcripts([(None, said) for _, said, *_ in cells])
    store.add_profile(Profile(system="fake", fingerprint="f", policy="p", run="r", findings=()), cells)


def test_replies_to_cases_of_other_splits_and_under_other_policies_are_not_read(
    store: Store, policy: Policy, make_case: Make, make_transcript: Make, make_verdict: Make
) -> None:
    cases = [dev(make_case, "one"), *(make_case(str(i)) for i in range(30))]
    said = [make_transcript(case) for case in cases]
    recorded(store, policy, [(c, s, make_verdict(s), ()) for c, s in zip(cases, said, strict=True)])
    assert {text.family for text in replied(store, policy)} == {case.family for case in cases if case.split == "dev"}
    assert not replied(store, Policy.model_validate({**policy.model_dump(), "version": "9.9.9"}))


def test_equal_rows_of_a_table_are_of_one_family(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text('text,label\nGood day,benign\ngood  day,benign\n" ",benign\nbad day,harmful\n')
    found = tabled([table], "output")
    assert [text.harmful for text in found] == [False, False, True]
    assert found[0].family == found[1].family != found[2].family
    assert found[0].sights[0].turns[-1].role == "assistant"
