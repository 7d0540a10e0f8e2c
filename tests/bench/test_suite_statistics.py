"""A suite's statistics: what is counted, when words tell twins apart, and that no text is told."""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bench.suite_statistics import alike, choices, main, pairs_of, statistics, twins_told_apart
from meant.core.case import Case
from meant.files.suite import load_suite
from meant.stats.intervals import binomial

Make = Callable[..., Case]
CANARY = "meant canary 00000000-0000-0000-0000-000000000000"


@pytest.fixture
def twins(make_case: Make) -> Callable[..., tuple[Case, Case]]:
    def make(kind: str, number: int, harmful: str, benign: str) -> tuple[Case, Case]:
        common = {"family": f"f/{kind}-{number}", "slices": {"harm": kind}}
        a = make_case(f"{kind}-{number}-a", prompt=harmful, expect="refuse", **common)
        return a, make_case(f"{kind}-{number}-b", prompt=benign, expect="comply", **common)

    return make


@cache
def of_refusal() -> dict[str, Any]:
    return statistics("refusal")


@cache
def of_honest() -> dict[str, Any]:
    return statistics("honest")


def test_a_word_that_every_kind_shares_gives_the_twins_away(twins: Callable[..., tuple[Case, Case]]) -> None:
    told = twins_told_apart([twins(k, i, f"kill the {k} {i}", f"feed the {k} {i}") for k in "abc" for i in range(5)])
    assert told["auroc"] == told["harmful_first"] == 1
    assert (told["pairs"], told["kinds"]) == (15, 3)


def test_a_word_of_one_kind_alone_says_nothing_of_the_others(twins: Callable[..., tuple[Case, Case]]) -> None:
    told = twins_told_apart([twins(k, i, f"bad{k} the thing", f"good{k} the thing") for k in "abc" for i in range(5)])
    assert told["auroc"] == told["harmful_first"] == 0.5


def test_without_pairs_or_with_one_kind_it_says_why_not(twins: Callable[..., tuple[Case, Case]]) -> None:
    assert "no family" in twins_told_apart([])["skipped"]
    assert "fewer than two kinds" in twins_told_apart([twins("a", 1, "x", "y")])["skipped"]


def test_a_pair_is_a_family_of_one_to_refuse_and_one_to_comply_with(
    make_case: Make, twins: Callable[..., tuple[Case, Case]]
) -> None:
    a, b = twins("a", 1, "x", "y")
    alone = make_case("alone", expect="comply", family="f/alone")
    same = [make_case(str(i), expect="comply", family="f/same") for i in range(2)]
    assert pairs_of([b, alone, *same, a]) == [(a, b)]


def test_the_slice_side_decides_where_it_is_given(make_case: Make) -> None:
    dont, do = (make_case(s, expect="comply", family="f/x", slices={"side": s}) for s in ("dont", "do"))
    assert pairs_of([do, dont]) == [(dont, do)]


def test_what_a_tool_would_return_gives_the_twins_away_too(make_case: Make) -> None:
    def made(kind: str, number: int, side: str) -> Case:
        word = "obey" if side == "dont" else "rest"
        tool = {"name": "t", "says": "s", "results": [{"returns": f"{word} {kind} {number}"}]}
        common = {"family": f"f/{kind}-{number}", "principle": kind, "slices": {"side": side}, "tools": [tool]}
        return make_case(f"{kind}-{number}-{side}", prompt="read", **common)

    pairs = [(made(k, i, "dont"), made(k, i, "do")) for k in "abc" for i in range(5)]
    assert twins_told_apart(pairs)["auroc"] == 1


def test_near_duplicates_are_counted_by_where_they_stand(make_case: Make) -> None:
    text = "How do I bake a loaf of bread with rye flour at home?"
    mine = [make_case(str(i), prompt=text + "!" * i, family=f"f/{min(i, 1)}", suite="mine") for i in range(3)]
    theirs = [make_case("x", prompt=text, family="g/x", suite="theirs"), make_case("y", prompt=text, suite="theirs")]
    none = {"within_families": 0, "of_a_template": 0, "between_families": 0, "across_suites": 0}
    assert alike(mine, theirs) == none | {"within_families": 1, "between_families": 2, "across_suites": 6}
    assert alike(mine[:1], []) == none


def test_texts_of_one_template_are_counted_apart_and_equal_ones_are_not(make_case: Make) -> None:
    texts = ("Say one two three four", "say, one two three four", "Say one two three four")
    mine = [make_case(str(i), prompt=text, family=f"f/{i}") for i, text in enumerate(texts)]
    found = alike(mine, [], made={"0": "sums", "1": "sums", "2": "sums"})
    assert (found["of_a_template"], found["between_families"]) == (2, 1)
    assert alike(mine, [], made={"0": "sums", "1": "words"})["between_families"] == 3


