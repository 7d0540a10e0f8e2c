"""The page in a real browser: from a figure to its transcripts and back, by mouse, by keyboard and by link."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.measure.browsing import (
    Page,
    closed,
    current,
    figure,
    listed,
    opened,
    press,
    rows,
    settled,
    title,
    until,
    with_evidence,
)
from tests.measure.report_sample import BARE, PROMPTED, sample

pytestmark = pytest.mark.slow


def number(written: str | None) -> int:
    """As in `All (1,052)`."""
    return int(str(written).split("(")[1].rstrip(")").replace(",", ""))


def test_a_click_on_a_figure_shows_what_counts_against_it(page: Page) -> None:
    press(page, figure(page, "over_refusal"))
    assert title(page) == "Benign refused"
    assert listed(page) == number(page.locator('[data-pick="against"]').text_content()) > 0
    assert set(page.locator("#rows .chip").all_text_contents()) == {"fail"}
    assert set(page.locator("#rows .row-system").all_text_contents()) == {BARE.name}
    assert page.locator("#detail .answer .chip").text_content() == "fail"
    assert with_evidence(page).is_visible()
    page.locator('[data-pick="all"]').click()
    assert listed(page) == number(page.locator('[data-pick="all"]').text_content()) > 50


def test_a_figure_says_how_it_was_made(page: Page) -> None:
    press(page, figure(page, "over_refusal", 1))
    (line,) = page.locator("#drawer-says li").all_text_contents()
    assert line.startswith(f"{PROMPTED.name}: ")
    assert "Wilson and mid-P 95" in line


def test_thousands_are_listed_and_few_are_drawn(watched: Callable[..., Page], many: Path) -> None:
    page = watched(many)
    press(page, page.locator("nav .door"))
    every = number(page.locator("nav .door").text_content())
    assert listed(page) == every > 6000
    assert rows(page).count() < 40
    assert rows(page).first.get_attribute("aria-setsize") == str(every)
    page.locator("#list").evaluate("list => { list.scrollTop = list.scrollHeight; }")
    page.locator(f"#row-{every - 1}").wait_for()
    assert rows(page).count() < 40


def test_cells_without_a_verdict_are_marked_as_such(page: Page) -> None:
    press(page, page.locator('.coverage button[data-outcome="none"][data-system="0"]'))
    chips = set(page.locator("#rows .chip").all_text_contents())
    assert chips <= {"no verdict: unsure", "no verdict: error"}
    page.locator("#rows .row", has_text="no verdict: error").first.click()
    assert page.locator("#detail p.error").text_content() == "Error: timeout: no answer within 60 s"
    assert page.locator("#detail .reply").count() == 0


def test_a_mark_on_the_plane_opens_by_keyboard(page: Page) -> None:
    page.locator(".spot").nth(1).focus()
    page.keyboard.press("Enter")
    opened(page, "Refusal, both sides")
    assert page.locator("#by-system").input_value() == "1"


def test_a_lane_opens_the_figure_beside_it(page: Page) -> None:
    press(page, page.locator('tbody[id="row-accuracy"] td.plot').first)
    assert title(page) == "Facts right"


def test_a_link_to_a_case_shows_every_system_on_it_and_its_twin(watched: Callable[..., Page], file: Path) -> None:
    _, cells, _, _ = sample((BARE, PROMPTED), most=660)
    case = next(c.case for c in cells[BARE.name] if c.case.suite == "refusal")
    page = watched(file, f"#case=refusal/{case.name}")
    opened(page, f"refusal/{case.name}")
    assert page.locator("#detail .answer h4 span:nth-child(2)").all_text_contents() == [BARE.name, PROMPTED.name]
    family = {f"refusal/{c.case.name}" for c in cells[BARE.name] if c.case.family == case.family}
    assert set(page.locator("#rows .row-case").all_text_contents()) == family
    assert not page.locator("#switch").is_visible()


def test_slowest_first_behind_a_latency(page: Page) -> None:
    press(page, figure(page, "latency_p95"))
    spent = []
    for _ in range(5):
        spent.append(
            float(str(page.locator("#detail .answer .small").last.text_content()).split(" s ·")[0].split(" ")[-1])
        )
        page.keyboard.press("j")
    assert spent == sorted(spent, reverse=True)
    assert len(set(spent)) > 1


def test_what_is_open_is_in_the_address_and_opens_again(page: Page, watched: Callable[..., Page], file: Path) -> None:
    press(page, page.locator("nav .door"))
    page.locator("#by-suite").select_option("refusal")
    page.locator("#by-slice").select_option("side=harmful")
    page.locator("#q").fill("how")
    page.locator("#count", has_text="hit").wait_for()
    page.locator("#list").focus()
    page.keyboard.press("j")
    settled(page, f"at={current(page)}@0")
    seen = page.locator("#count").text_content(), current(page)
    again = watched(file, page.evaluate("location.hash"))
    opened(again)
    assert (again.locator("#count").text_content(), current(again)) == seen
    assert again.locator("#by-slice").input_value() == "side=harmful"
    assert again.locator("#q").input_value() == "how"


def test_back_undoes_one_step_after_the_other(page: Page) -> None:
    press(page, figure(page, "pairs_right"))
    page.locator("#by-slice").select_option("side=harmful")
    few = listed(page)
    page.locator("#detail .link").first.click()
    page.locator("#drawer-about", has_text="then the others of its family").wait_for()
    page.go_back()
    opened(page, "Twins told apart")
    assert (listed(page), page.locator("#by-slice").input_value()) == (few, "side=harmful")
    page.go_back()
    until(page, "document.querySelector('#by-slice').value === ''")
    assert listed(page) > few
    page.go_back()
    closed(page)
    page.go_forward()
    opened(page, "Twins told apart")


def test_closing_is_a_step_too(page: Page) -> None:
    press(page, figure(page, "over_refusal"))
    page.locator("#close").click()
    closed(page)
    page.go_back()
    opened(page, "Benign refused")


@pytest.mark.parametrize("nonsense", ["#figure=none", "#case=no/such", "#policy", "#figure=__proto__", "#q=x"])
def test_an_address_that_names_nothing_opens_nothing(watched: Callable[..., Page], file: Path, nonsense: str) -> None:
    assert not watched(file, nonsense).locator("#drawer").is_visible()


def test_principles_can_be_sorted(page: Page) -> None:
    titles = page.locator("#principles tbody .title")
    before = titles.all_text_contents()
    page.locator('#principles [data-sort="name"]').click()
    assert titles.all_text_contents() == sorted(before)
    page.locator('#principles [data-sort="severity"]').click()
    assert titles.all_text_contents() == before


def test_without_script_the_figures_and_charts_are_there(browser: Any, three: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(three.as_uri())
    assert page.locator(".plane .spot").count() == 3
    assert page.locator("#policy td.value").first.is_visible()
    assert page.locator("#compare .pair").count() == 3
    assert page.locator("#slices table").last.is_visible()
    assert page.locator("noscript p").is_visible()
    assert not page.locator(".sorting, .picker, .door").filter(visible=True).count()
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
    assert len(set(drawn)) >= 2
