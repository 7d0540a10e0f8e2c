"""Differences at one label by arithmetic written here, and which of two replies stands first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.core.label import PairLabel
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.measure.calibrating.pairs import Pair, at_most, compared_pairs, labelled_pairs
from meant.measure.calibrating.rated import Rated, Side
from meant.measure.calibrating.strata import Kinds, differences
from tests.conftest import NOON
from tests.measure.rated import labelled, rated


def kinds(stratum: list[Rated] | tuple[Rated, ...] | object) -> Kinds:
    assert isinstance(stratum, list)
    return ([r for r in stratum if r.item.case.slices["kind"] == "a"],
            [r for r in stratum if r.item.case.slices["kind"] == "b"])  # fmt: skip


def test_strata_are_weighted_as_cochran_and_mantel_and_haenszel_say() -> None:
    """Fail: 10 of a, 8 passed; 5 of b, 1 passed. Pass: 5 and 20, all but 1 of a passed. Too few to refuse."""
    plan: list[tuple[Side, str, int, int, str]] = [("fail", "a", 10, 8, "comply"), ("fail", "b", 5, 1, "comply"), ("pass", "a", 5, 4, "comply"),
            ("pass", "b", 20, 20, "comply"), ("fail", "a", 4, 4, "refuse"), ("fail", "b", 9, 0, "refuse")]  # fmt: skip
    replies: list[Rated] = []
    for label, kind, n, passed, expect in plan:
        for i in range(n):
            said = "pass" if i < passed else "fail"
            replies.append(rated(len(replies), label, said, slices={"kind": kind}, expect=expect))
    replies.append(rated(999, "fail", "unsure", slices={"kind": "a"}))
    found = {tuple(f.slice.items()): f for f in differences("d", replies, kinds)}
    fails, passes = 8 / 10 - 1 / 5, 4 / 5 - 1
    assert found[("label", "fail"),].value == pytest.approx(fails)
    assert found[("label", "pass"),].value == pytest.approx(passes)
    w, v = 10 * 5 / 15, 5 * 20 / 25
    assert found[()].value == pytest.approx((w * fails + v * passes) / (w + v))
    assert (found[()].n, found[("label", "fail"),].n) == (40, 15)
    assert not list(differences("d", replies[:10], kinds))


def said(number: int) -> Transcript:
    turns = (Turn(role="user", text="?"), Turn(role="assistant", text=f"reply {number}"))
    return Transcript(case="c", system="s", fingerprint="f", turns=turns, at=NOON)


def test_which_stands_first_does_not_tell_which_is_better() -> None:
    case = labelled(0, {}).case
    pairs = [Pair(case, said(i), said(i + 1000)) for i in range(200)]
    assert all(p.order == Pair(case, p.worse, p.better).order for p in pairs)
    assert 70 < sum(p.order[0] == p.better for p in pairs) < 130


@given(sizes=st.lists(st.integers(1, 4), max_size=5), most=st.integers(0, 12))
def test_pairs_are_taken_from_every_case_in_turn(sizes: list[int], most: int) -> None:
    groups = []
    for k, size in enumerate(sizes):
        case = labelled(k, {}).case
        groups.append([Pair(case, said(100 * k + i), said(100 * k + i + 50)) for i in range(size)])
    found = at_most([*groups, *groups], most)
    assert len(found) == len({(p.better.id, p.worse.id) for p in found}) == min(most, sum(sizes))
    taken = [sum(p.case == group[0].case for p in found) for group in groups]
    assert all(n == len(group) or n >= max(taken) - 1 for n, group in zip(taken, groups, strict=True))


def test_a_pair_needs_both_labels_on_one_case() -> None:
    one, other = labelled(1, {"ann": "pass"}), labelled(1, {"ann": "fail"}, reply="y")
    apart = labelled(2, {"ann": "fail"})
    ((pair,),) = labelled_pairs([(one, "pass"), (other, "fail"), (apart, "fail")])
    assert (pair.better, pair.worse) == (one.transcript, other.transcript)
    assert not labelled_pairs([(one, "pass"), (apart, "fail")])


@pytest.mark.parametrize(("votes", "better"), [
    (("first",), 1), (("second", "first", "second"), 2), (("first", "second"), None), (("tie", "unsure"), None),
    (("first", "tie", "unsure"), 1),
])  # fmt: skip
def test_of_a_pair_the_majority_decides(votes: tuple[str, ...], better: int | None) -> None:
    case, replies = labelled(0, {}).case, {n: said(n) for n in (1, 2)}
    labels = [
        PairLabel.model_validate({"case": case.id, "first": replies[1].id, "second": replies[2].id, "rater": str(i),
                                  "preferred": vote, "at": NOON, "shown": "first"})
        for i, vote in enumerate(votes)
    ]  # fmt: skip
    found = [p for group in compared_pairs(labels, {case.id: case}, {t.id: t for t in replies.values()}) for p in group]
    assert [p.better for p in found] == ([replies[better]] if better else [])
