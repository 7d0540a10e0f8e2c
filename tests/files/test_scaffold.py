"""What `meant init` writes: whole, checked, and apart from what the built-in suites ask."""

import sys
from pathlib import Path

import pytest

from meant.cli.check import check_files
from meant.core.errors import ConfigError
from meant.files.policy import builtin_policies, load_policy
from meant.files.scaffold import STARTER, scaffold, templates
from meant.files.suite import builtin_suites, load_suite, load_suites


def test_one_can_start_from_the_starter_and_from_every_builtin_policy() -> None:
    assert templates() == sorted([STARTER, *builtin_policies()])


@pytest.mark.parametrize("name", templates())
def test_a_template_is_written_whole_and_without_a_fault(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "office", raising=False)  # the agent's, loaded from another test's folder
    written = [path.relative_to(tmp_path).as_posix() for path in scaffold(tmp_path, name)]
    first = ["policy.yaml", "assistant.yaml", "suites/mine/suite.yaml", "suites/mine/cases.jsonl"]
    assert written[:4] == first
    assert all((tmp_path / path).is_file() for path in written)
    faults, notes = check_files([tmp_path / "policy.yaml", tmp_path / "assistant.yaml", tmp_path / "suites" / "mine"])
    assert (faults, len(notes)) == ([], 3)


@pytest.mark.parametrize("name", builtin_policies())
def test_the_policy_is_a_copy_of_the_builtin_one(name: str, tmp_path: Path) -> None:
    scaffold(tmp_path, name)
    assert load_policy(tmp_path / "policy.yaml").id == load_policy(name).id


@pytest.mark.parametrize("name", templates())
def test_its_cases_stand_on_all_sides_of_the_wall_and_repeat_no_builtin_one(name: str, tmp_path: Path) -> None:
    scaffold(tmp_path, name)
    assert all(load_suite(tmp_path / "suites" / "mine").book.counts().values())
    assert load_suites([*builtin_suites(), tmp_path / "suites" / "mine"])


def test_the_agents_tools_are_those_of_its_cases(tmp_path: Path) -> None:
    written = scaffold(tmp_path, "tool_agent")
    assert {path.name for path in written[4:]} == {"office.py", "tools.yaml"}
    book = load_suite(tmp_path / "suites" / "mine").book
    assert all(case.tools for case in book.for_measuring())


def test_two_suites_never_share_a_canary(tmp_path: Path) -> None:
    canaries = set()
    for folder in ("a", "b"):
        scaffold(tmp_path / folder, "general_assistant")
        canaries.add(load_suite(tmp_path / folder / "suites" / "mine").card.canary)
    assert len(canaries) == 2


@pytest.mark.parametrize("name", templates())
def test_nothing_is_overwritten(name: str, tmp_path: Path) -> None:
    (tmp_path / "assistant.yaml").write_text("mine")
    with pytest.raises(ConfigError, match="nothing written: .*assistant.yaml would be overwritten"):
        scaffold(tmp_path, name)
    assert [path.name for path in tmp_path.iterdir()] == ["assistant.yaml"]


def test_an_unknown_template_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'tool_agent'\\? there are: credit_union, general_assistant"):
        scaffold(tmp_path, "tool_agents")
