"""The page by keyboard alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.measure.browsing import PHONE, Page, closed, current, figure, focused, listed, opened, press, rows, settled
from tests.measure.report_sample import BARE, PROMPTED

pytestmark = pytest.mark.slow


def chosen(page: Page) -> int:
    """Place of the selected row, from 1."""
    return int(str(page.locator('#rows [aria-selected="true"]').get_attribute("aria-posinset")))


def test_a_walk_through_the_transcripts(page: Page) -> None:
    page.keyboard.press("/")
    opened(page, "Transcripts")
    assert focused(page) == "q"
    page.keyboard.type("jk step")
    assert page.locator("#q").input_value() == "jk step", "letters are text while one is writing"
    page.locator("#q").fill("step")
    page.locator("#count", has_text="hits").wait_for()
    page.keyboard.press("Enter")
    assert focused(page) == "list"
    first = current(page)
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert chosen(page) == 3
    assert current(page) != first
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    assert (chosen(page), current(page)) == (1, first)
    page.keyboard.press("k")
    assert chosen(page) == 1
    page.keyboard.press("End")
    assert chosen(page) == listed(page)
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    assert focused(page) == "detail"
    page.keyboard.press("j")
    assert (chosen(page), focused(page)) == (2, "detail")
    page.keyboard.press("Escape")
    closed(page)


def test_letters_in_a_filter_are_no_keys(page: Page) -> None:
    press(page, page.locator("nav .door"))
    page.locator("#by-suite").focus()
    before = current(page)
    page.keyboard.press("j")
    page.keyboard.press("/")
    assert (current(page), focused(page)) == (before, "by-suite")


def test_the_selected_row_is_always_in_sight(page: Page) -> None:
    press(page, page.locator("nav .door"))
    for _ in range(3):
        page.keyboard.press("PageDown")
    row, box = page.evaluate("""['#rows [aria-selected=true]', '#list'].map(s => {
        const { top, bottom } = document.querySelector(s).getBoundingClientRect(); return [top, bottom]; })""")
    assert box[0] <= row[0] < row[1] <= box[1] + 1
    assert page.locator("#list").get_attribute("aria-activedescendant") == f"row-{chosen(page) - 1}"


def test_escape_closes_and_gives_the_focus_back(page: Page) -> None:
    button = figure(page, "abstention", 1)
    button.focus()
    page.keyboard.press("Enter")
    opened(page)
    assert focused(page) == "list"
    page.keyboard.press("Escape")
    closed(page)
    assert button.evaluate("b => b === document.activeElement")
    page.keyboard.press("Enter")
    opened(page)


def test_escape_in_the_search_takes_the_search_away_first(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("step")
    page.locator("#count", has_text="hits").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#q").input_value() == ""
    assert page.locator("#drawer").is_visible()
    page.keyboard.press("Escape")
    closed(page)


def test_the_keys_are_shown_over_what_is_open(page: Page) -> None:
    press(page, figure(page, "over_refusal"))
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    assert page.locator("#drawer").is_visible()
    page.keyboard.press("Escape")
    closed(page)
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()


def test_c_lays_the_answers_side_by_side(page: Page) -> None:
    press(page, figure(page, "over_refusal"))
    assert page.locator("#detail .answer").count() == 1
    page.keyboard.press("c")
    names = page.locator("#detail .answer h4 span:nth-child(2)")
    assert names.all_text_contents() == [BARE.name, PROMPTED.name]
    settled(page, "beside=all")
    page.keyboard.press("j")
    assert page.locator("#detail .answer").count() == 2
    page.keyboard.press("c")
    assert page.locator("#detail .answer").count() == 1


def test_the_focus_stays_within_the_window(page: Page) -> None:
    press(page, figure(page, "over_refusal"))
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#drawer')")


def test_everything_that_opens_can_be_reached_and_is_seen_to_be(page: Page) -> None:
    """Tab leads through the summary to the first figures, and what has the focus has an outline."""
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.className || document.activeElement.localName"))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) != "none", reached[-1]
    assert reached[0] == "skip"
    assert {"door", "figure quiet", "figure"} <= set(reached)


def test_on_a_phone_the_list_gives_way_to_the_transcript_and_back(watched: Callable[..., Page], file: Path) -> None:
    page = watched(file, viewport=PHONE, has_touch=True)
    press(page, figure(page, "over_refusal"))
    assert not page.locator("#detail").is_visible()
    rows(page).nth(2).tap()
    page.locator("#detail").wait_for()
    assert not page.locator("#list").is_visible()
    name = current(page)
    page.locator('[aria-label="Next transcript"]').tap()
    assert current(page) != name
    page.locator('[aria-label="Previous transcript"]').tap()
    page.locator(".to-list").tap()
    page.locator("#list").wait_for()
    assert chosen(page) == 3
    page.go_back()
    page.locator("#detail").wait_for()
    page.keyboard.press("Escape")
    page.locator("#list").wait_for()
    page.keyboard.press("Escape")
    closed(page)
