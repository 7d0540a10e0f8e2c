"""`generate` in a suite's card: cases beside those of the file, each problem once and always on one side of the wall."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.case import Case, split_of
from meant.core.errors import FileFaults
from meant.core.suite import Suite
from meant.files.suite import load_suite, load_suites

CANARY = "meant canary 00000000-0000-0000-0000-000000000000"
WRITTEN = {"name": "a", "prompt": "Say a.", "expect": "comply", "principle": "p", "family": "f/a"}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A suite folder with these entries; `cases` None: without a file of cases."""

    def make(*generate: str, cases: list[dict[str, Any]] | None = None, name: str = "mine") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        card = {"name": name, "version": "1", **dict.fromkeys(("purpose", "made", "limits", "licence"), "x")}
        lines = [f"{key}: {json.dumps(value)}" for key, value in (card | {"canary": CANARY}).items()]
        entries = [f"  - {entry}" for entry in generate]
        (folder / "suite.yaml").write_text("\n".join([*lines, "generate:", *entries]) + "\n")
        if cases is not None:
            text = "\n".join(json.dumps(line) for line in [{"canary": CANARY}, *cases])
            (folder / "cases.jsonl").write_text(text + "\n")
        return folder

    return make


def all_of(suite: Suite) -> list[Case]:
    return [*suite.book.for_measuring(), *suite.book.for_gate(lambda _: None)]


def faults(folder: Path) -> list[str]:
    with pytest.raises(FileFaults) as caught:
        load_suite(folder)
    return [str(fault) for fault in caught.value.faults]


def sums(count: int, seed: int, **settings: Any) -> str:
    return json.dumps({"use": "arithmetic", "count": count, "seed": seed, **settings})


@pytest.mark.parametrize(("cases", "count"), [(None, 30), ([], 30), ([WRITTEN], 31)])
def test_cases_are_made_beside_those_of_the_file(write: Write, cases: list[dict[str, Any]] | None, count: int) -> None:
    suite = load_suite(write(sums(30, 1), cases=cases))
    made = [c for c in all_of(suite) if c.origin == "synthetic"]
    assert (len(all_of(suite)), len(made)) == (count, 30)
    case = made[0]
    assert (case.suite, case.dimension, case.principle, case.expect) == ("mine", "capability", "do-the-task", "checks")
    assert case.slices == {"kind": "arithmetic"}
    assert {c.name for c in made} == {f"arithmetic-1-{i:03d}" for i in range(30)}


def test_the_entry_says_where_its_cases_count(write: Write) -> None:
    suite = load_suite(write(sums(5, 1, principle="our-sums", dimension="helpful")))
    assert {(c.principle, c.dimension) for c in all_of(suite)} == {("our-sums", "helpful")}


def test_two_readings_are_the_same_and_two_seeds_are_not(write: Write) -> None:
    first, again = (load_suite(write(sums(40, 1), name="one")) for _ in range(2))
    other = load_suite(write(sums(40, 2), name="two"))
    assert [c.id for c in all_of(first)] == [c.id for c in all_of(again)]
    asked, others = ({c.prompt for c in all_of(s)} for s in (first, other))
    assert len(asked & others) < 10


def test_more_of_one_seed_begins_with_the_same(write: Write) -> None:
    few, many = (load_suite(write(sums(n, 1), name=f"s{n}")) for n in (20, 40))
    assert {c.prompt for c in all_of(few)} < {c.prompt for c in all_of(many)}


def test_no_problem_is_asked_twice_and_no_example_at_all(write: Write) -> None:
    """All 100 sums of two numbers up to 13 but the three that are shown: the addends' order makes no other problem."""
    suite = load_suite(write(sums(88, 1, left=13, right=13, examples=3)))
    cases = all_of(suite)
    assert len({c.family for c in cases}) == len(cases) == 88
    shown = [turn.text for turn in cases[0].turns[:-1]]
    assert [turn.role for turn in cases[0].turns] == ["user", "assistant"] * 3 + ["user"]
    assert all(c.turns[:-1] == cases[0].turns[:-1] for c in cases)
    assert not {*shown} & {c.prompt for c in cases}
    problems = {frozenset(c.prompt.split()) for c in cases} | {frozenset(ask.split()) for ask in shown[::2]}
    assert len(problems) == 91


def test_an_example_of_one_entry_is_no_case_of_another(write: Write) -> None:
    suite = load_suite(write(sums(12, 1, left=9, right=9), sums(12, 2, left=9, right=8)))
    shown = {turn.text for c in all_of(suite) for turn in c.turns[:-1]}
    assert not shown & {c.prompt for c in all_of(suite)}


