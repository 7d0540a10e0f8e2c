"""Every example in the documents runs."""

from pathlib import Path

import pytest

from tests.docs.page import ROOT, blocks, run_page

DOCS = ROOT / "docs"
SLOW = {DOCS / "tutorial.md"}
PAGES = [p for p in sorted(DOCS.rglob("*.md")) if p not in SLOW]
RUN = ("python", "console")
NEEDS = {"inspect.md": "inspect_ai"}
"""Pages whose examples need an extra."""


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize(
    "page", [p for p in (*PAGES, ROOT / "README.md") if any(b.language in RUN for b in blocks(p))], ids=name
)
def test_the_examples_of_a_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if library := NEEDS.get(page.name):
        pytest.importorskip(library, reason=f"{library} is not installed")
    monkeypatch.chdir(tmp_path)
    assert run_page(page, tmp_path) > 0


@pytest.mark.parametrize("folder", ["nouns", "rooms"])
def test_each_page_of_a_noun_or_a_room_has_an_example(folder: str) -> None:
    pages = sorted((DOCS / folder).glob("*.md"))
    assert pages
    assert not [name(p) for p in pages if not any(b.language in RUN for b in blocks(p))]
