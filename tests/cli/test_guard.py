"""`meant guard`: a text is tried, and what layers do is explained."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Ran
from tests.guard.plugged import plug

Meant = Callable[..., Ran]
SYSTEM = """name: mine
model: {use: scripted}
guards:
  unresolved: block
  layers:
    - {use: word, name: kill, word: kill, on_error: block, mode: enforce}
    - {use: word, name: how, word: "I ", on_error: block, mode: enforce, at: [input]}
    - {use: word, name: quiet, word: the, on_error: block, mode: shadow, at: [input]}
"""


@pytest.fixture
def system(meant: Meant, monkeypatch: pytest.MonkeyPatch) -> str:
    """A system file in the folder of `meant`."""
    del meant
    plug(monkeypatch)
    Path("mine.yaml").write_text(SYSTEM)
    Path("bare.yaml").write_text("name: bare\nmodel: {use: scripted}\n")
    return "mine.yaml"


def test_a_text_that_passes(meant: Meant, system: str) -> None:
    ran = meant("guard", "test", system, "Hello to the world", "--json")
    assert ran.code == 0
    assert ran.json["passes"]
    assert [(one["guard"], one["action"], one["mode"]) for one in ran.json["decisions"]] == [
        ("kill", "allow", "enforce"), ("how", "allow", "enforce"), ("quiet", "block", "shadow"),
    ]  # fmt: skip
    assert "block (shadow)" in meant("guard", "test", system, "Hello to the world").out


def test_a_text_that_is_stopped_says_by_whom_and_who_was_not_asked(meant: Meant, system: str) -> None:
    ran = meant("guard", "test", system, "Do I kill time?")
    assert "stopped by kill" in ran.out
    assert ran.out.count("not asked") == 2
    assert "the word" in ran.out


@pytest.mark.parametrize("at", ["output", "retrieved"])
def test_elsewhere(meant: Meant, system: str, at: str) -> None:
    assert meant("guard", "test", system, "kill it", "--at", at, "--json").json["stopped_by"] == "kill"
    assert meant("guard", "test", system, "{}", "--at", "call", "--json").json["decisions"] == []


def test_what_cannot_be_tried_is_said(meant: Meant, system: str) -> None:
    assert "'bare' has no guards" in meant("guard", "test", "bare.yaml", "x").err
    ran = meant("guard", "test", system, "not json", "--at", "call")
    assert ran.code == 2
    assert "a JSON object" in ran.err


def test_a_system_is_explained_by_asking_each_alone(meant: Meant, system: str) -> None:
    ran = meant("guard", "explain", system, "--suite", "refusal", "--limit", 40, "--json")
    (found,) = ran.json["systems"].values()
    kill, how, quiet = found["layers"]
    assert all(one["unknown"] == 0 for one in found["layers"])
    assert f"asking each layer: {found['cases']} of {found['cases']}" in ran.err
    assert kill["benign"]["n"] == how["benign"]["n"] == quiet["benign"]["n"] > 0
    assert how["benign"]["hits"] > 0
    assert found["benign"]["hits"] >= how["benign"]["hits"]


def test_a_run_is_explained_from_its_record(meant: Meant, system: str) -> None:
    assert meant("eval", system, "bare.yaml", "--suite", "refusal", "--limit", 40).code == 0
    found = meant("guard", "explain", "last", "--json").json["systems"]
    assert list(found) == ["mine"]
    alone = meant("guard", "explain", system, "--suite", "refusal", "--limit", 40, "--json").json["systems"][system]
    assert found["mine"]["harmful"] == alone["harmful"]
    assert found["mine"]["benign"] == alone["benign"]
    assert "all that are enforced" in meant("guard", "explain", "last").out


def test_a_run_without_guards_says_so(meant: Meant, system: str) -> None:
    assert system
    assert meant("eval", "bare.yaml", "--suite", "refusal", "--limit", 4).code == 0
    assert "no system of run" in meant("guard", "explain", "last").err


def test_thresholds_are_fitted_on_dev_cases_and_say_what_they_promise(meant: Meant, system: str) -> None:
    layers = """    - {use: length, word: x, on_error: block, mode: enforce}
    - {use: word, name: careful, word: kill, only_if_unsure: true, on_error: block, mode: enforce}
