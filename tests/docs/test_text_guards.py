"""The pages of the guards that read texts name every setting, say truly what must be given, and name every kind."""

import dataclasses
import re
from pathlib import Path
from typing import get_args

import pytest

from meant.cli.check import check_files
from meant.find.reading import STEPS
from meant.guard.contract import GUARDS
from meant.guard.recognise.keys import Key
from meant.guard.recognise.personal import PERSONAL
from tests.docs.page import ROOT
from tests.files.test_patterns import BASE

GIVEN = {"policy", "prompt"}
"""Fields that no file sets."""


def tables(page: str) -> list[list[list[str]]]:
    """The tables of a page: their rows' cells, the head first."""
    text = (ROOT / "docs" / "guards" / f"{page}.md").read_text("utf-8")
    found = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [[[c.strip() for c in re.split(r"(?<!\\)\|", row)[1:-1]] for row in t.splitlines()] for t in found]


@pytest.mark.parametrize("name", ["rules", "pii", "secrets", "canary"])
def test_the_settings_are_the_fields(name: str) -> None:
    (head, _, *rows), *_ = tables(name)
    assert head == ["setting", "needed", "is"]
    fields = [field for field in dataclasses.fields(GUARDS.load(name)) if field.name not in GIVEN]  # type: ignore[arg-type]
    assert {row[0].strip("`"): row[1] for row in rows} == {field.name: needed(field) for field in fields}


def needed(field: "dataclasses.Field[object]") -> str:
    if field.default is dataclasses.MISSING:
        return "yes"
    if isinstance(field.default, tuple):
        return "see below" if field.default else "none"
    return f"`{field.default}`"


def test_the_patterns_of_the_page_are_sound(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "guards" / "rules.md").read_text("utf-8")
    section = re.findall(r"```yaml\n(patterns:.*?)```", text, re.DOTALL)[0]
    (tmp_path / "policy.yaml").write_text(BASE + section, "utf-8")
    faults, notes = check_files([tmp_path / "policy.yaml"])
    assert not faults
    assert notes[1].endswith("patterns: 1, their examples found and not found")
    endless = section.replace(
        "phrases: [pay with a gift card, send gift cards]", "match: '(?i)(?:pay|p4y|send).*gift card'"
    )
    (tmp_path / "policy.yaml").write_text(BASE + endless, "utf-8")
    faults, notes = check_files([tmp_path / "policy.yaml"])
    assert not faults
    assert "gift-cards has no longest match: streamed replies wait until they are whole" in notes[2]


def kinds(page: str) -> set[str]:
    return {kind for row in tables(page)[1][2:] for kind in re.findall(r"`(\w+)`", row[0])}


def test_every_kind_is_named() -> None:
    assert kinds("pii") == set(PERSONAL)
    assert kinds("secrets") == set(get_args(Key))
    assert kinds("rules") == set(STEPS)
