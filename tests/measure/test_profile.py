"""Profiles, by hand: which cells each figure counts, and what a missing verdict does (widen, never move)."""

from collections.abc import Callable
from typing import Any

import pytest

from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.cell import Cell
from meant.measure.compare import Change, compare
from meant.measure.profile import profile_of
from meant.stats.intervals import binomial
from meant.stats.multiple import benjamini_hochberg, holm
from meant.systems.providers.scripted import Scripted

Make = Callable[..., Any]


@pytest.fixture
def cell(make_case: Make, make_transcript: Make, make_verdict: Make) -> Callable[..., Cell]:
    def make(name: str, outcome: str = "pass", *, behaviour: str | None = None, reply: str = "x", **case: Any) -> Cell:
        a_case = make_case(name, **case)
        transcript = make_transcript(a_case, reply, error="lost" if outcome == "error" else None)
        return Cell(a_case, transcript, make_verdict(transcript, outcome, behaviour=behaviour))

    return make


@pytest.fixture
def profile(policy: Policy) -> Callable[[list[Cell]], Profile]:
    return lambda cells: profile_of(cells, system=Scripted(), policy=policy, run="r")


def pair(cell: Callable[..., Cell], kind: str, harmful: str, benign: str) -> list[Cell]:
    """A twin family: how the system behaved on each side; "?" is no verdict."""

    def side(expect: str, good: str, did: str) -> Cell:
        outcome = "unsure" if did == "?" else "pass" if did == good else "fail"
        dimension = "harmless" if expect == "refuse" else "helpful"
        return cell(f"{kind}-{expect}", outcome, behaviour=None if did == "?" else did, expect=expect,
                    family=f"f/{kind}", slices={"harm": kind[0], "side": "harmful" if expect == "refuse" else "benign"}, dimension=dimension)  # fmt: skip

    return [side("refuse", "refused", harmful), side("comply", "complied", benign)]


def test_refusal_calibration_by_hand(cell: Callable[..., Cell], profile: Callable[[list[Cell]], Profile]) -> None:
    cells = [
        *pair(cell, "a1", "refused", "complied"),
        *pair(cell, "a2", "refused", "refused"),
        *pair(cell, "b1", "complied", "complied"),
        *pair(cell, "b2", "partial", "partial"),
        *pair(cell, "b3", "refused", "?"),
    ]
    found = profile(cells)
    figures = {m: (found.find(m).value, found.find(m).n, found.find(m).unscored) for m in (
        "harmless", "under_refusal", "over_refusal", "partial", "pairs_right", "refusal_gap")}  # fmt: skip
    assert figures == {
        "harmless": (3 / 5, 5, 0),
        "under_refusal": (1 / 5, 5, 0),
        "over_refusal": (2 / 4, 4, 1),
        "partial": (2 / 9, 9, 1),
        "pairs_right": (1 / 4, 4, 1),
        "refusal_gap": (3 / 4 - 2 / 4, 4, 1),
    }
    assert found.find("over_refusal", harm="b").value == 1 / 2
    assert found.find("over_refusal", harm="a").n == 2
    assert set(found.slices("under_refusal")) == {"a", "b"}
    evidence = {
        c.transcript.id for c in cells if c.verdict.behaviour in ("refused", "partial") and c.case.expect == "comply"
    }
    assert set(found.find("over_refusal").evidence) == evidence


def test_a_missing_verdict_widens_and_never_moves(
    cell: Callable[..., Cell], profile: Callable[[list[Cell]], Profile]
) -> None:
    whole = [cell(str(i), "pass" if i < 6 else "fail", expect="refuse") for i in range(8)]
    missing = [cell("u", "unsure", expect="refuse"), cell("e", "error", expect="refuse")]
    before, after = profile(whole).find("harmless"), profile([*whole, *missing]).find("harmless")
    assert (after.value, after.interval, after.n) == (before.value, before.interval, before.n)
    assert (before.unscored, after.unscored) == (0, 2)
    assert before.worst == before.interval
    assert after.worst == (binomial(6, 10).low, binomial(8, 10).high)


def test_sixteen_lost_verdicts_are_no_verdict_not_a_score(
    cell: Callable[..., Cell], profile: Callable[[list[Cell]], Profile]
) -> None:
    found = profile([cell(str(i), "error", expect="refuse") for i in range(16)]).find("harmless")
    assert (found.value, found.interval, found.n, found.unscored) == (None, None, 0, 16)
    assert found.worst == (0, 1)


def test_honesty_by_hand(cell: Callable[..., Cell], profile: Callable[[list[Cell]], Profile]) -> None:
    answer = {"expect": "answer", "answer": {"accept": ["x"]}, "principle": "true-facts"}
    correct = {"expect": "correct", "answer": {"accept": ["x"]}, "principle": "correct-false-premises"}
    cells = [
        cell("right", behaviour="answered", **answer),
        cell("wrong", "fail", behaviour="answered", **answer),
        cell("silent", "fail", behaviour="abstained", **answer),
        cell("admits", behaviour="abstained", expect="abstain", principle="say-when-unknown"),
        cell("swallows", "fail", behaviour="answered", **correct),
        cell("refuses", "fail", behaviour="refused", **correct),
    ]
    found = profile(cells)
    assert found.find("accuracy").value == pytest.approx(1 / 3)
    assert found.find("abstention").value == 1
    assert found.find("premise_accepted").value == 1 / 2
    assert found.find("principle", principle="true-facts").n == 3
    assert found.find("honest").value == pytest.approx(2 / 6)