"""
    Path(system).write_text(SYSTEM.partition("    - ")[0] + layers)
    args = ("guard", "thresholds", system, "--suite", "refusal", "--rate", 0.2)
    told = meant(*args, "--cost", "careful=5", "--json")
    assert told.code == 0, told.err
    places = told.json["places"]
    found = places["input"]
    assert [one["layer"] for one in found["stages"]] == ["length", "careful"]
    assert "asking each layer at input: " in told.err
    unknown = meant(*args, "--cost", "carefull=5")
    assert unknown.code == 2
    assert "did you mean 'careful'? there are: length, careful" in unknown.err
    assert found["stages"][1]["cost"] == 5
    assert found["promise"]["kept"] == (found["promise"]["rate"] <= 0.2)
    assert "name a table of documents" in places["retrieved"]["not"]
    assert "measure with `meant eval`" in places["output"]["not"]
    out = meant(*args).out
    assert "escalate_from" in out
    assert "on the half that had no say" in out


LENGTHS = """name: mine
model: {use: scripted}
guards:
  unresolved: block
  layers:
    - use: length    # the longer, the worse
      word: x
      at: [output]
      on_error: block
      mode: enforce
"""


def lengths(rows: int) -> None:
    """Replies of which the harmful ones are longer, mostly."""
    told = (
        "text,label",
        *(f"{'x' * (i % 400 + 1 + 500 * (i % 2))},{('benign', 'harmful')[i % 2]}" for i in range(rows)),
    )
    Path("replies.csv").write_text("\n".join(told))


def test_thresholds_are_written_into_the_file_where_it_can_say_them(meant: Meant, system: str) -> None:
    Path(system).write_text(LENGTHS)
    lengths(400)
    args = ("guard", "thresholds", system, "--table", "replies.csv", "--rate", 0.05)
    assert "say which with --at, once" in meant(*args).err
    ran = meant(*args, "--at", "output", "--write", "--json")
    assert ran.code == 0, ran.err
    (stage,) = ran.json["places"]["output"]["stages"]
    assert 0.39 < stage["block_from"] <= 0.51
    assert Path(system).read_text() == LENGTHS.replace(
        "worse\n", f"worse\n      block_from: {stage['block_from']}\n      escalate_from: null\n"
    )
    assert "+      block_from" in ran.json["written"]
    assert "says so already" in meant(*args, "--at", "output", "--write").out
    assert sorted(path.name for path in Path().glob("*.yaml")) == sorted(
        path.name for path in Path().glob("[!.]*.yaml")
    )


def test_thresholds_of_a_layer_that_looks_elsewhere_too_are_not_written(meant: Meant, system: str) -> None:
    Path(system).write_text(LENGTHS.replace("[output]", "[output, input]"))
    lengths(400)
    before = Path(system).read_text()
    ran = meant("guard", "thresholds", system, "--table", "replies.csv", "--at", "output", "--rate", 0.05, "--write")
    assert ran.code == 2
    assert "give it `at: [output]`" in ran.err
    assert Path(system).read_text() == before


def test_too_few_benign_texts_are_said(meant: Meant, system: str) -> None:
    Path(system).write_text(LENGTHS)
    lengths(40)
    args = ("guard", "thresholds", system, "--table", "replies.csv", "--at", "output", "--rate", 0.01)
    ran = meant(*args, "--write")
    assert Path(system).read_text() == LENGTHS
    assert "nothing was written for output" in ran.err
    assert "1.0% cannot be promised; 2" in ran.out
    assert "more benign texts are needed there, even if none is blocked" in ran.out


def test_without_thresholds_there_is_nothing_to_fit(meant: Meant, system: str) -> None:
    ran = meant("guard", "thresholds", system)
    assert ran.code == 2
    assert "no enforced layer has `escalate_from`" in ran.err
    assert "no enforced layer at `input` has" in meant("guard", "thresholds", system, "--at", "input").err
    assert "write LAYER=NUMBER" in meant("guard", "thresholds", system, "--cost", "x").err
