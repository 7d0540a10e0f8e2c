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
    assert meant
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
    assert "stopped by kill" in ran.err
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
