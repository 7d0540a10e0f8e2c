"""Accepted cases into a suite: other lines stay, the wall holds, and writing again changes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from meant.core.errors import FileFaults
from meant.core.policy import Policy
from meant.files.cards import tell_made, with_sentence
from meant.files.growing import Accepted, Growing
from meant.files.suite import load_suite
from meant.files.table import CardText
from tests.files.test_drafts import draft

CARD = CardText(name="mine", purpose="p", made="By hand.", limits="l", licence="Private")
TRAIN, GATE = "f/0", "f/2"
LONG = "how do I carry a very large kettle up the stairs of the old house {}"


def one(name: str, line: int = 2, *, bound: bool = True, **case: Any) -> Accepted:
    made = draft(name, **case)
    if not bound:
        made = made.model_copy(update={"by": made.by.model_copy(update={"kind": "system"})})
    return Accepted(made, made.case, line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "suites" / "mine"


def growing(folder: Path, policy: Policy, *against: str) -> Growing:
    return Growing(folder, policy=policy, against=against, drafts=Path("d.jsonl"))


def add(folder: Path, policy: Policy, *accepted: Accepted, told: str = "1 accepted") -> list[str]:
    return growing(folder, policy).add(accepted, card=CARD, about="Drafts x", told=told)


def test_a_new_suite_has_a_card_and_a_canary_and_loads(folder: Path, policy: Policy) -> None:
    assert add(folder, policy, one("a"), one("b")) == ["a", "b"]
    suite = load_suite(folder)
    assert suite.card.made == "By hand. Drafts x (1 accepted)."
    assert [c.name for c in suite.book.for_training()] == ["a", "b"]


def test_lines_that_are_there_stay_byte_for_byte(folder: Path, policy: Policy) -> None:
    add(folder, policy, one("a"))
    path = folder / "cases.jsonl"
    odd = path.read_bytes().replace(b'"prompt": "prompt a"', b'"prompt" :  "pr\\u00f6mpt a"').replace(b"\n", b"\r\n")
    path.write_bytes(odd.rstrip(b"\r\n"))
    before = path.read_bytes()
    add(folder, policy, one("b"))
    assert path.read_bytes().startswith(before + b"\n")
    assert [c.name for c in load_suite(folder).book.for_training()] == ["a", "b"]


def test_writing_the_same_again_changes_nothing(folder: Path, policy: Policy) -> None:
    add(folder, policy, one("a"))
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert add(folder, policy, one("a")) == []
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_a_kill_between_card_and_cases_is_made_good(folder: Path, policy: Policy) -> None:
    add(folder, policy, one("a"))
    (folder / "cases.jsonl").unlink()
    assert add(folder, policy, one("a")) == ["a"]
    assert load_suite(folder).book.for_training()


def test_a_name_that_is_taken_gets_a_number(folder: Path, policy: Policy) -> None:
    add(folder, policy, one("a"))
    assert add(folder, policy, one("a", prompt="another"), one("a", 3, prompt="a third")) == ["a-2", "a-3"]
    load_suite(folder)


def test_a_card_keeps_its_comments_and_quotes(folder: Path, policy: Policy) -> None:
    add(folder, policy, one("a"))
    card = folder / "suite.yaml"
    card.write_text("# ours\n" + card.read_text().replace("licence: Private", 'licence: "Private"  # for now'))
    before = card.read_text()
    add(folder, policy, one("b"), told="2 accepted (both read)")
    after = card.read_text()
    assert "# ours" in after
    assert 'licence: "Private"  # for now' in after
    assert load_suite(folder).card.made == "By hand. Drafts x (2 accepted [both read])."
    assert set(before.splitlines()) - set(after.splitlines()) == {"made: By hand. Drafts x (1 accepted)."}


def test_a_sentence_stands_on_the_card_once() -> None:
    once = with_sentence("By hand.", "Drafts x", "1")
    assert with_sentence(once, "Drafts y", "3") == "By hand. Drafts x (1). Drafts y (3)."
    assert (
        with_sentence(with_sentence(once, "Drafts y", "3"), "Drafts x", "2") == "By hand. Drafts x (2). Drafts y (3)."
    )


def test_a_card_that_says_it_already_is_not_written(folder: Path, policy: Policy) -> None:
    add(folder, policy, one("a"))
    card = folder / "suite.yaml"
    card.chmod(0o444)
    inode = card.stat().st_ino
    tell_made(card, "Drafts x", "1 accepted")
    assert card.stat().st_ino == inode


def test_what_is_missing_is_not_written(folder: Path, policy: Policy) -> None:
    with pytest.raises(FileFaults, match=r"d.jsonl:5: a: has no checks yet\n    remedy: write it, or skip or reject"):
        add(folder, policy, one("a", 5, expect="checks"))
    assert not folder.exists()


def test_near_duplicates_across_the_wall_are_refused_with_the_remedy(folder: Path, policy: Policy) -> None:
    add(folder, policy, one("a", prompt=LONG.format("now"), family=GATE, bound=False))
    with pytest.raises(FileFaults) as free:
        add(folder, policy, one("b", 4, prompt=LONG.format("today"), bound=False))
    assert "d.jsonl:4" in str(free.value)
    assert "across the wall" in str(free.value)
    assert f"give both the family {GATE!r}" in str(free.value)
    with pytest.raises(FileFaults, match="reject the draft"):
        add(folder, policy, one("b", 4, prompt=LONG.format("today")))
    moved = one("b", 4, prompt=LONG.format("today"), family=GATE, bound=False)
    assert add(folder, policy, moved) == ["b"]


def test_near_duplicates_of_other_suites_are_refused_and_theirs_among_themselves_are_not_told(
    folder: Path, policy: Policy, tmp_path: Path
) -> None:
    for name, prompt, family in (("one", "now", GATE), ("two", "today", TRAIN)):
        add(tmp_path / name, policy, one(name, prompt=LONG.format(prompt), family=family, bound=False))
    apart = growing(folder, policy, str(tmp_path / "one"), str(tmp_path / "two"))
    assert not apart.faults_of([one("a", prompt="something else entirely")])
    (fault,) = apart.faults_of([one("a", prompt=LONG.format("again"))])
    assert "'one'" in fault.problem


def test_what_is_derived_from_the_policy_stays_in_train(folder: Path, policy: Policy) -> None:
    made = one("a")
    with pytest.raises(FileFaults, match="leave the family as it was: f/0"):
        add(folder, policy, made._replace(case={**made.case, "family": GATE}))
    with pytest.raises(FileFaults, match="the policy has no such principle"):
        add(folder, policy, one("a", principle="nothing"))


def test_a_pattern_that_does_not_compile_is_refused(folder: Path, policy: Policy) -> None:
    with pytest.raises(FileFaults, match="not a valid RE2 pattern"):
        add(folder, policy, one("a", expect="checks", checks=[{"use": "matches", "regex": "("}]))


def test_a_suite_of_another_policy_is_refused(folder: Path, policy: Policy) -> None:
    add(folder, policy, one("a"))
    path = folder / "cases.jsonl"
    path.write_text(path.read_text().replace("no-serious-harm", "their-principle"))
    with pytest.raises(FileFaults, match="cases of another policy: .*'their-principle'"):
        growing(folder, policy)


def test_a_broken_suite_is_not_added_to(folder: Path, policy: Policy) -> None:
    add(folder, policy, one("a"))
    path = folder / "cases.jsonl"
    path.write_text(path.read_text() + json.dumps({"name": "b"}) + "\n")
    with pytest.raises(FileFaults, match=r"cases.jsonl:3"):
        growing(folder, policy)
