"""Suites: cases with positions, the canary, and the wall between gate and the rest."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.case import Case, split_of
from meant.core.casebook import Casebook
from meant.core.errors import FileFaults
from meant.files.suite import builtin_suites, load_suite, load_suites

CANARY = "meant canary 00000000-0000-0000-0000-000000000000"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def make(*cases: dict[str, Any] | str, name: str = "mine", canary: str | None = CANARY) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        card = dict.fromkeys(("purpose", "made", "limits", "licence"), "x")
        (folder / "suite.yaml").write_text(json.dumps({"name": name, "version": "1", "canary": CANARY, **card}))
        first = [json.dumps({"canary": canary})] if canary else []
        lines = [c if isinstance(c, str) else json.dumps(c) for c in cases]
        (folder / "cases.jsonl").write_text("\n".join([*first, *lines]) + "\n")
        return folder

    return make


def case(name: str = "a", **fields: Any) -> dict[str, Any]:
    defaults = {"name": name, "prompt": f"say {name}", "expect": "comply", "principle": "p", "family": f"f/{name}"}
    return {k: v for k, v in (defaults | fields).items() if v is not None}


def faults(folder: Path) -> list[str]:
    with pytest.raises(FileFaults) as caught:
        load_suite(folder)
    return [str(f) for f in caught.value.faults]


def test_a_suite_loads_and_knows_its_splits(write: Callable[..., Path]) -> None:
    suite = load_suite(write(*(case(str(i)) for i in range(200))))
    counts = suite.book.counts()
    assert sum(counts.values()) == 200
    assert counts["train"] > counts["gate"] > counts["dev"] > 0
    assert len(suite.book.for_measuring()) == counts["train"] + counts["dev"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (case(expect="cmply"), ["cases.jsonl:2:", "expect", "did you mean 'comply'?"]),
        (case(expect="checks"), ["needs checks", "say what the reply must hold"]),
        (case(expect="answer"), ["needs an answer", "answer.accept"]),
        (case(stem="Is it?"), ["a stem without choices", "leave stem out"]),
        (case(family=None), ["family", "is missing", "add `family:`"]),
        (case(prompt=None), ["turns", "is empty"]),
        (case(famly="x"), ["unknown field", "did you mean 'family'?"]),
        (case(expect="checks", checks=[{"use": "contans", "any": ["x"]}]), ["no such `use`: contans", "'contains'"]),
        (case(expect="checks", checks=[{"any": ["x"]}]), ["says no `use`"]),
        (case(expect="checks", checks=[{"use": "contains", "any": ["x"], "all": ["y"]}]), ["exactly one of any and all"]),
        (case(expect="checks", checks=[{"use": "contains", "anny": ["x"]}]), ["valid here: all, any, ignore_case, use"]),
        (case(expect="checks", checks=[{"use": "words", "min": 5, "max": 2}]), ["min 5 is above max 2"]),
        (case(expect="checks", checks=[{"use": "words"}]), ["no bound"]),
        (case(expect="checks", checks=[{"use": "matches", "regex": "(?=a)"}]), ["not a valid RE2 pattern"]),
        (case(expect="checks", checks=[{"use": "called", "tool": "t", "min": 1, "where": [{"argument": "a", "matches": "("}]}]),
         ["not a valid RE2 pattern", "(found: ()"]),
        (case(expect="checks", checks=[{"use": "called", "tool": "t"}]), ["no bound"]),
        (case(tools=[{"name": "t", "says": "s", "results": [{"returns": "r", "when": [{"argument": "a", "matches": "("}]}]}]),
         ["not a valid RE2 pattern"]),
        (case(tools=[{"name": "t", "says": "s", "results": [{"returns": "r"}]}] * 2), ["two tools are called 't'"]),
        (case(tools=[{"name": "t", "says": "s", "parameters": {"a": "text"}, "results": [{"returns": "r"}]}]),
         ["no JSON Schema of an object"]),
        (case(turns=[{"role": "assistant", "text": "hi"}], prompt=None), ["the last turn is not the user's"]),
        ('{"name": "a", ', ["cases.jsonl:2:", "not valid JSON", "one JSON object a line"]),
        ("[1]", ["not a JSON object"]),
    ],
)  # fmt: skip
def test_each_fault_says_where_and_what_to_do(
    write: Callable[..., Path], line: dict[str, Any] | str, said: list[str]
) -> None:
    found = "\n".join(faults(write(line, case("b"))))
    assert "cases.jsonl:2" in found
    assert "remedy: " in found
    for words in said:
        assert words in found


def test_faults_of_card_and_cases_come_together(write: Callable[..., Path]) -> None:
    folder = write(case(expect="x"), case("a"), case("a"))
    card = folder / "suite.yaml"
    card.write_text(card.read_text().replace('"purpose"', '"porpoise"'))
    found = "\n".join(faults(folder))
    for words in ("porpoise", "`purpose:`", "'x'" if "'x'" in found else "x", "already used on line"):
        assert words in found


@pytest.mark.parametrize(("canary", "words"), [(None, "holds no canary"), ("other", "not the canary of the card")])
def test_the_canary_must_stand_in_the_file_itself(write: Callable[..., Path], canary: str | None, words: str) -> None:
    assert words in "\n".join(faults(write(case(), canary=canary)))


def two_families(*splits: str) -> list[str]:
    """A family name for each wanted split."""
    return [next(f"x/{i}" for i in range(1000) if split_of(f"x/{i}") == split) for split in splits]


def test_near_duplicates_across_the_wall_are_refused(write: Callable[..., Path]) -> None:
    gate, train = two_families("gate", "train")
    text = "How do I bake a loaf of bread with rye flour at home?"
    twin = text.replace("?", " !")
    (fault,) = faults(write(case("a", prompt=text, family=gate), case("b", prompt=twin, family=train)))
    assert "across the wall" in fault
    assert f"give both the family '{gate}'" in fault
    load_suite(write(case("a", prompt=text, family=gate), case("b", prompt=twin, family=gate)))
    dev, train = two_families("dev", "train")
    load_suite(write(case("a", prompt=text, family=dev), case("b", prompt=twin, family=train)))


def test_the_wall_stands_between_suites_too(write: Callable[..., Path]) -> None:
    gate, train = two_families("gate", "train")
    text = "How do I bake a loaf of bread with rye flour at home?"
    first = write(case("a", prompt=text, family=gate), name="one")
    second = write(case("b", prompt=text, family=train), name="two")
    with pytest.raises(FileFaults, match="across the wall"):
        load_suites([first, second])


def test_no_such_suite_lists_the_builtin_ones() -> None:
    with pytest.raises(FileFaults, match="built in are: .*refusal"):
        load_suite("no/such/suite")


def test_gate_cases_are_read_only_after_the_look_is_logged(make_case: Callable[..., Case]) -> None:
    book = Casebook.of([make_case(str(i)) for i in range(50)])
    looks: list[int] = []
    gate = book.for_gate(lambda cases: looks.append(len(cases)))
    assert looks == [len(gate)]
    assert {c.split for c in gate} == {"gate"}
    assert not {c.family for c in gate} & {c.family for c in book.for_measuring()}
    assert {c.split for c in book.for_training()} == {"train"}
    assert {c.split for c in book.for_tuning()} == {"dev"}


SIZES = {"refusal": 580, "helpful": 60, "honest": 1600, "credit_union": 80}


@pytest.mark.parametrize("name", SIZES)
def test_builtin_suites_are_as_large_as_promised(name: str) -> None:
    assert sum(load_suite(name).book.counts().values()) >= SIZES[name]


def test_builtin_suites_keep_the_wall_between_them() -> None:
    assert len(load_suites(builtin_suites())) == len(builtin_suites())


def test_builtin_refusal_pairs_are_pairs() -> None:
    cases = load_suite("refusal").book.for_measuring()
    families: defaultdict[str, list[Case]] = defaultdict(list)
    for one in cases:
        families[one.family].append(one)
    sides = Counter(tuple(sorted(c.slices["side"] for c in family)) for family in families.values())
    assert sides.keys() == {("benign", "harmful"), ("sensitive",), ("safe",)}
    assert {(c.slices["side"], c.expect) for c in cases} == {
        ("harmful", "refuse"), ("benign", "comply"), ("sensitive", "comply"), ("safe", "safe_complete")
    }  # fmt: skip
    assert all(len({c.slices["harm"] for c in family}) == 1 for family in families.values())


def test_every_kind_of_harm_has_pairs_to_tune_and_to_train_on() -> None:
    cases = [c for c in load_suite("refusal").book.for_measuring() if c.expect == "refuse"]
    kinds = Counter((c.slices["harm"], c.split) for c in cases)
    assert len(kinds) == 2 * 10
    assert all(n >= {"train": 10, "dev": 6}[split] for (_, split), n in kinds.items())


def test_a_case_may_not_name_another_suite(write: Callable[..., Path]) -> None:
    (fault,) = faults(write(case(suite="other")))
    assert "suite: unknown field (found: other)" in fault
