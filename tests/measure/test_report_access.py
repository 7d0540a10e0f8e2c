"""The page for everyone: landmarks, names, contrast as drawn, both modes, small windows, paper, no motion."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.measure.browsing import PHONE, WIDE, Page, figure, press, with_evidence

pytestmark = pytest.mark.slow

POOR = """
(least => {
  const light = (c) => { const f = c.map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
  const parse = (s) => { const p = (s.match(/rgba?\\(([^)]+)\\)/) || [, ""])[1].split(/[ ,/]+/).map(Number); return p.length < 3 ? null : [p[0], p[1], p[2], p[3] ?? 1]; };
  const up = (e) => { const all = []; for (let n = e; n; n = n.parentElement) all.push(n); return all; };
  const ground = (e) => (up(e).map((n) => parse(getComputedStyle(n).backgroundColor)).find((c) => c && c[3] === 1) || [255, 255, 255]).slice(0, 3);
  const found = [], walker = document.createTreeWalker(document.querySelector("dialog[open]") || document.body, NodeFilter.SHOW_TEXT);
  let read = 0;
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const e = text.parentElement;
    if (!text.data.trim() || !e.getClientRects().length || e.closest("script, style, option, .unseen, .skip, noscript")) continue;
    const style = getComputedStyle(e), colour = parse(e.closest("svg") ? style.fill : style.color), behind = ground(e);
    const opacity = up(e).reduce((o, n) => o * Number(getComputedStyle(n).opacity), colour[3]);
    const drawn = colour.slice(0, 3).map((v, i) => v * opacity + behind[i] * (1 - opacity));
    const [low, high] = [light(drawn), light(behind)].sort((a, b) => a - b);
    read += 1;
    if ((high + .05) / (low + .05) < least) found.push(`${e.className.baseVal ?? e.className}: ${text.data.trim().slice(0, 30)}`);
  }
  return { found, read };
})
"""


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("hash_", ["", "#figure=*&q=step&outcome=fail", "#figure=*&suite=tools"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_all_text_stands_out(watched: Callable[..., Page], file: Path, mode: str, hash_: str, size: Any) -> None:
    page = watched(file, hash_, color_scheme=mode, viewport=size)
    said = page.evaluate(f"({POOR})(4.5)")
    assert said["found"] == []
    assert said["read"] > 20
    assert page.evaluate(f"({POOR})(20)")["found"], "the measure itself tells texts apart"


def test_the_modes_differ(watched: Callable[..., Page], file: Path) -> None:
    grounds = {
        watched(file, color_scheme=mode).evaluate("getComputedStyle(document.body).backgroundColor")
        for mode in ("light", "dark")
    }
    assert len(grounds) == 2


@pytest.mark.parametrize("width", [360, 390, 820, 1280])
@pytest.mark.parametrize("hash_", ["", "#figure=*", "#figure=*&suite=tools&at=tools/tricks@0"])
def test_nothing_is_wider_than_the_window(watched: Callable[..., Page], file: Path, width: int, hash_: str) -> None:
    page = watched(file, hash_, viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    inside = "[...document.querySelectorAll('#drawer, #list, #detail')].map(e => e.scrollWidth - e.clientWidth)"
    assert max(page.evaluate(inside)) <= 1


@pytest.mark.parametrize("width", [390, 900, 1440])
def test_six_systems_fit_too(watched: Callable[..., Page], many: Path, width: int) -> None:
    page = watched(many, viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_has_landmarks_and_one_first_heading(page: Page) -> None:
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(landmark).count() == 1, landmark
    assert page.locator("h1").count() == 1
    sections = page.locator("main > section")
    names = sections.evaluate_all(
        "all => all.map(s => document.getElementById(s.getAttribute('aria-labelledby')).textContent)"
    )
    assert len(names) == len(set(names)) == sections.count() > 8
    levels = page.locator("main :is(h1, h2, h3), header h1").evaluate_all("all => all.map(h => Number(h.localName[1]))")
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_control_has_a_name(page: Page) -> None:
    press(page, figure(page, "over_refusal"))
    unnamed = """all => all.filter(e => !(e.getAttribute('aria-label') || e.textContent.trim() || (e.labels && e.labels.length)
        || e.getAttribute('aria-labelledby'))).map(e => e.outerHTML)"""
    controls = page.locator("button, select, input, a, [role=button], [role=listbox], dialog")
    assert controls.evaluate_all(unnamed) == []
    assert page.get_by_role("dialog", name="Benign refused").count() == 1
    assert page.get_by_role("listbox", name="Transcripts").count() == 1
    assert page.get_by_role("search").count() == 1


def test_every_table_has_heads_with_a_scope(page: Page) -> None:
    assert page.locator("th:not([scope])").count() == 0
    headless = "all => all.filter(t => !t.querySelector('th[scope=col]') || !t.querySelector('tbody th')).length"
    assert page.locator("table").evaluate_all(headless) == 0
    assert page.locator("table:not(:has(caption))").count() == 0


def test_no_colour_speaks_alone(page: Page) -> None:
    """Outcomes are words, systems are shapes and names, evidence is underlined and small samples say so."""
    press(page, figure(page, "over_refusal"))
    assert page.locator("#rows .chip").first.text_content() == "fail"
    assert "underline" in with_evidence(page).evaluate("m => getComputedStyle(m).textDecorationLine")
    page.keyboard.press("Escape")
    few = page.locator("#slices tbody.few th").first.text_content()
    assert "under 10 verdicts" in str(few)


def test_who_wants_no_motion_gets_none(watched: Callable[..., Page], file: Path) -> None:
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    assert watched(file).evaluate(behaviour) == "auto"
    assert watched(file, reduced_motion="no-preference").evaluate(behaviour) == "smooth"


def test_on_paper_stand_all_figures_and_no_controls(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator("#slices table").last.is_visible()
    for gone in ("nav", ".sorting", ".picker", ".doors", ".skip", "dialog"):
        assert not page.locator(gone).filter(visible=True).count(), gone
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper


def test_the_first_tab_leads_past_the_links(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("a => a === document.activeElement")
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    page.wait_for_timeout(50)
    assert page.evaluate("location.hash") == "#content"
    assert not page.locator("#drawer").is_visible()
