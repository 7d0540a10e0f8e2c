"""The figures of a card against arithmetic written here, and its intervals where replies come in families."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.core.finding import Finding
from meant.core.labelled import LabelledReply
from meant.core.record import JudgeRecord
from meant.measure.calibrating.agreement import agreement, by_slice, raters
from meant.measure.calibrating.card import Seen, card_of
from meant.measure.calibrating.rated import OUTCOMES, Rated, Side, sort, tallies
from meant.measure.calibrating.told import sentences
from meant.stats.agreement import cohen_kappa, krippendorff_alpha
from tests.conftest import NOON
from tests.measure.rated import labelled, rated

EVERY = [(label, outcome) for label in ("pass", "fail") for outcome in OUTCOMES]


def by_metric(found: Sequence[Finding]) -> dict[str, Finding]:
    return {f.metric: f for f in found if not f.slice}


def some() -> list[Rated]:
    """Of 10 fails: 6 found, 2 passed, 1 unsure, 1 error. Of 12 passes: 9 passed, 1 failed, 2 unsure."""
    fails = ["fail"] * 6 + ["pass"] * 2 + ["unsure", "error"]
    passes = ["pass"] * 9 + ["fail"] + ["unsure"] * 2
    return [rated(i, "fail", o) for i, o in enumerate(fails)] + [rated(i + 50, "pass", o) for i, o in enumerate(passes)]


def test_no_verdict_is_neither_pass_nor_fail() -> None:
    replies = some()
    found = by_metric(list(agreement(replies)))
    assert (found["sensitivity"].value, found["sensitivity"].n, found["sensitivity"].unscored) == (6 / 8, 8, 2)
    assert (found["specificity"].value, found["specificity"].n, found["specificity"].unscored) == (9 / 10, 10, 2)
    assert (found["accuracy"].value, found["accuracy"].unscored) == (15 / 18, 4)
    assert (found["no_verdict"].value, found["no_verdict"].n, found["no_verdict"].better) == (4 / 22, 22, "lower")
    # By chance both say fail 7/18 * 8/18, both say pass 11/18 * 10/18.
    chance = (7 * 8 + 11 * 10) / 18**2
    assert found["kappa"].value == pytest.approx((15 / 18 - chance) / (1 - chance))
    assert found["sensitivity"].evidence == tuple(r.item.transcript.id for r in replies[6:8])
    for metric in ("sensitivity", "specificity", "accuracy"):
        inner, outer = found[metric].interval, found[metric].worst
        assert inner
        assert outer
        assert outer.low < inner.low < inner.high < outer.high
    assert {t.verdict: (t.passed, t.failed) for t in tallies(replies)} == {
        "pass": (9, 2), "fail": (1, 6), "unsure": (2, 1), "error": (0, 1),
    }  # fmt: skip


@given(counts=st.lists(st.integers(0, 6), min_size=8, max_size=8))
def test_every_reply_is_counted_once(counts: list[int]) -> None:
    """Whatever people and the judge say: the tallies add up, and what is unscored is what has no verdict."""
    pairs = [pair for pair, count in zip(EVERY, counts, strict=True) for _ in range(count)]
    replies = [rated(i, "pass" if label == "pass" else "fail", outcome) for i, (label, outcome) in enumerate(pairs)]
    found = by_metric(list(agreement(replies)))
    assert sum(t.passed + t.failed for t in tallies(replies)) == len(replies)
    assert bool(found) == bool(replies)
    for metric, sides in (("sensitivity", {"fail"}), ("specificity", {"pass"}), ("accuracy", {"pass", "fail"})):
        mine = [(label, outcome) for label, outcome in pairs if label in sides and replies]
        decided = [(label, outcome) for label, outcome in mine if outcome in ("pass", "fail")]
        right = sum(label == outcome for label, outcome in decided)
        if replies:
            assert (found[metric].n, found[metric].unscored) == (len(decided), len(mine) - len(decided))
            assert found[metric].value == (pytest.approx(right / len(decided)) if decided else None)


def test_slices_are_told_apart_and_one_that_is_the_whole_is_not() -> None:
    replies = [rated(i, "fail", "fail", slices={"topic": "unix", "all": "x"}) for i in range(3)]
    replies += [rated(i, "fail", "pass", slices={"topic": "food", "all": "x"}, expect="refuse") for i in range(3, 5)]
    found = {tuple(f.slice.items()): f.value for f in by_slice(replies) if f.metric == "sensitivity"}
    topics = {(("topic", "unix"),): 1, (("topic", "food"),): 0}
    assert found == {(("expect", "comply"),): 1, (("expect", "refuse"),): 0, **topics}


def test_without_families_kappa_has_its_own_interval() -> None:
    decided = [r for r in some() if r.decided]
    plain = cohen_kappa([r.verdict.outcome for r in decided], [r.label for r in decided])
    assert by_metric(list(agreement(decided)))["kappa"].interval == plain.interval


def test_kappa_on_labels_of_one_kind_is_not_known() -> None:
    """It would be 0, however well the judge does."""
    found = by_metric(list(agreement([rated(i, "fail", "fail" if i else "pass") for i in range(30)])))
    assert (found["kappa"].value, found["kappa"].interval, found["kappa"].n) == (None, None, 30)
    assert found["sensitivity"].value == 29 / 30


def test_copies_of_one_reply_tell_no_more_than_one() -> None:
    """Ten of each reply in a family: the interval stays about as wide as without the copies."""
    once = [r for r in some() if r.decided]
    copies = [
        rated(100 * i + k, r.label, r.verdict.outcome, family=f"g{i}") for i, r in enumerate(once) for k in range(10)
    ]
    alone, many = (by_metric(list(agreement(replies))) for replies in (once, copies))
    naive = cohen_kappa([r.verdict.outcome for r in copies], [r.label for r in copies]).interval
    for metric in ("sensitivity", "specificity", "kappa"):
        assert width(many[metric]) > 0.8 * width(alone[metric])
    assert width(many["kappa"]) > 2 * (naive.high - naive.low)
    assert "families as clusters" in many["kappa"].method


def test_two_families_that_agree_throughout_are_no_certainty() -> None:
    replies = [
        rated(i, "fail" if i % 2 else "pass", "fail" if i % 2 else "pass", family=f"f{i % 2}") for i in range(60)
    ]
    kappa = by_metric(list(agreement(replies)))["kappa"]
    assert kappa.value == 1
    assert kappa.interval
    assert kappa.interval.low < 0


def width(finding: Finding) -> float:
    assert finding.interval
    return finding.interval.high - finding.interval.low


@pytest.mark.slow
def test_the_interval_of_kappa_holds_the_truth_in_families() -> None:
    """Families of four in which people and the judge err together; the truth is that of 40,000 families."""
    rng = random.Random(7)
    truth = cohen_kappa(*zip(*(pair for _ in range(40_000) for pair in family(rng)), strict=True)).value
    assert truth
    held = 0
    for draw in range(100):
        pairs = [(pair, f) for f in range(30) for pair in family(rng)]
        replies = [rated(i, people, judge, family=f"{draw}/{f}") for i, ((judge, people), f) in enumerate(pairs)]
        interval = by_metric(list(agreement(replies)))["kappa"].interval
        assert interval
        held += interval.low <= truth <= interval.high
    assert held / 100 >= 0.9


def family(rng: random.Random) -> list[tuple[Side, Side]]:
    """What the judge says, and people: mostly one label, and mostly all right or all wrong."""
    people, wrong = rng.random() < 0.5, rng.random() < 0.2
    flips = [(people ^ (rng.random() < 0.1), wrong ^ (rng.random() < 0.1)) for _ in range(4)]
    words: dict[bool, Side] = {True: "pass", False: "fail"}
    return [(words[said ^ mistaken], words[said]) for said, mistaken in flips]


def test_people_agree_among_themselves_or_not() -> None:
    items = [labelled(i, {"ann": "pass" if i % 2 else "fail", "ben": "pass" if i % 2 else "fail"}) for i in range(20)]
    items += [labelled(90, {"ann": "pass", "ben": "unsure"}), labelled(91, {"ann": "pass"})]
    (alpha,) = raters(items)
    assert (alpha.value, alpha.n) == (1, 20)
    items[0] = labelled(0, {"ann": "fail", "ben": "pass"})
    (alpha,) = raters(items)
    said = [[v for v in item.labels.values() if v != "unsure"] for item in items]
    assert (alpha.value, alpha.interval) == krippendorff_alpha(said)[:2]
    assert not list(raters([labelled(1, {"ann": "pass"})]))


def test_what_is_in_no_figure_is_counted_by_reason() -> None:
    lost = labelled(7, {"ann": "pass"})
    items: list[LabelledReply] = [
        labelled(1, {"ann": "pass", "ben": "fail"}),
        labelled(2, {"ann": "pass", "ben": "fail", "cat": "unsure"}),
        labelled(3, {"ann": "unsure"}),
        labelled(4, {}),
        labelled(5, {"ann": "pass"}, expect="abstain"),
        labelled(6, {"ann": "fail", "ben": "fail", "cat": "pass"}),
        lost._replace(transcript=lost.transcript.model_copy(update={"error": "lost"})),
    ]
    found = sort(items, frozenset({"comply"}))
    assert [(item.case.name, label) for item, label in found.items] == [("6", "fail")]
    assert found.left_out == {
        "as many raters said pass as fail": 2,
        "every rater was unsure": 1,
        "nobody has labelled it": 1,
        "the judge does not cover expect: abstain": 1,
        "there was no reply": 1,
    }


def test_a_card_says_what_its_figures_mean_and_what_it_cannot_say() -> None:
    replies = some()
    seen = Seen(JudgeRecord(name="j/1"), replies, [r.item for r in replies], {"every rater was unsure": 3})
    card = card_of(seen, policy="pol", at=NOON, source="labels.csv")
    said = sentences(card)
    assert said[0] == "Of replies people call fail, it finds 75% [39–96] (8)."
    assert said[1] == "Of replies people call pass, it passes 90% [60–99] (10)."
    assert "Without a verdict, and in none of these shares: 4 of 22 replies." in said
    assert "Left out: 3 labelled replies, since every rater was unsure." in said
    assert card.thin
    assert "1 of 22 replies got no verdict; first error: lost" in card.notes
    assert (card.raters, card.items) == (("ann",), 22)


def test_a_judge_that_guesses_is_called_one() -> None:
    rng = random.Random(1)
    replies = [rated(i, rng.choice(["pass", "fail"]), rng.choice(["pass", "fail"])) for i in range(60)]
    seen = Seen(JudgeRecord(name="j/1"), replies, [r.item for r in replies], {})
    card = card_of(seen, policy="pol", at=NOON, source="labels.csv")
    assert not card.thin
    assert any("do not tell it from guessing" in line for line in sentences(card))


@pytest.mark.parametrize(("n", "label", "thin"), [(19, "both", True), (20, "both", False), (40, "pass", True)])
def test_a_card_of_few_labels_or_of_one_kind_is_thin(n: int, label: str, thin: bool) -> None:
    replies = [rated(i, "pass" if label == "pass" or i % 2 else "fail", "pass") for i in range(n)]
    seen = Seen(JudgeRecord(name="j/1"), replies, [r.item for r in replies], {})
    assert card_of(seen, policy="pol", at=NOON, source="x").thin is thin
