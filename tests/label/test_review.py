"""A review: decisions on disk before the next draft, nothing asked twice, and what the suite and its card say."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from meant.core.draft import Draft
from meant.core.errors import ConfigError, FileFaults
from meant.core.policy import Policy
from meant.files.drafts import DraftFile, read_drafts, write_drafts
from meant.files.growing import Growing
from meant.files.suite import load_suite
from meant.label.log import ReviewLog, path_of
from meant.label.queue import Queue, accepted_case
from meant.label.sides import other_side
from meant.label.writing import Written, accepted, check_name, write_accepted
from tests.files.test_drafts import draft


@pytest.fixture
def file(tmp_path: Path, policy: Policy) -> DraftFile:
    write_drafts(tmp_path / "d.jsonl", policy, [draft(name) for name in "abcd"])
    return read_drafts(tmp_path / "d.jsonl")


def open_log(file: DraftFile) -> ReviewLog:
    return ReviewLog.open(file.path, into=file.path.parent / "mine")


def sitting(file: DraftFile, **options: Any) -> Queue:
    return Queue(file.drafts, open_log(file), **{"by": "ann", **options})


def write(file: DraftFile) -> Written:
    growing = Growing(file.path.parent / "mine", policy=file.head.policy, against=(), drafts=file.path)
    return write_accepted(file, open_log(file), growing, licence="Private")


def names(drafts: list[Draft]) -> list[str]:
    return [d.name for d in drafts]


def current(queue: Queue) -> Draft:
    assert queue.current is not None
    return queue.current


def test_nothing_is_asked_twice_and_what_was_put_off_only_on_demand(file: DraftFile) -> None:
    first = sitting(file)
    assert first.place == (1, 4)
    first.decide(current(first), "accept")
    first.decide(current(first), "skip")
    first.decide(current(first), "reject", reason="odd")
    assert names(sitting(file).left) == ["d"]
    assert names(sitting(file, skipped=True).left) == ["b", "d"]
    assert names(sitting(file, again={file.drafts[0].id}).left) == ["a", "d"]


def test_the_way_back_changes_a_decision_and_the_newest_counts(file: DraftFile) -> None:
    queue = sitting(file)
    assert not queue.back()
    queue.decide(current(queue), "accept")
    assert queue.back()
    assert current(queue).name == "a"
    queue.decide(current(queue), "reject", reason="no")
    assert open_log(file).reviews[file.drafts[0].id].said == "reject"
    assert write(file) == Written([], 0, 1, 0, 3, [])


def test_each_decision_is_on_disk_when_it_is_made(file: DraftFile) -> None:
    queue = sitting(file)
    log = path_of(file.path)
    for count, said in enumerate(("accept", "skip", "reject"), start=1):
        queue.decide(current(queue), said)  # type: ignore[arg-type]
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        assert len(lines) == count + 1
        assert (lines[-1]["said"], lines[-1]["by"]) == (said, "ann")


@pytest.mark.parametrize("cut", [1, 20])
def test_a_line_that_a_kill_cut_off_is_dropped_and_asked_again(file: DraftFile, cut: int) -> None:
    queue = sitting(file)
    queue.decide(current(queue), "accept")
    queue.decide(current(queue), "accept")
    log = path_of(file.path)
    os.truncate(log, log.stat().st_size - cut)
    assert names(sitting(file).left) == ["b", "c", "d"]
    again = sitting(file)
    again.decide(current(again), "reject")
    assert names(sitting(file).left) == ["c", "d"]


def test_a_first_line_that_a_kill_cut_off_is_written_again(file: DraftFile) -> None:
    open_log(file)
    os.truncate(path_of(file.path), 5)
    open_log(file)
    assert path_of(file.path).read_text() == '{"into":"mine"}\n'


def test_a_broken_log_is_told_with_its_line(file: DraftFile) -> None:
    queue = sitting(file)
    queue.decide(current(queue), "accept")
    log = path_of(file.path)
    log.write_text(log.read_text().replace("accept", "acept"))
    with pytest.raises(FileFaults, match=r"d.review.jsonl:2:.*said"):
        open_log(file)


def test_drafts_go_into_one_suite(file: DraftFile) -> None:
    open_log(file)
    with pytest.raises(ConfigError, match="was reviewed into .*mine; go on with that"):
        ReviewLog.open(file.path, into=file.path.parent / "other")


def test_what_was_accepted_is_written_once_and_says_who_looked(file: DraftFile) -> None:
    queue = sitting(file)
    queue.decide(current(queue), "accept")
    second = current(queue)
    queue.edit(second, {**second.case, "prompt": "in other words"})
    queue.decide(second, "accept")
    unread = sitting(file, by=None)
    unread.decide(current(unread), "accept")
    assert write(file) == Written(["a", "b", "c"], 3, 0, 0, 1, [])
    suite = load_suite(file.path.parent / "mine")
    looked = {c.name: (c.slices["review"], c.origin, c.prompt) for c in suite.book.for_training()}
    assert looked == {
        "a": ("accepted", "synthetic", "prompt a"),
        "b": ("edited", "synthetic", "in other words"),
        "c": ("unread", "synthetic", "prompt c"),
    }
    assert "4 drafts: 3 accepted, of them 1 edited and 1 unread; 0 rejected, 0 put off, 1 left" in suite.card.made
    assert "reviewed by ann" in suite.card.made
    assert f"policy {file.head.policy.name} {file.head.policy.version}, id {file.head.policy.id}" in suite.card.made
    before = (file.path.parent / "mine" / "cases.jsonl").read_bytes()
    assert write(file) == Written([], 3, 0, 0, 1, [])
    assert (file.path.parent / "mine" / "cases.jsonl").read_bytes() == before


def test_a_case_that_was_removed_from_the_suite_does_not_come_back(file: DraftFile) -> None:
    queue = sitting(file)
    for _ in range(2):
        queue.decide(current(queue), "accept")
    write(file)
    path = file.path.parent / "mine" / "cases.jsonl"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if '"a"' not in line))
    queue.decide(current(queue), "accept")
    assert write(file).added == ["c"]
    assert '"a"' not in path.read_text()


def test_a_kill_between_the_suite_and_the_log_writes_nothing_twice(file: DraftFile) -> None:
    queue = sitting(file)
    queue.decide(current(queue), "accept")
    write(file)
    log = path_of(file.path)
    log.write_text("".join(line for line in log.read_text().splitlines(keepends=True) if "written" not in line))
    assert len(accepted(file, open_log(file))) == 1
    assert write(file).added == []
    assert len(load_suite(file.path.parent / "mine").book.for_training()) == 1


def test_an_edit_back_to_what_it_was_is_no_edit(file: DraftFile) -> None:
    queue = sitting(file)
    first = current(queue)
    queue.edit(first, {**first.case, "prompt": "x"})
    queue.edit(first, dict(first.case))
    queue.decide(first, "accept")
    review = open_log(file).reviews[first.id]
    assert review.case is None
    assert accepted_case(first, review)["slices"] == {"review": "accepted"}


def test_a_new_suite_needs_a_folder_that_can_name_it(file: DraftFile) -> None:
    growing = Growing(file.path.parent / "My Cases", policy=file.head.policy, against=(), drafts=file.path)
    with pytest.raises(ConfigError, match="cannot be called 'My Cases'"):
        check_name(growing)


@pytest.mark.parametrize(
    ("expect", "other", "has"),
    [
        ("comply", "refuse", set()),
        ("refuse", "comply", {"dimension"}),
        ("safe_complete", "comply", {"dimension"}),
        ("answer", "abstain", set()),
        ("abstain", "answer", {"answer"}),
        ("correct", "answer", {"answer"}),
        ("checks", "checks", {"checks"}),
    ],
)
def test_the_other_side(expect: str, other: str, has: set[str]) -> None:
    extras: dict[str, Any] = {"dimension": "honest", "answer": {"accept": ["x"]}, "checks": [{"use": "english"}]}
    line: dict[str, Any] = {"name": "n", "expect": expect, "slices": {"side": "do", "k": "v"}, **extras}
    turned = other_side(line, helpful=True)
    assert turned["expect"] == other
    assert set(turned) & set(extras) == has
    assert turned["slices"] == {"side": "dont", "k": "v"}
    assert turned.get("dimension", "helpful") == "helpful"
    assert "dimension" not in other_side(line, helpful=False)
    labelled = other_side({"expect": "comply", "slices": {"side": "harmful"}}, helpful=False)
    assert labelled["slices"] == {"side": "benign"}
