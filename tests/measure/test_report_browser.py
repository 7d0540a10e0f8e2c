"""The page in a real browser: from a figure to its transcripts and back, by mouse, by keyboard and by link."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from meant.core.verdict import Span
from meant.measure.cell import Cell
from meant.measure.report.render import render, write
from tests.measure.report_sample import BARE, HOSTILE, PROMPTED, sample

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")]

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
Page = Any


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    profiles, cells, policy, run = sample((BARE, PROMPTED))
    first = next(i for i, c in enumerate(cells[BARE.name]) if c.transcript.last_reply)
    cell = cells[BARE.name][first]
    turns = (*cell.case.turns, cell.transcript.turns[-1].model_copy(update={"text": HOSTILE}))
    verdict = cell.verdict.model_copy(update={"why": HOSTILE, "span": Span(0, len(HOSTILE))})
    cells[BARE.name][first] = Cell(cell.case, cell.transcript.model_copy(update={"turns": turns}), verdict)
    path = tmp_path_factory.mktemp("report") / "report.html"
    write(path, render(profiles, cells, policy=policy, run=run))
    return path


@pytest.fixture
def page(browser: Any, file: Path) -> Iterator[Page]:
    """The page open; what it logs, throws or asks of a network fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened, heard = context.new_page(), []
    opened.on("console", lambda message: heard.append(f"console: {message.text}"))
    opened.on("pageerror", lambda error: heard.append(f"error: {error}"))
    opened.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else heard.append(asked.url))
    opened.goto(file.as_uri())
    yield opened
    context.close()
    assert heard == []


def figure(page: Page, row: str, system: int = 0) -> Any:
    return page.locator(f'button.figure[data-row="{row}"][data-system="{system}"]')


def opened(page: Page) -> None:
    """Wait for the drawer: it follows the address, which changes a moment after the click."""
    page.locator("#drawer[open]").wait_for()


def closed(page: Page) -> None:
    page.locator("#drawer:not([open])").wait_for(state="attached")
    page.wait_for_function("!location.hash")


def press(page: Page, target: Any) -> None:
    target.click()
    opened(page)


def title(page: Page) -> str | None:
    written: str | None = page.locator("#drawer-title").text_content()
    return written


def test_a_click_on_a_figure_shows_what_counts_against_it(page: Page) -> None:
    press(page, figure(page, "over_refusal"))
    assert title(page) == "Benign refused"
    against = int(page.locator('[data-pick="against"]').text_content().split("(")[1].rstrip(")"))
    assert against > 0
    assert page.locator("#list .cell").count() == min(against, 40)
    assert set(page.locator("#list .chip").all_text_contents()) == {"fail"}
    assert set(page.locator("#list h3 span:first-child").all_text_contents()) == {BARE.name}
    assert page.locator("#list mark").first.is_visible()


def test_the_switch_the_system_and_the_search_narrow_the_list(page: Page) -> None:
    press(page, figure(page, "over_refusal"))
    few = page.locator("#count").text_content()
    page.locator('[data-pick="all"]').click()
    assert int(page.locator("#count").text_content().split()[0]) > int(few.split()[0])
    page.locator("#by-system").select_option("1")
    assert set(page.locator("#list h3 span:first-child").all_text_contents()) == {PROMPTED.name}
    page.locator("#by-text").fill("no such words anywhere")
    assert page.locator("#list .cell").count() == 0
    assert page.locator(".empty").text_content() == "No transcript matches."
    page.locator("#by-text").fill("CANNOT ASSIST")
    assert page.locator("#list .cell").count() > 0
    assert all("cannot assist" in said for said in page.locator("#list .reply").all_text_contents())


def test_more_are_shown_on_demand(page: Page) -> None:
    press(page, page.locator('.coverage button[data-system="0"]').first)
    assert page.locator("#list .cell").count() == 40
    page.locator("#more").click()
    assert page.locator("#list .cell").count() == 80


def test_cells_without_a_verdict_are_marked_as_such(page: Page) -> None:
    press(page, page.locator('.coverage button[data-outcome="none"][data-system="0"]'))
    chips = set(page.locator("#list .chip").all_text_contents())
    assert chips <= {"no verdict: unsure", "no verdict: error"}
    assert "no verdict: error" in chips
    assert page.locator("#list dd.error").first.text_content() == "timeout: no answer within 60 s"


