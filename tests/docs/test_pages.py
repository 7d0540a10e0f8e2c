"""The documents hang together: links lead somewhere, every room and noun has its page, every page is in the index."""

import re
from pathlib import Path

import pytest

from tests.docs.page import ROOT

DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "meant"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s#]*)(#[^)\s]*)?\)")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def links(page: Path) -> set[tuple[Path, str]]:
    prose = _CODE.sub("", page.read_text("utf-8"))
    return {((page.parent / to).resolve() if to else page, anchor) for to, anchor in _LINK.findall(prose)}


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    assert not sorted(str(to) for to, _ in links(page) if not to.exists())
    assert not sorted(f"{to.name}{anchor}" for to, anchor in links(page) if anchor and anchor not in anchors(to))


def test_every_room_has_a_page() -> None:
    rooms = {p.parent.name for p in SOURCE.glob("*/__init__.py")} - {"testing"}
    assert rooms == {p.stem for p in (DOCS / "rooms").glob("*.md")}


@pytest.mark.parametrize(
    "noun",
    [
        *("policy", "system", "case", "draft", "suite", "transcript", "verdict", "preference", "label"),
        *("finding", "profile"),
    ],
)
def test_every_noun_has_a_page_that_names_its_file(noun: str) -> None:
    assert (SOURCE / "core" / f"{noun}.py").is_file()
    assert f"core/{noun}.py" in (DOCS / "nouns" / f"{noun}.md").read_text("utf-8")


def test_every_page_is_in_the_index() -> None:
    index = {to for to, _ in links(DOCS / "README.md")}
    pages = {p for p in DOCS.rglob("*.md") if p.parent.name != "cli"} - {DOCS / "README.md"}
    assert not sorted(name(p) for p in pages - index)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_says_nothing_of_the_machine_it_was_written_on(page: Path) -> None:
    assert not re.findall(r"/(?:home|root|work|tmp|Users)/\w+", page.read_text("utf-8"))
