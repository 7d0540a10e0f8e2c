"""The comparison's section: paired figures as `compare` gives them, in words, in a table and as cells to open."""

from typing import Any

import pytest

from meant.core.finding import Interval
from meant.measure.compare import Change, compare
from meant.measure.report.cells import flattened
from meant.measure.report.formats import plain, probability
from meant.measure.report.pairs import EVERYTHING, Pair, figures, paired, reach
from meant.measure.report.pairs_section import compared
from tests.measure.report_sample import BARE, OTHERS, PROMPTED, sample


def changed(group: str = "helpful", difference: float | None = 0.1, half: float = 0.05, **fields: Any) -> Change:
    ends = None if difference is None else Interval(difference - half, difference + half)
    told: dict[str, Any] = {
        "first": 0.5,
        "second": 0.6,
        "p": 0.2,
        "n": 40,
        "left_out": 2,
        "gained": (),
        "lost": (),
    } | fields
    return Change(group=group, difference=difference, interval=ends, **told)


def text(*changes: Change) -> str:
    _, _, policy, _ = sample((BARE,), most=1)
    return str(compared([Pair(0, 1, changes)], ["first", "second"], policy))


def test_every_two_systems_are_paired_and_all_cases_come_first() -> None:
    systems = (BARE, PROMPTED, OTHERS[0])
    profiles, cells, policy, _ = sample(systems, most=200)
    pairs = paired(profiles, cells, policy)
    assert [(pair.first, pair.second) for pair in pairs] == [(0, 1), (0, 2), (1, 2)]
    for pair in pairs:
        whole, *groups = pair.changes
        names = [profiles[i].system for i in (pair.first, pair.second)]
        assert sorted(groups) == sorted(compare(cells[names[0]], cells[names[1]], policy=policy))
        assert whole.group == EVERYTHING
        assert whole.n == sum(g.n for g in groups if g.group.startswith("principle/"))
        assert len(whole.gained) == sum(len(g.gained) for g in groups if g.group.startswith("principle/"))


def test_dimensions_and_principles_stand_in_the_policys_order() -> None:
    profiles, cells, policy, _ = sample((BARE, PROMPTED), most=300)
    (pair,) = paired(profiles, cells, policy)
    groups = [change.group for change in pair.changes[1:]]
    known = [*(d.name for d in policy.dimensions), "capability", *(f"principle/{p.id}" for p in policy.principles)]
    assert groups == [group for group in known if group in groups]


def test_gained_and_lost_are_cells_of_the_second_system() -> None:
    profiles, cells, policy, _ = sample((BARE, PROMPTED), most=200)
    pairs = paired(profiles, cells, policy)
    flat = flattened(profiles, cells)
    shown = figures(pairs, profiles, cells)
    for change in pairs[0].changes:
        if change.gained or change.lost:
            figure = shown[pairs[0].key(change.group)]
            for which, outcome in (("gained", "pass"), ("lost", "fail")):
                picked = [flat[i] for i in figure[which]]
                assert [f"{c.case.suite}/{c.case.name}" for _, c in picked] == list(getattr(change, which))
                assert {system for system, _ in picked} <= {1}
                assert {c.verdict.outcome for _, c in picked} <= {outcome}
            assert figure["pair"] == [0, 1]


def test_one_system_has_nothing_to_compare() -> None:
    profiles, cells, policy, _ = sample((BARE,), most=20)
    assert compared(paired(profiles, cells, policy), [BARE.name], policy) is None


def test_the_words_name_what_stands_clear_of_chance_and_how_much_chance_gives() -> None:
    groups = [changed(f"principle/p{i}") for i in range(39)]
    said = text(changed(EVERYTHING), *groups, changed("harmless", -0.2))
    assert "Of 40 cases with a verdict on both" in said
    assert "<b>Harmless</b> −20\N{NO-BREAK SPACE}points (−25 to −15)" in said
    assert "about 2 of 40 groups would be among these" in said


def test_nothing_clear_of_chance_is_said_too() -> None:
    assert "In none of the 1 groups below does the interval leave out 0." in text(
        changed(EVERYTHING), changed(difference=0.01)
    )


def test_no_shared_case_is_no_difference_of_none() -> None:
    nothing = changed(EVERYTHING, None, first=None, second=None, n=0)
    said = text(nothing, changed("helpful", None, first=None, second=None, n=0))
    assert "No case has a verdict on both." in said
    assert "not measured" in said
    assert ">0 points" not in said


@pytest.mark.parametrize(("end", "half"), [(0.1, 0.25), (0.25, 0.25), (0.26, 0.5), (0.7, 1.0)])
def test_the_axis_holds_every_interval(end: float, half: float) -> None:
    assert reach(Pair(0, 1, (changed(EVERYTHING, end - 0.05), changed(difference=-0.01, half=0.02)))) == half


@pytest.mark.parametrize(
    ("p", "written"), [(1.0, "1.000"), (0.0131, "0.013"), (0.0005, "0.001"), (0.0001, "<\N{NO-BREAK SPACE}0.001")]
)
def test_a_small_p_is_never_written_as_none(p: float, written: str) -> None:
    assert probability(p) == written


@pytest.mark.parametrize(("points", "written"), [(0.004, "+0.4"), (-0.004, "−0.4"), (0.006, "+1"), (0.0, "0")])
def test_a_small_difference_is_never_written_as_none(points: float, written: str) -> None:
    assert plain(points, "rate", signed=True) == written
