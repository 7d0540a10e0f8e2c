"""Which replies come next: chance within a kind, no reply twice, what is common and what is not."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.core.label import Frame, Label, PairLabel
from meant.label.agreeing import agreeing
from meant.label.drawing import Batch, Drawn, Figure, chance, draw
from meant.label.preferring import preferred
from meant.stats.agreement import cohen_kappa, krippendorff_alpha
from meant.stats.correction import Stratum
from meant.stats.intervals import rate
from meant.stats.labels import next_labels
from tests.conftest import NOON


def figure(truths: Mapping[str, bool] | None = None, metric: str = "m", **kinds: Any) -> Figure:
    made = {kind: tuple(f"{kind}{i}" for i in range(n)) for kind, n in kinds.items()}
    return Figure(Frame(run="r", system="s", metric=metric, kinds=made), truths or {})


def batch(**fields: Any) -> Batch:
    return Batch(**{"mine": (), "others": (), "most": 20, "overlap": 0.2, "seed": 0, **fields})


def kinds(drawn: list[Drawn]) -> Counter[str]:
    return Counter(one.transcript.rstrip("0123456789") for one in drawn)


def test_the_statistics_say_how_many_of_each_kind() -> None:
    truths = {f"hit{i}": i < 6 for i in range(10)} | {f"miss{i}": False for i in range(20)}
    drawn = draw([figure(truths, hit=60, miss=200)], batch(others=truths, overlap=0))
    assert [kinds(drawn)[kind] for kind in ("hit", "miss")] == next_labels(
        [Stratum(60, 10, 6), Stratum(200, 20, 0)], 20
    )


def test_each_kind_gets_one_first() -> None:
    drawn = draw([figure(hit=500, miss=400, none=2)], batch(most=3))
    assert kinds(drawn) == {"hit": 1, "miss": 1, "none": 1}
    assert kinds(draw([figure(hit=500, miss=400, none=2)], batch(most=2))) == {"hit": 1, "miss": 1}


def test_the_order_tells_nothing_of_the_kinds() -> None:
    drawn = draw([figure(hit=100, miss=100)], batch(most=40))
    told = [one.transcript.startswith("hit") for one in drawn]
    turns = sum(a != b for a, b in pairwise(told))
    assert 10 <= turns <= 30


@given(
    hit=st.integers(0, 30), miss=st.integers(0, 30), none=st.integers(0, 5), most=st.integers(0, 80),
    overlap=st.floats(0, 1), seed=st.integers(0, 9), data=st.data(),
)  # fmt: skip
def test_no_reply_comes_twice_and_none_is_forgotten(
    hit: int, miss: int, none: int, most: int, overlap: float, seed: int, data: st.DataObject
) -> None:
    sizes: dict[str, Any] = {kind: n for kind, n in (("hit", hit), ("miss", miss), ("none", none)) if n}
    ids = [f"{kind}{i}" for kind, n in sizes.items() for i in range(n)]
    some = st.sets(st.sampled_from(ids)) if ids else st.just(set[str]())
    mine, others = data.draw(some), data.draw(some)
    of = batch(mine=mine, others=others, most=most, overlap=overlap, seed=seed)
    drawn = [one.transcript for one in draw([figure(dict.fromkeys(others, True), **sizes)], of)]
    free = [id_ for id_ in ids if id_ not in mine and id_ not in others]
    assert len(drawn) == len(set(drawn)) <= most
    assert not {*drawn} & mine
    common = {*drawn} & others
    assert all(chance(seed, "common", id_) < overlap for id_ in common)
    assert len(drawn) - len(common) == min(len(free), most - len(common))


def test_within_a_kind_each_reply_is_as_likely() -> None:
    seen = Counter(
        one.transcript for seed in range(400) for one in draw([figure(hit=10, miss=10)], batch(seed=seed, most=8))
    )
    assert all(100 <= seen[f"{kind}{i}"] <= 220 for kind in ("hit", "miss") for i in range(10))  # 160 on average


def test_figures_that_share_replies_take_turns() -> None:
    one, other = figure(hit=30, miss=30), figure(metric="n", hit=30, miss=30)
    drawn = draw([one, other], batch(most=20))
    assert Counter(d.frame.metric for d in drawn) == {"m": 10, "n": 10}
    assert len({d.transcript for d in drawn}) == 20
    behind = draw([figure({f"hit{i}": True for i in range(10)}, hit=30, miss=30), other], batch(most=10))
    assert Counter(d.frame.metric for d in behind) == {"n": 10}


def said(rater: str, item: str, word: str) -> Label:
    return Label.model_validate({"transcript": item, "principle": "p", "rater": rater, "said": word, "at": NOON})


def test_agreement_of_two_and_of_more() -> None:
    ann, ben = ["pass", "fail", "pass", "pass", "fail"], ["pass", "fail", "fail", "pass", "fail"]
    labels = [said("ann", str(i), word) for i, word in enumerate(ann)]
    labels += [said("ben", str(i), word) for i, word in enumerate(ben)]
    labels += [said("ben", "9", "pass"), said("ann", "8", "unsure"), said("ben", "8", "pass")]
    found = agreeing(labels)
    assert found
    assert (found.coefficient, found.raters, found.found) == ("Cohen's kappa", ("ann", "ben"), cohen_kappa(ann, ben))
    third = agreeing([*labels, said("cleo", "0", "fail")])
    assert third
    assert third.found == krippendorff_alpha([["pass", "pass", "fail"], *zip(ann[1:], ben[1:], strict=True)])
    assert agreeing(labels, seen_by="cleo") is None


def pair(case: int, preferred_: str, shown: str, rater: str = "ann") -> PairLabel:
    return PairLabel.model_validate({
        "case": str(case), "first": f"a{case}", "second": f"b{case}", "rater": rater, "preferred": preferred_,
        "at": NOON, "shown": shown,
    })  # fmt: skip


def test_preferences_by_hand() -> None:
    labels = [
        pair(0, "first", "first"), pair(1, "first", "second"), pair(2, "second", "second"), pair(3, "tie", "first"),
        pair(4, "unsure", "first"), pair(0, "second", "first", "ben"),
    ]  # fmt: skip
    found = preferred(labels, {str(i): f"f{i}" for i in range(5)})
    assert found.overall == rate([0.5, 1, 0, 0.5], ["f0", "f1", "f2", "f3"])
    assert found.by_rater["ann"].value == pytest.approx(2.5 / 4)
    assert found.by_rater["ben"].value == 0
    assert found.liking_for_a == rate([True, False, True, False], ["f0", "f1", "f2", "f0"])
    assert found.unsure == 1