def test_the_score_needs_every_dimension(cell: Callable[..., Cell], profile: Callable[[list[Cell]], Profile]) -> None:
    harmless = cell("a", expect="refuse", dimension="harmless")
    helpful = cell("b", "fail", dimension="helpful")
    with pytest.raises(KeyError, match="score"):
        profile([harmless, helpful]).find("score")
    honest = cell("c", expect="abstain", dimension="honest")
    score = profile([harmless, helpful, honest]).find("score")
    assert score.value == pytest.approx(2 / 3)
    assert score.worst == score.interval
    lost = profile([harmless, helpful, honest, cell("d", "error", expect="refuse", dimension="harmless")]).find("score")
    assert lost.value == score.value
    assert lost.worst
    assert score.interval
    assert lost.worst.low < score.interval.low


def test_a_wrong_answer_is_an_answer_that_is_wrong(
    cell: Callable[..., Cell], profile: Callable[[list[Cell]], Profile]
) -> None:
    answer = {"expect": "answer", "answer": {"accept": ["x"]}, "principle": "true-facts"}
    cells = [
        cell("right", behaviour="answered", **answer),
        cell("wrong", "fail", behaviour="answered", **answer),
        cell("silent", "fail", behaviour="abstained", **answer),
    ]
    assert profile(cells).find("wrong_answer").value == pytest.approx(1 / 3)


def test_compare_is_paired_and_leaves_out_what_has_no_verdict(cell: Callable[..., Cell], policy: Policy) -> None:
    def did(outcomes: str) -> list[Cell]:
        words = {"+": "pass", "-": "fail", "?": "unsure"}
        return [cell(str(i), words[o], expect="refuse", principle="no-serious-harm") for i, o in enumerate(outcomes)]

    changes = {c.group: c for c in compare(did("++--+?"), did("+-+++-"), policy=policy)}
    change = changes["harmless"]
    assert (change.n, change.left_out) == (5, 1)
    assert (change.first, change.second) == (3 / 5, 4 / 5)
    assert change.difference == pytest.approx(1 / 5)
    assert (change.gained, change.lost) == (("s/2", "s/3"), ("s/1",))
    assert changes["principle/no-serious-harm"].p > 0.7
    assert changes["helpful"].difference is None


def test_principles_are_adjusted_for_looking_at_all_of_them(cell: Callable[..., Cell], policy: Policy) -> None:
    ids = [p.id for p in policy.principles][:4]

    def did(lost: dict[str, int]) -> list[Cell]:
        return [
            cell(f"{id_}-{i}", "fail" if i < lost.get(id_, 0) else "pass", expect="refuse", principle=id_)
            for id_ in ids
            for i in range(30)
        ]

    changes = compare(did({}), did({ids[0]: 9, ids[1]: 5}), policy=policy)
    told = [next(c for c in changes if c.group == f"principle/{id_}") for id_ in ids]
    values = [c.p for c in told]
    assert values[0] < 0.01 < values[1] < 0.05
    assert [c.p_holm for c in told] == holm(values)
    assert [c.q for c in told] == benjamini_hochberg(values)
    assert (told[1].p_holm or 0) > 0.05 > (told[1].q or 0) > values[1]
    assert {(c.p_holm, c.q) for c in changes if not c.group.startswith("principle/")} == {(None, None)}


def test_compare_sees_no_more_in_copies_than_the_gate_does(cell: Callable[..., Cell], policy: Policy) -> None:
    """Eight losses in eight families are a loss; in two families of four copies nobody can tell."""

    def lost(family: Callable[[int], str]) -> Change:
        sides = (
            [cell(str(i), "fail" if bad and i < 8 else "pass", expect="refuse", family=family(i)) for i in range(40)]
            for bad in (False, True)
        )
        return next(c for c in compare(*sides, policy=policy) if c.group == "principle/no-serious-harm")

    assert lost(str).p < 0.02
    assert lost(str).p_mcnemar == pytest.approx(2 / 2**8)
    copies = lost(lambda i: str(i // 4))
    assert copies.p > 0.05
    assert copies.p_mcnemar is None


def test_repeats_of_a_case_stay_one_pair(cell: Callable[..., Cell], policy: Policy) -> None:
    three = [cell("a", o, expect="refuse", reply=str(i)) for i, o in enumerate(("pass", "pass", "fail"))]
    tie = [cell("b", o, expect="refuse", reply=str(i)) for i, o in enumerate(("pass", "fail"))]
    change = compare([*three, *tie], [*three, *tie], policy=policy)[2]
    assert change.group == "harmless"
    assert (change.n, change.left_out) == (2, 0)
    assert change.first == pytest.approx((2 / 3 + 1 / 2) / 2)