def test_escape_closes_and_gives_the_focus_back(page: Page) -> None:
    button = figure(page, "abstention", 1)
    button.focus()
    page.keyboard.press("Enter")
    opened(page)
    page.keyboard.press("Escape")
    closed(page)
    assert button.evaluate("b => b === document.activeElement")
    page.keyboard.press("Enter")
    opened(page)


def test_a_mark_on_the_plane_opens_by_keyboard(page: Page) -> None:
    page.locator(".spot").nth(1).focus()
    page.keyboard.press("Enter")
    opened(page)
    assert title(page) == "Refusal, both sides"
    assert page.locator("#by-system").input_value() == "1"


def test_a_lane_opens_the_figure_beside_it(page: Page) -> None:
    press(page, page.locator('tbody[id="row-accuracy"] td.plot').first)
    assert title(page) == "Facts right"


def test_a_link_to_a_case_shows_every_system_on_it_and_its_twin(page: Page, file: Path) -> None:
    _, cells, _, _ = sample((BARE, PROMPTED))
    case = next(c.case for c in cells[BARE.name] if c.case.suite == "refusal")
    page.goto(f"{file.as_uri()}#case={case.suite}/{case.name}")
    page.reload()
    opened(page)
    names = page.locator("#list .link").all_text_contents()
    family = {f"refusal/{c.case.name}" for c in cells[BARE.name] if c.case.family == case.family}
    assert names[:2] == [f"refusal/{case.name}"] * 2
    assert not page.locator(".switch").is_visible()
    assert set(names) == family


def test_going_back_leads_to_the_list_one_came_from(page: Page) -> None:
    press(page, figure(page, "over_refusal"))
    link = page.locator("#list .link").first
    case = str(link.text_content())
    link.click()
    page.locator("#drawer-title", has_text=case).wait_for()
    page.go_back()
    page.locator("#drawer-title", has_text="Benign refused").wait_for()


def test_a_hostile_reply_is_shown_as_text(page: Page) -> None:
    press(page, page.locator('.coverage button[data-system="0"]').first)
    page.locator("#by-text").fill("onerror")
    assert page.locator("#list .reply").first.text_content().startswith("</script><img src=x onerror=")
    assert HOSTILE in page.locator("#list .say dd").all_text_contents()
    assert page.locator("#list img").count() == 0
    assert page.title() != "owned"


def test_principles_can_be_sorted(page: Page) -> None:
    titles = page.locator("#principles tbody .title")
    before = titles.all_text_contents()
    page.locator('#principles [data-sort="name"]').click()
    assert titles.all_text_contents() == sorted(before)
    page.locator('#principles [data-sort="severity"]').click()
    assert titles.all_text_contents() == before


def test_slowest_first_behind_a_latency(page: Page) -> None:
    press(page, figure(page, "latency_p95"))
    spent = [s.split(" s ·")[0].split(" ")[-1] for s in page.locator("#list .small").all_text_contents()]
    seconds = [float(s) for s in spent]
    assert seconds == sorted(seconds, reverse=True)


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_nothing_is_wider_than_the_window(browser: Any, file: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_without_script_the_figures_and_charts_are_there(browser: Any, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator(".plane .spot").count() == 2
    assert page.locator("#policy td.value").first.is_visible()
    assert page.locator("noscript p").is_visible()
    assert not page.locator(".sorting").first.is_visible()
    context.close()


def test_a_page_served_over_http_is_as_quiet(browser: Any, file: Path) -> None:
    """A policy that is too strict for its own page shows only over HTTP, where a browser also asks for an icon."""
    context, heard = browser.new_context(), list[str]()
    page = context.new_page()
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda request: heard.append(request.url))
    page.route("**/*", lambda route: route.fulfill(path=file, content_type="text/html"))
    page.goto("http://report.test/")
    page.wait_for_load_state("networkidle")
    assert [asked for asked in heard if not asked.startswith("data:")] == ["http://report.test/"]
    context.close()


def test_systems_of_the_same_figures_do_not_share_a_mark(page: Page) -> None:
    drawn = page.locator(".coverage .key path").evaluate_all("all => all.map(p => p.getAttribute('d'))")
    assert len(set(drawn)) == 2
