"""The transcripts' filters and search, in a real browser: what is listed is what was asked for."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.measure.cell import Cell
from tests.measure.browsing import Page, current, focused, listed, opened, press, rows
from tests.measure.report_sample import BARE, PROMPTED, sample
from tests.measure.report_tools import with_choices, with_tools, with_tricks

pytestmark = pytest.mark.slow

SEVERITIES = ("critical", "high", "medium", "low")
FILTERS: dict[str, Callable[[Cell], str | None]] = {
    "suite": lambda cell: cell.case.suite,
    "principle": lambda cell: cell.case.principle,
    "expect": lambda cell: cell.case.expect,
    "behaviour": lambda cell: cell.verdict.behaviour,
    "outcome": lambda cell: "none" if cell.verdict.outcome in ("unsure", "error") else cell.verdict.outcome,
    "slice": lambda cell: f"harm={cell.case.slices['harm']}" if "harm" in cell.case.slices else None,
}


@pytest.fixture(scope="module")
def cells() -> list[Cell]:
    """What the page holds."""
    _, by_system, _, _ = sample((BARE, PROMPTED), most=660)
    return [*by_system[BARE.name], with_tools(BARE), with_choices(BARE), with_tricks(BARE), *by_system[PROMPTED.name]]


@pytest.fixture
def browsing(page: Page) -> Page:
    """All transcripts, open."""
    press(page, page.locator("nav .door"))
    return page


def search(page: Page, words: str) -> int:
    """Type, and give how many are listed then."""
    page.locator("#q").fill(words)
    page.locator("#count", has_text=" hit" if words else "").wait_for()
    page.wait_for_timeout(150)
    return listed(page)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_leaves_what_has_the_value_and_says_how_many(browsing: Page, cells: list[Cell], name: str) -> None:
    counts = Counter(value for cell in cells if (value := FILTERS[name](cell)))
    for value, count in counts.most_common(3):
        browsing.locator(f"#by-{name}").select_option(value)
        assert listed(browsing) == count, value
        chosen = browsing.locator(f"#by-{name} option:checked").text_content()
        assert str(chosen).endswith(f"({count})")


def test_filters_hold_together_and_are_taken_away_at_once(browsing: Page, cells: list[Cell]) -> None:
    browsing.locator("#by-system").select_option("1")
    browsing.locator("#by-outcome").select_option("fail")
    browsing.locator("#by-suite").select_option("refusal")
    mine = [c for c in cells if (c.transcript.system, c.case.suite) == (PROMPTED.name, "refusal")]
    assert listed(browsing) == sum(c.verdict.outcome == "fail" for c in mine)
    assert str(browsing.locator("#filters-set").text_content()) == " (3 set)"
    passes = browsing.locator('#by-outcome option[value="pass"]').text_content()
    assert passes == f"pass ({sum(c.verdict.outcome == 'pass' for c in mine)})"
    browsing.locator("#clear").click()
    assert listed(browsing) == len(cells)
    assert not browsing.locator("#clear").is_visible()


def test_a_value_that_would_leave_nothing_cannot_be_chosen(browsing: Page) -> None:
    browsing.locator("#by-suite").select_option("refusal")
    assert browsing.locator('#by-expect option[value="answer"]').is_disabled()
    assert not browsing.locator('#by-expect option[value="refuse"]').is_disabled()


def test_the_worst_come_first_when_asked_for(browsing: Page, cells: list[Cell]) -> None:
    _, _, policy, _ = sample((BARE,), most=1)
    severity = {p.id: p.severity for p in policy.principles}
    browsing.locator("#sort").select_option("worst")
    failed = Counter(severity.get(c.case.principle) for c in cells if c.verdict.outcome == "fail")
    assert failed["critical"] > 10
    browsing.locator("#list").focus()
    seen = []
    for _ in range(5):
        seen.append(str(browsing.locator("#detail .say").text_content()))
        browsing.keyboard.press("j")
    assert all("(critical)" in said for said in seen)
    assert set(browsing.locator("#rows .chip").all_text_contents()) == {"fail"}


def test_the_search_finds_words_in_prompts_replies_and_reasons(browsing: Page, cells: list[Cell]) -> None:
    said = [
        "\n".join([f"{c.case.suite}/{c.case.name}", *(t.text for t in c.transcript.turns), c.verdict.why]).lower()
        for c in cells
    ]
    for words in ("cannot assist", "EMERGENCY", "step", "refusal/", "as planned"):
        assert search(browsing, words) == sum(all(w in text for w in words.lower().split()) for text in said), words


def test_a_phrase_in_quotes_is_found_as_it_stands(browsing: Page) -> None:
    assert search(browsing, '"this request"') > 0
    assert search(browsing, '"request this"') == 0
    assert search(browsing, "request this") > 0


def test_hits_are_marked_and_counted_in_any_case(browsing: Page, cells: list[Cell]) -> None:
    search(browsing, "STEP")
    said = str(browsing.locator("#count").text_content())
    hits = int(said.split(", ")[1].split(maxsplit=1)[0].replace(",", ""))
    texts = ("\n".join([c.case.name, *(t.text for t in c.transcript.turns), c.verdict.why]) for c in cells)
    assert hits == sum(text.lower().count("step") for text in texts) > listed(browsing)
    assert {h.lower() for h in browsing.locator("mark.hit").all_text_contents()} == {"step"}
    assert browsing.locator("#detail mark.hit").count() > 0
    assert rows(browsing).first.locator("mark.hit").count() > 0


def test_no_text_is_too_strange_to_search_for(browsing: Page, cells: list[Cell]) -> None:
    texts = ["\n".join([c.case.name, *(t.text for t in c.transcript.turns)]).lower() for c in cells]
    for words in ("(", "a|b", "[", "\\", "*", "^$", "{1,2}", "\U0001f600", "</script>", "İ", "."):
        assert (search(browsing, words) > 0) == any(words.lower() in text for text in texts), words


def test_nothing_found_is_said(browsing: Page) -> None:
    assert search(browsing, "no such words anywhere") == 0
    assert browsing.locator("#none").is_visible()
    assert browsing.locator("#detail").text_content() == ""
    browsing.locator("#q").fill("")
    rows(browsing).first.wait_for()


def test_a_slice_opens_from_its_table(page: Page, cells: list[Cell]) -> None:
    page.locator("#slices select").select_option("label-harm")
    row = page.locator('#label-harm tbody[data-sort-name="weapons"]')
    press(page, row.locator("th button"))
    mine = [c for c in cells if c.case.slices.get("harm") == "weapons"]
    assert listed(page) == len(mine)
    page.keyboard.press("Escape")
    press(page, row.locator("td.share button").first)
    assert listed(page) == sum(c.transcript.system == BARE.name and c.verdict.outcome == "fail" for c in mine)


def test_the_doors_of_the_summary_lead_to_the_failures(page: Page, cells: list[Cell]) -> None:
    for door in page.locator(".doors .door").all():
        promised = int("".join(filter(str.isdigit, str(door.text_content()))))
        press(page, door)
        assert listed(page) == promised
        page.keyboard.press("Escape")
    assert page.locator(".doors .door").count() == 3
    assert len(cells) in [
        int("".join(filter(str.isdigit, str(text)))) for text in page.locator(".doors .door").all_text_contents()
    ]


def test_six_systems_on_all_cases_are_searched_in_time_to_type(watched: Callable[..., Page], many: Path) -> None:
    """Not timed here: that every keystroke is answered at all, with thousands of cells behind it."""
    page = watched(many)
    press(page, page.locator("nav .door"))
    page.locator("#q").press_sequentially("gather what you need", delay=10)
    page.locator("#count", has_text="hits").wait_for()
    assert 0 < listed(page) < 6000
    assert focused(page) == "q"
    assert current(page)


def test_a_choice_a_call_and_a_decision_can_be_found(browsing: Page) -> None:
    assert search(browsing, '"over the limit"') == 1
    assert current(browsing) == "tools/refund"


def test_the_window_opens_on_what_the_address_says(watched: Callable[..., Any], file: Path) -> None:
    page = watched(file, "#figure=*&suite=tools&expect=choice")
    opened(page, "Transcripts")
    assert listed(page) == 1
