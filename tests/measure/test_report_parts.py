"""The slices' section: every label and value, shares and gaps as measured, few verdicts last and said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from meant.measure.report import parts
from meant.measure.report.parts import FEW, labelled
from meant.measure.report.parts_section import by_slice
from meant.measure.shares import passed, scored
from tests.measure.browsing import Page
from tests.measure.report_sample import BARE, OTHERS, PROMPTED, sample


def test_every_label_and_value_is_there_with_its_share() -> None:
    profiles, cells, _, _ = sample((BARE, PROMPTED), most=300)
    every = {(k, v) for c in cells[BARE.name] for k, v in c.case.slices.items()}
    labels = labelled(profiles, cells)
    assert {(part.label, part.value) for label in labels for part in label.parts} == every
    for label in labels:
        for part in label.parts:
            for name, found in zip(cells, part.findings, strict=True):
                mine = [c for c in cells[name] if c.case.slices.get(label.name) == part.value]
                assert found is not None
                assert (found.n, found.unscored) == (sum(map(scored, mine)), len(mine) - sum(map(scored, mine)))
                assert found.n == 0 or found.value == pytest.approx(sum(map(passed, mine)) / found.n)


def test_labels_that_most_cases_carry_come_first_and_few_verdicts_last() -> None:
    profiles, cells, _, _ = sample((BARE, PROMPTED), most=300)
    labels = labelled(profiles, cells)
    assert [label.cases for label in labels] == sorted((label.cases for label in labels), reverse=True)
    for label in labels:
        few = [part.few for part in label.parts]
        assert few == sorted(few)
        assert few == [min(f.n if f else 0 for f in part.findings) < FEW for part in label.parts]
    assert any(part.few for label in labels for part in label.parts)


def test_many_cases_with_few_verdicts_are_few() -> None:
    profiles, cells, _, _ = sample((BARE, PROMPTED), most=300)
    frequent = next(label for label in labelled(profiles, cells) if label.name == "topic").parts[0].value
    cells[BARE.name] = [
        c._replace(verdict=c.verdict.model_copy(update={"outcome": "unsure"}))
        if c.case.slices.get("topic") == frequent
        else c
        for c in cells[BARE.name]
    ]
    topic = next(label for label in labelled(profiles, cells) if label.name == "topic")
    values = [part.value for part in topic.parts]
    assert values.index(frequent) == [part.few for part in topic.parts].index(True) > 0


def test_a_label_with_very_many_values_shows_the_most_frequent_and_counts_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts, "MOST_VALUES", 3)
    profiles, cells, _, _ = sample((BARE,), most=300)
    (topic,) = [label for label in labelled(profiles, cells) if label.name == "topic"]
    assert len(topic.parts) == 3
    assert topic.more == len({c.case.slices.get("topic") for c in cells[BARE.name]} - {None}) - 3
    drawn = by_slice([topic], [BARE.name])
    assert drawn is not None
    assert f"{topic.more} more values, of fewer cases, are not shown." in drawn


def test_cases_without_labels_have_no_section() -> None:
    assert by_slice([], ["x"]) is None


def test_a_single_system_has_no_gap() -> None:
    profiles, cells, _, _ = sample((BARE,), most=60)
    drawn = by_slice(labelled(profiles, cells), [BARE.name])
    assert drawn is not None
    assert "Gap, points" not in drawn
    assert "The gap is" not in drawn
    assert 'data-sort="gap"' not in drawn


@pytest.mark.slow
def test_one_label_is_shown_and_the_picker_says_which(page: Page) -> None:
    shown = page.locator("#slices table").filter(visible=True)
    assert shown.count() == 1
    page.locator("#slices select").select_option("label-task")
    assert shown.count() == 1
    assert "task" in str(shown.locator("caption").text_content())


@pytest.mark.slow
@pytest.mark.parametrize("way", ["gap", "lowest", "n", "name"])
def test_rows_are_sorted_and_those_with_few_verdicts_stay_last(
    watched: Callable[..., Page], three: Path, way: str
) -> None:
    page = watched(three)
    page.locator("#slices select").select_option("label-topic")
    page.locator(f'#slices [data-sort="{way}"]').click()
    rows = page.locator("#label-topic tbody").evaluate_all(
        f"all => all.map(b => [b.dataset.sortLast, b.getAttribute('data-sort-{way}')])"
    )
    keys = [(last, key if way == "name" else float(key)) for last, key in rows]
    assert keys == sorted(keys)
    assert {last for last, _ in rows} == {"0", "1"}


def test_the_gap_names_who_is_ahead() -> None:
    profiles, cells, _, _ = sample((BARE, OTHERS[2]), most=400)
    drawn = by_slice(labelled(profiles, cells), [BARE.name, OTHERS[2].name])
    assert drawn is not None
    assert f"{OTHERS[2].name} ahead" in drawn
