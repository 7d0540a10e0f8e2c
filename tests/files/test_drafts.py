"""A file of drafts: what is wrong with it is told with line and remedy, all at once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.case import split_of
from meant.core.draft import Draft, Drafter, missing_of
from meant.core.errors import ConfigError, FileFaults
from meant.core.policy import Policy
from meant.files.drafts import check_new, read_drafts, write_drafts
from tests.conftest import NOON

Edit = Callable[[list[dict[str, Any]]], None]


def draft(name: str = "a", **case: Any) -> Draft:
    line = {
        "name": name, "prompt": f"prompt {name}", "expect": "refuse", "principle": "no-serious-harm",
        "family": "f/0", "origin": "synthetic",
    } | case  # fmt: skip
    by = Drafter(kind="operator", name="example", seed=0)
    return Draft(case=line, about="principles.x.do[0]", by=by, why="w", at=NOON, missing=missing_of(line))


def test_the_families_of_these_tests_are_where_they_should_be() -> None:
    assert split_of("f/0") == "train"
    assert split_of("f/2") == "gate"


@pytest.fixture
def path(tmp_path: Path, policy: Policy) -> Path:
    write_drafts(tmp_path / "d.jsonl", policy, [draft("a"), draft("b")])
    return tmp_path / "d.jsonl"


def broken(path: Path, edit: Edit) -> str:
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    edit(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(FileFaults) as faults:
        read_drafts(path)
    return str(faults.value)


def test_a_draft_that_is_made_again_is_the_same_draft(path: Path) -> None:
    assert [d.id for d in read_drafts(path).drafts] == [draft("a").id, draft("b").id]
    assert draft("a").model_copy(update={"at": NOON.replace(year=2027)}).id == draft("a").id
    assert draft("a", prompt="x").id != draft("a").id


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda ls: ls[1]["case"].update(expect="refuze"), ("d.jsonl:2:", "did you mean 'refuse'?")),
        (lambda ls: ls[2]["case"].pop("family"), ("d.jsonl:3:", "family: is missing")),
        (lambda ls: ls[2].pop("why"), ("d.jsonl:3:", "why: is missing")),
        (lambda ls: ls[2].update(note=1), ("d.jsonl:3:", "unknown field")),
        (lambda ls: ls[2]["case"].update(name="a"), ("d.jsonl:3:", "already used on line 2")),
        (
            lambda ls: ls[2]["case"].update(principle="x"),
            ("d.jsonl:3:", "no such principle", "it has: no-serious-harm"),
        ),
        (lambda ls: ls[2]["case"].update(family="f/2"), ("d.jsonl:3:", "is not in train", "meant cases draft")),
        (lambda ls: ls.pop(0), ("d.jsonl:1:", "not the head", "draft again with: meant cases draft")),
        (lambda ls: ls[0].update(canary="x"), ("d.jsonl:1:", "canary")),
        (lambda ls: ls[0]["policy"].pop("owner"), ("d.jsonl:1:", "policy.owner: is missing")),
        (lambda ls: ls.clear(), ("holds nothing", "meant cases draft")),
    ],
)
def test_what_is_wrong_is_told_with_line_and_remedy(path: Path, edit: Edit, told: tuple[str, ...]) -> None:
    said = broken(path, edit)
    assert all(words in said for words in told), said


def test_a_line_that_is_no_json_is_told_and_so_is_what_comes_after(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[1][:-9], lines[2].replace('"refuse"', '"refuze"')]))
    with pytest.raises(FileFaults) as faults:
        read_drafts(path)
    assert [fault.line for fault in faults.value.faults] == [2, 3]


def test_what_is_missing_is_no_fault_of_the_file(tmp_path: Path, policy: Policy) -> None:
    lacking = [draft("a", expect="checks"), draft("b", expect="answer"), draft("c", prompt="about ‹something›")]
    write_drafts(tmp_path / "d.jsonl", policy, lacking)
    assert [d.missing for d in read_drafts(tmp_path / "d.jsonl").drafts] == [("checks",), ("answer",), ("prompt",)]


def test_a_file_that_is_there_is_not_written_over(path: Path) -> None:
    with pytest.raises(ConfigError, match="meant cases review"):
        check_new(path)
    check_new(path.with_name("other.jsonl"))
