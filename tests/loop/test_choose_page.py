"""The page of a choice: complete, without script, and safe whatever a system is called."""

import random
import re

import pytest

from meant.choose.choice import Rules, choose
from meant.core.record import RunRecord, SystemRecord
from meant.files.policy import load_policy
from meant.loop.choose import Chosen, Wish, choose_between
from meant.loop.choosing.figures import axis_rows, planes
from meant.loop.choosing.page import page
from meant.loop.measured import Measured
from meant.measure.profile import profile_of
from tests.measure.report_sample import AT, BARE, PROMPTED, Dice, cells_of, sample_cases

HOSTILE = Dice("<script>alert(1)</script>", 0.9, 0.1, 0.8)


@pytest.fixture(scope="module")
def chosen() -> Chosen:
    dice, cases, policy = (BARE, PROMPTED, HOSTILE), sample_cases(150), load_policy()
    random.Random(1).shuffle(cases)
    cells = {one.name: cells_of(one, cases) for one in dice}
    records = tuple(SystemRecord(name=one.name, spec=one.name, fingerprint=one.fingerprint) for one in dice)
    record = RunRecord(
        id="r", at=AT, policy=policy, systems=records, suites={}, seed=0, repeats=1, versions={},
    )  # fmt: skip
    profiles = {one.name: profile_of(cells[one.name], system=one, policy=policy, run="r") for one in dice}
    return choose_between(Measured(record, profiles, cells), Wish(draws=200, base=BARE.name))


def test_it_is_one_file_that_runs_nothing_and_asks_nobody(chosen: Chosen) -> None:
    html = page(chosen)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "default-src 'none'" in html
    assert not re.findall(r'(?:src|href)="(?!#|data:)', html)
    assert not re.findall(r"\sstyle=|\son\w+=", html)


def test_every_section_is_linked_and_every_axis_shown(chosen: Chosen) -> None:
    html = page(chosen)
    sections = re.findall(r'<section id="([a-z]+)"', html)
    assert sections == ["ranking", "front", "weights", "tax", "figures", "principles", "reading"]
    assert re.findall(r'<a href="#([a-z]+)">', html) == sections
    for title in ("Helpful", "Honest", "Harmless", "Benign refused", "Solved", "Latency"):
        assert f'<span class="title">{title}</span>' in html


def test_a_plane_has_a_mark_and_a_name_for_each_system(chosen: Chosen) -> None:
    drawn = re.findall(r'<svg class="plane".*?</svg>', page(chosen))
    assert len(drawn) == len(planes(chosen)) >= 3
    assert all(len(re.findall(r'class="spot"', one)) == 3 for one in drawn)


def test_figures_are_those_of_the_sheets(chosen: Chosen) -> None:
    row = next(row for row in axis_rows(chosen) if row.axis.name == "helpful")
    sheet = next(sheet for sheet in chosen.sheets.sheets if sheet.axis.name == "helpful")
    for at, finding in enumerate(row.findings):
        known = [value for value in sheet.values[at] if value is not None]
        assert finding is not None
        assert [finding.value, finding.n] == pytest.approx([sum(known) / len(known), len(known)])
        assert finding.unscored == len(sheet.families) - len(known)


def test_equal_choices_give_equal_pages(chosen: Chosen) -> None:
    again = choose(chosen.sheets, Rules(alpha=0.05, margin=0.05, draws=200))
    assert page(chosen._replace(choice=again)) == page(chosen._replace(choice=again))
    assert again.decision == chosen.choice.decision