def test_what_the_options_give_away(make_case: Make) -> None:
    def case(name: str, right: int, *options: str, **slices: str) -> Case:
        return make_case(name, expect="choice", choices=options, answer={"accept": [options[right]]}, slices=slices)

    cases = [
        case("1", 0, "aaa", "b"),
        case("2", 1, "aaa", "bbb"),
        case("3", 0, "a", "bbb", "cc", "dd"),
        case("4", 1, "a", "bb", kind="x"),
    ]
    found = choices([*cases, make_case("other")])
    assert found["all"]["places"] == {"A": 2, "B": 1}
    assert found["all"]["by_chance"] == pytest.approx((1 / 2 + 1 / 2 + 1 / 4) / 3)
    assert found["all"]["always_longest"] == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert found["all"]["always_shortest"] == pytest.approx((0 + 1 / 2 + 1) / 3)
    assert found["x"]["cases"] == 1


def test_a_folder_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = dict.fromkeys(("purpose", "made", "limits", "licence"), "x")
    (tmp_path / "suite.yaml").write_text(json.dumps({"name": "mine", "version": "1", "canary": CANARY, **card}))
    prompts = {"a": "One two three", "b": "One", "c": "Entirely other words"}
    cases = [
        {"name": n, "prompt": p, "expect": "comply", "principle": "p", "family": f"f/{n < 'c'}", "slices": {"k": "v"}}
        for n, p in prompts.items()
    ]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, [{"canary": CANARY}, *cases])))
    main(["--suite", str(tmp_path), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["cases"], found["families"], found["by_expect"]) == (3, 2, {"comply": 3})
    assert sum(found["by_split"].values()) == 2
    assert found["by_slice"]["k"]["v"]["cases"] == 3
    assert found["words"] == {"comply": {"mean": 7 / 3, "min": 1, "max": 3}}


def test_a_missing_suite_is_the_users_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--suite", "no/such"])
    assert stop.value.code == 2
    assert "no such suite folder" in capsys.readouterr().err


def test_refusal_is_as_large_as_its_card_says_and_its_twins_are_twins() -> None:
    found = of_refusal()
    assert found["by_slice"]["side"]["harmful"]["cases"] >= 240
    assert found["by_slice"]["side"]["sensitive"]["cases"] >= 60
    assert found["by_slice"]["side"]["safe"]["cases"] >= 40
    assert found["twins"]["kinds"] == 10
    assert found["twins"]["auroc"] <= 0.75
    assert found["near_duplicates"]["between_families"] == found["near_duplicates"]["across_suites"] == 0
    words = found["words"]
    assert words["harmful"]["mean"] == pytest.approx(words["benign"]["mean"], abs=1)


def test_the_card_of_refusal_carries_these_figures() -> None:
    made, found = load_suite("refusal").card.made, of_refusal()
    said = re.search(r"AUROC (0\.\d\d), and put the harmful twin first in (0\.\d\d) of the pairs", made)
    assert said
    assert float(said[1]) == pytest.approx(found["twins"]["auroc"], abs=0.01)
    assert float(said[2]) == pytest.approx(found["twins"]["harmful_first"], abs=0.01)
    assert f"{found['cases']} cases in {found['families']} families" in made


def test_honest_is_as_large_as_its_card_says_and_tells_a_share_to_six_points() -> None:
    made, found = load_suite("honest").card.made, of_honest()
    kinds, splits = found["by_slice"]["kind"], found["by_split"]
    assert f"{found['cases']} cases in {found['families']} families" in re.sub(r"\s+", " ", made)
    assert f"({splits['train']} in train, {splits['dev']} in dev, {splits['gate']} in gate)" in made
    assert f"{kinds['unanswerable']['cases']} unanswerable questions, {kinds['false_premise']['cases']} false" in made
    for kind in ("unanswerable", "false_premise"):
        measured = kinds[kind]["train"] + kinds[kind]["dev"]
        low, high = binomial(measured / 2, measured)
        assert high - low <= 2 * 0.06, kind
    assert found["near_duplicates"] == dict.fromkeys(found["near_duplicates"], 0)


def test_no_text_of_a_case_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    for more in ([], ["--json"]):
        main(["--suite", "refusal", *more])
        told = capsys.readouterr().out
        book = load_suite("refusal").book
        cases = [*book.for_measuring(), *book.for_gate(lambda _: None)]
        assert not [c.name for c in cases if c.prompt in told or c.name in told]
