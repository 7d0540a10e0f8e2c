"""A policy's patterns: checked when the policy is loaded, with line and remedy."""

import json
from pathlib import Path

import pytest

from meant.core.errors import FileFaults
from meant.core.policy import Pattern, Policy
from meant.files.policy import load_policy
from tests.docs.page import ROOT

SCAM = Pattern(
    id="scam",
    principle="no-serious-harm",
    at=("input", "retrieved", "call", "output"),
    phrases=("send a gift card", "buy gift cards"),
    then="block",
    because="nobody is paid in gift cards",
    hits=("Please send a gift card.",),
    misses=("I was sent a gift card.",),
)
LINES = Pattern(
    id="lines",
    principle="no-serious-harm",
    at=("input", "output"),
    match=r"\b555-\d{4}\b",
    then="redact",
    because="internal lines",
    hits=("call 555-1234",),
    misses=("call 555-12345",),
)
PATTERNS = (SCAM, LINES)
BASE = (ROOT / "src" / "meant" / "data" / "policies" / "general_assistant.yaml").read_text("utf-8")
SECTION = """
patterns:
  - id: scam
    principle: no-serious-harm
    at: [input]
    match: 'gift ?cards?'
    then: block
    because: nobody is paid in gift cards
    hits: [a gift card, "a g1ft c4rd"]
    misses: [a card]
"""


def load(tmp_path: Path, section: str) -> Policy:
    (tmp_path / "policy.yaml").write_text(BASE + section, "utf-8")
    return load_policy(tmp_path / "policy.yaml")


def fault(tmp_path: Path, old: str, new: str) -> str:
    with pytest.raises(FileFaults) as caught:
        load(tmp_path, SECTION.replace(old, new))
    (found,) = caught.value.faults
    within = next(i for i, line in enumerate(SECTION.splitlines(), 1) if old in line)
    assert found.line == len(BASE.splitlines()) + within
    return str(found)


def test_patterns_are_read(tmp_path: Path) -> None:
    (pattern,) = load(tmp_path, SECTION).patterns
    assert (pattern.id, pattern.then, pattern.at, pattern.longest) == ("scam", "block", ("input",), None)


def test_the_id_of_a_policy_without_patterns_is_as_before(tmp_path: Path) -> None:
    """The field stands at its default there, and what does is in no id."""
    assert load(tmp_path, "").id == load_policy("general_assistant").id
    assert "patterns" not in load(tmp_path, "").model_dump(exclude_defaults=True)
    assert load(tmp_path, SECTION).id != load(tmp_path, "").id


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("a gift card,", "a card,", "the pattern 'scam' is not found in this"),
        ("[a card]", "[a gift card here]", "the pattern 'scam' is found in this: 'gift card'"),
        ("[a card]", "[a g1ft card]", "read as leetspeak"),
        ("'gift ?cards?'", "'gift(cards'", "not a valid RE2 pattern"),
        ("no-serious-harm", "no-harm", "did you mean"),
        ("then: block", "then: stop", "not a valid choice"),
        ("at: [input]", "at: []", "is empty"),
        ("misses: [a card]", "misses: []", "is empty"),
    ],
)
def test_a_fault_has_its_line_and_a_remedy(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert words in fault(tmp_path, old, new)


def test_one_way_of_looking(tmp_path: Path) -> None:
    with pytest.raises(FileFaults, match="give exactly one of match, phrases"):
        load(tmp_path, SECTION.replace("    then:", "    phrases: [a gift card]\n    then:"))


def test_two_patterns_of_one_name(tmp_path: Path) -> None:
    with pytest.raises(FileFaults, match="used twice"):
        load(tmp_path, SECTION + SECTION.partition("patterns:\n")[2])


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: p.id)
def test_the_examples_above_are_sound(tmp_path: Path, pattern: Pattern) -> None:
    written = json.dumps([pattern.model_dump(mode="json", exclude_none=True)])
    assert load(tmp_path, f"\npatterns: {written}\n").patterns == (pattern,)
