"""Text that is up to no good, in a real browser: it is shown, as text, and can do nothing and hide nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.measure.browsing import PHONE, Page, opened
from tests.measure.report_tools import FAMILY, LONG, OVERRIDE, TRICKS, ZERO_WIDTH

pytestmark = pytest.mark.slow


@pytest.fixture
def tricks(watched: Callable[..., Page], file: Path) -> Page:
    page = watched(file, "#figure=*&suite=tools&at=tools/tricks@0")
    opened(page)
    return page


def written(text: str) -> str:
    """As the page shows it."""
    for character in (OVERRIDE, ZERO_WIDTH, "\U000e0041"):
        text = text.replace(character, f"U+{ord(character):04X}")
    return text


@pytest.mark.parametrize("place", [".turn .said", ".reply"])
def test_a_hostile_text_is_shown_as_text(tricks: Page, place: str) -> None:
    assert tricks.locator(f"#detail {place}").text_content() == written(TRICKS)
    assert tricks.locator("#detail :is(script, img, b i)").count() == 0
    assert tricks.title() != "owned"


def test_what_turns_or_hides_text_is_written_out_and_joiners_stay(tricks: Page) -> None:
    controls = set(tricks.locator("#detail .reply .control").all_text_contents())
    assert controls == {"U+202E", "U+200B", "U+E0041"}
    assert FAMILY in str(tricks.locator("#detail .reply").text_content())


def test_a_line_without_end_is_broken(watched: Callable[..., Page], file: Path) -> None:
    page = watched(file, "#figure=*&suite=tools&at=tools/tricks@0", viewport=PHONE)
    page.locator("#detail .reply").wait_for()
    assert LONG in str(page.locator("#detail .reply").text_content())
    assert page.locator("#detail .reply").bounding_box()["width"] <= PHONE["width"]


def test_a_hostile_label_stays_a_label(tricks: Page) -> None:
    value = f"<i>label={OVERRIDE}value </script>"
    tricks.locator("#by-slice").select_option(value)
    assert tricks.locator("#count").text_content() == "1 of 1,323 transcripts"
    tricks.keyboard.press("Escape")
    tricks.locator("#slices select").select_option("label-<i>label")
    assert tricks.locator("#slices i").count() == 0
    tricks.locator("#slices table").filter(visible=True).locator("th button").click()
    opened(tricks)
    assert tricks.locator("#rows .row").count() == 1


def test_calls_results_and_decisions_can_be_read_in_turn(watched: Callable[..., Page], file: Path) -> None:
    page = watched(file, "#figure=*&suite=tools&at=tools/refund@0")
    opened(page)
    roles = page.locator("#detail .role").all_text_contents()
    assert roles == ["User", "Assistant", "refund returned", "refund returned"]
    calls = page.locator("#detail .call")
    assert "calls refund" in str(calls.nth(0).text_content())
    assert '"order": 7' in str(calls.nth(0).locator("pre").text_content())
    assert "<b>U+202E" in str(calls.nth(0).locator("pre").text_content())
    assert calls.nth(0).locator(".decision").text_content() == "Carried out. Rules: allowed (do-the-task): small sums"
    assert "arguments that are no JSON object" in str(calls.nth(1).text_content())
    decision = calls.nth(1).locator(".decision").text_content()
    assert decision == "Not carried out. Rules: a person is asked, who refused: over the limit"
    guards = page.locator("#detail .decision.guard").all_text_contents()
    assert guards == [
        "Guard sums a call (c2): a person asked, and nobody answered: large",
        "Guard tone (shadow: nothing came of it) the reply: stopped: curt; failed: late",
    ]
    assert "Guards let pass: 1" in page.locator("#detail p.small").all_text_contents()
    assert page.locator("#detail .turn.tool .said").all_text_contents() == ["paid back 12.50", "denied"]
    assert page.locator("#detail .reply").text_content() == "Order 7 is paid back. I cannot do the others."
    assert "Tools offered: refund Pays an order back." in page.locator("#detail p.small").all_text_contents()


def test_choices_show_which_is_right_and_which_the_model_holds_likeliest(
    watched: Callable[..., Page], file: Path
) -> None:
    page = watched(file, "#figure=*&suite=tools&at=tools/choice@0")
    opened(page)
    options = page.locator("#detail .choices li").all_text_contents()
    assert options == ["Paris · right · -3.3 nats", "Lyon · -1.5 nats, likeliest"]
