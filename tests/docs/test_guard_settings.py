"""Each page of a guard lists the settings of the guard, in order, and no other."""

import dataclasses
import re

import pytest

from meant.guard.contract import GUARDS
from tests.docs.page import ROOT

PAGES = sorted((ROOT / "docs" / "guards").glob("*.md"))
HANDED = {"policy", "prompt"}
"""Fields that no file gives."""
MUST = {"must be given", "yes"}
"""How pages say that there is no default."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_table_of_settings_is_the_guards(page: object) -> None:
    path = ROOT / "docs" / "guards" / f"{getattr(page, 'stem', '')}.md"
    fields = [field for field in dataclasses.fields(GUARDS.load(path.stem)) if field.name not in HANDED]  # type: ignore[arg-type]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ", path.read_text("utf-8"), re.MULTILINE)
    table = [row for row in rows if row[0] in {field.name for field in fields}]
    assert [name for name, _ in table] == [field.name for field in fields]
    for (_, told), field in zip(table, fields, strict=True):
        needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        assert (told in MUST) is needed


@pytest.mark.parametrize("guide", ["guards.md", "README.md"])
def test_every_guard_is_linked(guide: str) -> None:
    linked = re.findall(r"\]\(guards/(\w+)\.md\)", (ROOT / "docs" / guide).read_text("utf-8"))
    assert sorted(set(linked)) == GUARDS.names() == [page.stem for page in PAGES]