def test_a_problem_stands_on_one_side_of_the_wall_whatever_made_it(write: Write) -> None:
    """Suites of many seeds and settings, small enough to meet: nothing that one may train on is another's gate."""
    entries = [(sums(20, seed, left=9, right=largest), seed, largest) for seed in range(4) for largest in (8, 9)]
    suites = load_suites([write(e, name=f"s{seed}-{largest}") for e, seed, largest in entries])
    gate = {frozenset(c.prompt.split()) for s in suites for c in s.book.for_gate(lambda _: None)}
    free = {frozenset(c.prompt.split()) for s in suites for c in s.book.for_measuring()}
    assert gate
    assert not gate & free
    assert all(c.family.startswith("arithmetic/add-") for s in suites for c in all_of(s))


def test_texts_of_one_template_are_no_near_duplicates(write: Write) -> None:
    """Ten worked examples make any two of these texts nearly the same."""
    counts = load_suite(write(sums(60, 1, examples=10))).book.counts()
    assert counts["gate"]
    assert counts["train"]


def test_a_written_case_that_copies_a_generated_one_across_the_wall_is_refused(write: Write) -> None:
    made = next(c for c in all_of(load_suite(write(sums(40, 1)))) if c.split == "gate")
    family = next(f"x/{i}" for i in range(100) if split_of(f"x/{i}") == "train")
    copy = WRITTEN | {"turns": [{"role": t.role, "text": t.text} for t in made.turns], "family": family}
    del copy["prompt"]
    assert any("across the wall" in fault for fault in faults(write(sums(40, 1), cases=[copy])))


@pytest.mark.parametrize(
    ("entries", "line", "said"),
    [
        (["{use: arithmetik, count: 3, seed: 1}"], 9, ["generate[0].use", "did you mean 'arithmetic'?", "there are: "]),
        (["{use: arithmetic, seed: 1}"], 9, ["generate[0].count", "is missing"]),
        (["{use: arithmetic, count: 0, seed: 1}"], 9, ["generate[0].count"]),
        (["{use: arithmetic, count: 3}"], 9, ["generate[0].seed", "is missing"]),
        ([sums(2, 1), "{use: arithmetic, count: 3, seed: 2, lefft: 3}"], 10, ["generate[1].lefft", "did you mean 'left'?"]),
        (["{use: arithmetic, count: 3, seed: 2, left: many}"], 9, ["generate[0].left", "found: many"]),
        (["{use: strings, count: 3, seed: 2, task: shout}"], 9, ["generate[0].task", "found: shout"]),
        ([sums(2, 1), sums(2, 1, left=8)], 10, ["generate[1].seed", "already has this seed in generate[0]", "its own seed"]),
        ([sums(60, 1, left=9, right=9)], 9, ["generate[0].count", "no more than 41 problems", "settings that hold more"]),
        (["{use: arithmetic, count: 3, seed: 1, principle: No Name}"], 9, ["generate[0].principle", "not a valid name"]),
    ],
)  # fmt: skip
def test_a_fault_names_the_place_in_the_card(write: Write, entries: list[str], line: int, said: list[str]) -> None:
    found = "\n".join(faults(write(*entries)))
    assert f"suite.yaml:{line}" in found
    assert "cases.jsonl" not in found
    for words in said:
        assert words in found


THEIRS = '''
from dataclasses import dataclass
from meant.files.contract import Problem

@dataclass(frozen=True)
class Careless:
    """Gives one question many keys, or no case at all."""
    right: str = ""
    def problem(self, draw):
        answer = {"expect": "checks", "checks": [{"use": "contains", "any": ["yes"]}]} if self.right else {"expect": "x"}
        return Problem(f"k-{draw.number(1, 10**6)}", "Is the sky blue where you are now?", "yes", answer)
'''


@pytest.fixture
def careless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "careless_one.py").write_text(THEIRS)
    info = tmp_path / "careless_one-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: careless_one\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[meant.generator]\ncareless = careless_one:Careless\n")
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("careless")
def test_one_text_with_two_keys_is_still_a_duplicate_across_the_wall(write: Write) -> None:
    found = faults(write("{use: careless, count: 30, seed: 1, right: ok}"))
    assert "100% the same" in found[0]
    assert "suite.yaml:9" in found[0]


@pytest.mark.usefixtures("careless")
def test_a_problem_that_is_no_case_is_a_fault_of_the_entry(write: Write) -> None:
    found = faults(write("{use: careless, count: 2, seed: 1}"))
    assert "suite.yaml:9" in found[0]
    assert "not a valid choice" in found[0]
