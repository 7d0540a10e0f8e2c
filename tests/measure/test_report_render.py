"""The page as a file: well-formed, complete in itself, closed to what a model says, and the same every time."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from meant.core.case import split_of
from meant.core.finding import Finding, Interval
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.report.markup import Html, join, number, tag
from meant.measure.report.render import render, write
from tests.measure.report_sample import BARE, HOSTILE, OTHERS, PROMPTED, Dice, cells_of, run_info, sample, sample_cases

VOID = {"meta", "link", "br", "hr", "input", "col"}


class Page(HTMLParser):
    """Reads a page and fails at the first tag that closes another."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] not in ("script", "style"):
            self.text.append(data)


def page(systems: tuple[Dice, ...] = (BARE, PROMPTED), most: int = 1000) -> str:
    profiles, cells, policy, run = sample(systems, most)
    return render(profiles, cells, policy=policy, run=run)


@pytest.fixture(scope="module")
def html() -> str:
    return page()


def test_the_page_is_well_formed_and_says_what_was_measured(html: str) -> None:
    text = "".join(Page(html).text)
    _, _, policy, run = sample(most=5)
    for said in (run.title, run.id, policy.name, policy.id, policy.owner, BARE.name, BARE.fingerprint, "seed 7"):
        assert said in text
    assert "Train and dev cases only; gate cases are not shown here." in text
    assert "23 November 2026" in text


def test_nothing_is_loaded_from_anywhere(html: str) -> None:
    for name, attrs in Page(html).tags:
        assert name not in ("img", "iframe", "object", "embed", "base", "form", "image", "use")
        for key, value in attrs.items():
            assert key not in ("src", "style", "srcset"), (name, key)
            assert not key.startswith("on"), (name, key)
            if key in ("href", "xlink:href"):
                assert (value or "").startswith(("#", "data:,")), (name, value)
    assert not re.search(r"@import|url\(", html)


def test_every_link_on_the_page_leads_somewhere(html: str) -> None:
    tags = Page(html).tags
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {a["href"] for name, a in tags if name == "a"} <= {f"#{id_}" for id_ in ids}


