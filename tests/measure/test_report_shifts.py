"""The report's section of shifts, and that no other figure of the page opens a shifted transcript."""

from functools import cache
from typing import Any

from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.transcript import Transcript
from meant.measure.cell import Cell
from meant.measure.profile import profile_of
from meant.measure.report import behind
from meant.measure.report.cells import flattened
from meant.measure.report.render import render
from meant.measure.report.view import build
from meant.measure.shift.derive import derive
from meant.measure.shift.figures import METRICS
from meant.measure.shift.spec import shifts_of
from tests.measure.report_sample import BARE, PROMPTED, Dice, cells_of, run_info, sample, sample_cases


def with_shifts(dice: Dice) -> list[Cell]:
    """The same dice roll otherwise on shifted cases, so that there are gaps."""
    cases = sample_cases(300)
    off = derive(cases, shifts_of(["typos", "casing", "role"]), limit=60, seed=0).cases
    other = Dice(f"{dice.name} off", 0.6, 0.4, 0.2, 0.05)
    named = {"system": dice.name}
    shifted = [
        c._replace(transcript=Transcript.model_validate(c.transcript.model_dump() | named))
        for c in cells_of(other, off)
    ]
    shifted = [
        c._replace(verdict=c.verdict.model_validate(c.verdict.model_dump() | {"transcript": c.transcript.id}))
        for c in shifted
    ]
    return [*cells_of(dice, cases), *shifted]


@cache
def shown() -> tuple[list[Profile], dict[str, list[Cell]], Policy]:
    policy = sample((BARE,), 10)[2]
    cells = {dice.name: with_shifts(dice) for dice in (BARE, PROMPTED)}
    profiles = [profile_of(cells[d.name], system=d, policy=policy, run="r") for d in (BARE, PROMPTED)]
    return profiles, cells, policy


@cache
def figures() -> dict[str, Any]:
    profiles, cells, policy = shown()
    every = [cell for _, cell in flattened(profiles, cells)]
    return behind.figures(build(profiles, policy).rows, every, policy, [p.system for p in profiles])


def flat() -> list[Cell]:
    return [cell for mine in shown()[1].values() for cell in mine]


def test_a_shifts_figures_have_a_block_of_their_own() -> None:
    profiles, _, policy = shown()
    blocks = {b.id: {row.metric for t in b.tables for row in t.rows} for b in build(profiles, policy).blocks}
    assert blocks.pop("shifts") == set(METRICS)
    assert not set(METRICS) & set().union(*blocks.values())
    assert "other" not in blocks


def test_no_other_figure_opens_a_shifted_transcript() -> None:
    cells = flat()
    for key, figure in figures().items():
        if key.partition("|")[0] not in METRICS:
            assert not any(cells[i].case.shift for i in figure["all"]), key


def test_behind_a_shifts_figures_stand_the_cells_that_they_count() -> None:
    profiles, _, policy = shown()
    cells = flat()
    for row in build(profiles, policy).rows:
        if row.metric in METRICS and "shift" in row.part:
            behind = [cells[i] for i in figures()[row.key]["all"]]
            counted = sum(f.n + f.unscored for f in row.findings if f)
            off = [c for c in behind if c.case.shift]
            expected = {"shifted": (counted, 0), "unshifted": (0, counted), "shift_gap": (counted, counted)}
            assert (len(off), len(behind) - len(off)) == expected[row.metric], row.key
            assert {c.case.shift for c in off} <= {row.part["shift"]}


def test_twins_and_their_page_are_those_of_the_suite() -> None:
    """A shifted twin has the family and the side of its original, and must not stand in its place."""
    twins = [flat()[i] for i in figures()["pairs_right"]["all"]]
    assert len(twins) == sum(2 * (f.n + f.unscored) for p in shown()[0] for f in [p.find("pairs_right")])
    assert not any(c.case.shift for c in twins)


def test_the_page_shows_in_and_off_side_by_side() -> None:
    profiles, cells, policy = shown()
    page = render(profiles, cells, policy=policy, run=run_info())
    section = page[page.index('<section id="shifts"' if '<section id="shifts"' in page else 'id="shifts"') :]
    section = section[: section.index("</section>")]
    assert section.count('rowspan="3"') == len({tuple(f.slice.items()) for f in profiles[0].findings
                                                if f.metric == "shifted"})  # fmt: skip
    assert "typos, benign, refused" in section
    assert 'data-row="shift_gap|shift=typos"' in section
    shifted = len({c.case.name for c in cells[BARE.name] if c.case.shift})
    assert f"on 300 cases and {shifted} shifted cases of" in page


def test_without_shifts_the_page_has_no_such_section() -> None:
    profiles, cells, policy, run = sample((BARE,), 50)
    page = render(profiles, cells, policy=policy, run=run)
    assert "Off the distribution" not in page
    assert "shifted" not in page[: page.index('type="application/json"')]
