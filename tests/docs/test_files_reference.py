"""docs/policy-file.md names every field of every file, no other, and says truly what must be given."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from meant.core import policy
from meant.core.case import Case
from meant.core.check import Answer, Check
from meant.core.suite import Card, Generate
from meant.core.system import Sampling
from meant.core.tool import Returned, Simulated
from meant.files.contract import GENERATORS
from meant.files.judge import JudgeFile
from meant.files.system import GuardLayer, GuardSettings, RealTool, SystemFile
from meant.files.table import CardText, Fields, Mapped, Source
from meant.files.toolbox import Defined
from tests.docs.page import ROOT

TEXT = (ROOT / "docs" / "policy-file.md").read_text("utf-8")
TABLES: Mapping[str, type[BaseModel]] = {
    "The policy": policy.Policy,
    "Dimension": policy.Dimension,
    "Principle": policy.Principle,
    "Do": policy.Do,
    "Dont": policy.Dont,
    "Precedence": policy.Precedence,
    "Tool rule": policy.ToolRule,
    "Predicate": policy.Predicate,
    "Gate rules": policy.GateRules,
    "Red line": policy.RedLine,
    "The system": SystemFile,
    "Tool": RealTool,
    "Guards": GuardSettings,
    "Guard layer": GuardLayer,
    "Sampling": Sampling,
    "The judge": JudgeFile,
    "The card": Card,
    "Generated cases": Generate,
    "Simulated tool": Simulated,
    "Shared tools": Defined,
    "Result": Returned,
    "The cases": Case,
    "Answer": Answer,
    "The mapping": Mapped,
    "The new card": CardText,
    "The fields": Fields,
    "Source": Source,
}
ELSEWHERE = {"The cases": {"suite"}, "Shared tools": {"name"}}
"""Fields that no file gives: a case's suite is its card's, a shared tool's name is its key."""


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    section = re.split(r"^#+ ", TEXT.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def fields(heading: str) -> dict[str, FieldInfo]:
    found = TABLES[heading].model_fields
    return {name: field for name, field in found.items() if name not in ELSEWHERE.get(heading, set())}


@pytest.mark.parametrize("heading", TABLES)
def test_a_table_names_every_field_and_no_other(heading: str) -> None:
    assert [row[0].strip("`") for row in rows(heading)] == list(fields(heading))


@pytest.mark.parametrize("heading", TABLES)
def test_a_table_says_what_must_be_given(heading: str) -> None:
    wanted = {name: needed(field) for name, field in fields(heading).items()}
    assert {row[0].strip("`"): row[1] for row in rows(heading)} == wanted


def needed(field: FieldInfo) -> str:
    default: Any = field.default
    if field.is_required():
        return "yes"
    if isinstance(default, BaseModel) or (isinstance(default, dict) and default):
        return "see below"
    return "none" if default is None or default in ((), {}) else f"`{default}`"


def test_the_checks_are_all_there() -> None:
    models = get_args(get_args(Check)[0])
    wanted = {get_args(m.model_fields["use"].annotation)[0]: set(m.model_fields) - {"use"} for m in models}
    assert {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in rows("Checks")} == wanted


def test_the_generators_settings_are_all_there() -> None:
    told: dict[str, dict[str, str]] = {}
    choices: dict[str, set[str]] = {}
    use = ""
    for name, settings, defaults, about in rows("Generators"):
        use = name.strip("`") or use
        told[use] = told.get(use, {}) | dict(zip(codes(settings), codes(defaults), strict=True))
        choices[use] = choices.get(use, set()) | {*codes(defaults), *codes(about)}
    loaded = {name: GENERATORS.load(name) for name in GENERATORS.names()}
    assert told == {name: defaults_of(cls) for name, cls in loaded.items()}
    for name, cls in loaded.items():
        assert {c for hint in get_type_hints(cls).values() for c in get_args(hint) if isinstance(c, str)} <= choices[
            name
        ]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def defaults_of(cls: Any) -> dict[str, str]:
    return {field.name: str(field.default) for field in dataclasses.fields(cls)}


def test_every_heading_with_fields_is_held_to_the_code() -> None:
    found = {h for h in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE) if rows(h) and rows(h)[0][0].startswith("`")}
    assert found >= {*TABLES, "Checks"}
    assert found - {*TABLES, "Checks", "Generators", "The files", "The suite"} == set()