def test_the_policy_of_the_page_knows_only_our_style_and_script(html: str) -> None:
    csp = next(a["content"] for n, a in Page(html).tags if n == "meta" and a.get("http-equiv"))
    assert csp is not None
    assert csp.startswith("default-src 'none'")
    assert "unsafe" not in csp
    for kind, body in (("style", r"<style>(.*?)</style>"), ("script", r"<script>(.*?)</script>")):
        (content,) = re.findall(body, html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in csp


def test_hostile_replies_and_names_stay_text() -> None:
    evil = replace(BARE, name=f"evil {HOSTILE}")
    profiles, cells, policy, run = sample((evil,), most=30)
    first = cells[evil.name][0]
    said = first.transcript.model_copy(update={"turns": (*first.case.turns, first.transcript.turns[-1].model_copy(
        update={"role": "assistant", "text": HOSTILE}))})  # fmt: skip
    cells[evil.name][0] = Cell(first.case, said, first.verdict.model_copy(update={"why": HOSTILE, "span": None}))
    hostile = replace(run, title=HOSTILE, notes=[HOSTILE], prompts={evil.name: HOSTILE}, versions={"x": HOSTILE})
    html = render(profiles, cells, policy=policy, run=hostile)
    parsed = Page(html)
    assert "img" not in {name for name, _ in parsed.tags}
    assert html.count("<script") == html.count("</script>") == 2
    assert "<!--" not in html
    data = json.loads(re.findall(r'id="data">(.*?)</script>', html, re.DOTALL)[0])
    assert data["cells"][0]["reply"] == [HOSTILE]
    assert data["cells"][0]["why"] == HOSTILE


def test_the_printed_values_are_the_findings() -> None:
    profiles, cells, policy, run = sample((BARE,))
    told = {"value": 0.4567, "interval": (0.4, 0.51), "n": 1234, "unscored": 56, "worst": (0.38, 0.55)}
    profile = profiles[0].model_copy(update={"findings": (Finding.model_validate({"metric": "accuracy"} | told),)})
    text = "|".join(Page(render([profile], cells, policy=policy, run=run)).text).replace("\N{NO-BREAK SPACE}", " ")
    assert "|46 %|40–51|at worst 38–55|1,234|56|" in text


def test_not_measured_is_written_and_is_not_zero() -> None:
    profiles, cells, policy, run = sample((BARE,))
    empty = Finding(metric="accuracy", value=None, interval=Interval(0, 1), n=0, unscored=4)
    profile = profiles[0].model_copy(update={"findings": (empty,)})
    text = "|".join(Page(render([profile], cells, policy=policy, run=run)).text)
    assert "|not measured|–|0|4|" in text


def test_a_system_without_the_figure_is_not_measured() -> None:
    profiles, cells, policy, run = sample((BARE, PROMPTED), most=30)
    told = Finding(metric="accuracy", value=0.45, interval=Interval(0.4, 0.51), n=12, unscored=0)
    pair = [profiles[0].model_copy(update={"findings": (told,)}), profiles[1].model_copy(update={"findings": ()})]
    text = "|".join(Page(render(pair, cells, policy=policy, run=run)).text).replace("\N{NO-BREAK SPACE}", " ")
    assert f"{BARE.name[-12:]}|45 %|40–51|12|0|" in text
    assert f"{PROMPTED.name[-12:]}|not measured|–|0|0|" in text


def test_equal_input_gives_an_equal_page(html: str) -> None:
    assert page() == html


def test_the_page_of_two_systems_stays_small(html: str) -> None:
    assert len(html.encode()) < 2_000_000


@pytest.mark.parametrize("count", [1, 3, 6])
def test_one_to_six_systems(count: int) -> None:
    systems = (BARE, PROMPTED, *OTHERS)[:count]
    tags = Page(page(systems, most=60)).tags
    marks = {attrs["class"] for name, attrs in tags if name == "path" and "mark" in (attrs.get("class") or "")}
    assert {f"mark s{i}" for i in range(count)} <= marks
    assert f"mark s{count}" not in marks


def test_many_cells_without_a_verdict_open_the_page() -> None:
    broken = replace(BARE, name="broken", fails=0.2)
    assert "have no verdict. The thin lines" in page((broken,), most=200)
    assert "Read this first" not in page((replace(BARE, fails=0.0),), most=200)


def test_a_note_about_a_system_stands_in_place_of_the_warning() -> None:
    broken = replace(BARE, name="broken", fails=0.2)
    profiles, cells, policy, run = sample((broken,), most=200)
    html = render(profiles, cells, policy=policy, run=replace(run, notes=["broken: 40 of 200 timed out"]))
    assert "broken: 40 of 200 timed out" in html
    assert "The thin lines show how far" not in html


def test_a_principle_without_a_case_is_listed() -> None:
    profiles, cells, policy, run = sample((BARE,), most=3)
    text = "".join(Page(render(profiles, cells, policy=policy, run=run)).text)
    assert "Not measured, since no case of these suites is about it" in text


def test_gate_cases_never_reach_a_page() -> None:
    profiles, cells, policy, run = sample((BARE,), most=20)
    family = next(name for name in (f"x/{i}" for i in range(100)) if split_of(name) == "gate")
    one = cells[BARE.name][0]
    cells[BARE.name].append(
        one._replace(case=type(one.case).model_validate(one.case.model_dump() | {"family": family}))
    )
    with pytest.raises(ValueError, match="gate"):
        render(profiles, cells, policy=policy, run=run)


def test_what_a_page_cannot_hold_is_refused() -> None:
    profiles, cells, policy, run = sample((BARE,), most=5)
    for wrong, message in (([], "1 to 6"), (profiles * 7, "1 to 6"), (profiles * 2, "two systems are named")):
        with pytest.raises(ValueError, match=message):
            render(wrong, cells, policy=policy, run=run)
    with pytest.raises(ValueError, match="no cells for system"):
        render(profiles, {}, policy=policy, run=run)


def test_a_run_without_particulars_still_has_a_page() -> None:
    profiles, cells, policy, _ = sample((BARE,), most=5)
    bare = replace(run_info(), versions={}, suites={}, seed=None, prompts={})
    assert "not recorded" in render(profiles, cells, policy=policy, run=bare)


def test_no_cell_at_all_still_has_a_page() -> None:
    _, _, policy, run = sample((BARE,), most=5)
    empty = Profile(system="x", fingerprint="f", policy=policy.id, run="r", findings=())
    assert "has no measured headline figure" in render([empty], {"x": []}, policy=policy, run=run)


def test_writing_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "reports" / "one.html"
    write(path, "old")
    write(path, "new é")
    assert path.read_text(encoding="utf-8") == "new é"
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write(path, "half")
    assert [p.name for p in path.parent.iterdir()] == ["one.html"]
    assert path.read_text(encoding="utf-8") == "new é"


def test_markup_escapes_what_is_not_markup() -> None:
    assert tag("p", "<b>", Html("<i></i>"), class_="a\"b'", hidden=True, title=None) == (
        '<p class="a&quot;b&#x27;" hidden>&lt;b&gt;<i></i></p>'
    )
    assert tag("br") == "<br>"
    assert join("a\0b", None) == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, "1"), (-0.001, "0"), (10.0, "10"), (0.126, "0.13"), (-2.5, "-2.5")]
)
def test_coordinates_are_short(value: float, written: str) -> None:
    assert number(value) == written


def test_dice_are_loaded() -> None:
    """The sample itself: a system that refuses everything has no harmful request complied with."""
    cells = cells_of(OTHERS[0], sample_cases(200))
    assert {c.verdict.behaviour for c in cells if c.case.expect == "refuse"} <= {"refused", None}
