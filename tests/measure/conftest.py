"""Chromium, and a report opened in it. A machine without a browser skips with the reason."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from meant.measure.report.render import render, write
from tests.measure.browsing import CHROMIUM, FLAGS, Page, Watched
from tests.measure.report_sample import BARE, OTHERS, PROMPTED, sample
from tests.measure.report_tools import with_choices, with_tools, with_tricks


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One a module and no longer: while it is open its event loop runs, and no async test could."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two systems on four hundred cases, and three cells of the first that are out of the ordinary."""
    profiles, cells, policy, run = sample((BARE, PROMPTED), most=660)
    cells[BARE.name] += [with_tools(BARE), with_choices(BARE), with_tricks(BARE)]
    path = tmp_path_factory.mktemp("report") / "report.html"
    write(path, render(profiles, cells, policy=policy, run=run))
    return path


@pytest.fixture(scope="session")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three systems on two hundred cases."""
    profiles, cells, policy, run = sample((BARE, PROMPTED, OTHERS[0]), most=200)
    path = tmp_path_factory.mktemp("three") / "report.html"
    write(path, render(profiles, cells, policy=policy, run=run))
    return path


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six systems on every case of the built-in suites."""
    profiles, cells, policy, run = sample((BARE, PROMPTED, *OTHERS), most=5000)
    path = tmp_path_factory.mktemp("many") / "report.html"
    write(path, render(profiles, cells, policy=policy, run=run))
    return path


@pytest.fixture
def watched(browser: Any) -> Iterator[Callable[..., Page]]:
    """Opens a file; what any page then logs, throws or asks of a network fails the test."""
    pages: list[Watched] = []

    def open_(path: Path, hash_: str = "", **options: Any) -> Page:
        pages.append(Watched(browser, path, hash_, options))
        return pages[-1].page

    yield open_
    for page in pages:
        page.close()
    assert [said for page in pages for said in page.heard] == []


@pytest.fixture
def page(watched: Callable[..., Page], file: Path) -> Page:
    """The report of two systems, in a wide window."""
    return watched(file)
