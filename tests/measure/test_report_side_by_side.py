"""Two systems compared on the page: the pairs' own figures, and both answers side by side, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest

from meant.measure.compare import compare
from tests.measure.browsing import Page, current, listed, opened, press, title
from tests.measure.report_sample import BARE, OTHERS, PROMPTED, sample

pytestmark = pytest.mark.slow
NAMES = [BARE.name, PROMPTED.name, OTHERS[0].name]


@pytest.fixture
def page(watched: Callable[..., Page], three: Path) -> Page:
    return watched(three)


def shown(page: Page) -> list[str]:
    return [str(pair.get_attribute("id")) for pair in page.locator("#compare .pair").filter(visible=True).all()]


def cases(page: Page, pair: str, group: str, which: str) -> int:
    """How many cases the table says were gained or lost."""
    row = page.locator(f'#{pair} tbody[data-sort-name="{group}"]')
    cell = row.locator("td.n").nth({"gained": 0, "lost": 1}[which])
    return int(str(cell.text_content()))


def test_one_pair_is_shown_and_the_picker_says_which(page: Page) -> None:
    assert shown(page) == ["pair-0-1"]
    page.locator("#compare select").select_option(label=f"{NAMES[2]} against {NAMES[1]}")
    assert shown(page) == ["pair-1-2"]
    assert page.locator("#pair-1-2 table").is_visible()


def test_the_table_has_the_figures_of_the_comparison(page: Page) -> None:
    _, cells, policy, _ = sample((BARE, PROMPTED), most=200)
    (harmless,) = [c for c in compare(cells[NAMES[0]], cells[NAMES[1]], policy=policy) if c.group == "harmless"]
    row = page.locator('#pair-0-1 tbody[data-sort-name="Harmless"]')
    told = [str(text).replace("\N{NO-BREAK SPACE}", " ") for text in row.locator("td").all_text_contents()]
    assert harmless.first is not None
    assert harmless.second is not None
    assert told[1:3] == [f"{100 * harmless.first:.0f} %", f"{100 * harmless.second:.0f} %"]
    mark = "†" if "checks/1" in harmless.judges else ""
    assert mark, "a judge of this row is one that nobody has measured"
    assert told[3] == f"{100 * (harmless.second - harmless.first):+.0f}".replace("-", "−") + mark
    assert told[6:] == [str(n) for n in (len(harmless.gained), len(harmless.lost), harmless.n, harmless.left_out)]


@pytest.mark.parametrize(("which", "outcomes"), [("gained", ["fail", "pass"]), ("lost", ["pass", "fail"])])
def test_gained_and_lost_open_both_answers(page: Page, which: str, outcomes: list[str]) -> None:
    row = page.locator('#pair-0-1 tbody[data-sort-name="All cases"]')
    press(page, row.locator(f'button[data-show="{which}"]'))
    assert title(page) == f"All cases: {NAMES[1]} against {NAMES[0]}"
    assert listed(page) == cases(page, "pair-0-1", "All cases", which) > 1
    for _ in range(3):
        answers = page.locator("#detail .answer")
        assert answers.locator("h4 span:nth-child(2)").all_text_contents() == NAMES[:2]
        assert answers.locator(".chip").all_text_contents() == outcomes
        page.keyboard.press("j")
    first = page.locator("#detail .answer").nth(0).bounding_box()
    second = page.locator("#detail .answer").nth(1).bounding_box()
    assert first["y"] == second["y"]
    assert first["x"] + first["width"] <= second["x"]


def test_both_answers_are_to_the_case_that_is_named(page: Page) -> None:
    press(page, page.locator('#pair-0-1 tbody[data-sort-name="All cases"] button').first)
    name = current(page)
    assert page.locator('#rows [aria-selected="true"] .row-case').text_content() == name
    hash_ = page.evaluate("location.hash")
    page.goto(page.url.split("#")[0] + hash_)
    opened(page)
    assert current(page) == name


def test_changes_can_be_sorted_by_what_was_lost(page: Page) -> None:
    page.locator('#compare [data-sort="change"]').click()
    rows = page.locator("#pair-0-1 tbody")
    changes = [float(str(row.get_attribute("data-sort-change"))) for row in rows.all()]
    assert changes == sorted(changes)
    page.locator('#compare [data-sort="policy"]').click()
    assert rows.first.get_attribute("data-sort-name") == "All cases"


def test_all_answers_to_a_case_stand_in_the_systems_order(page: Page) -> None:
    press(page, page.locator("nav .door"))
    page.locator("#beside").click()
    assert page.locator("#detail .answer h4 span:nth-child(2)").all_text_contents() == NAMES
    assert page.locator("#beside").get_attribute("aria-pressed") == "true"
