"""Repeats: never counted as cases; pass@k and pass^k by hand; planted flakiness is told of the one that has it."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from meant.core.policy import GateRules, Policy
from meant.core.profile import Profile
from meant.core.system import Timing, Usage
from meant.measure.cell import Cell
from meant.measure.gate_wavering import notes_on_wavering
from meant.measure.gating import gate_rows
from meant.measure.profile import profile_of
from meant.measure.wavering import answered_unlike, judged_unlike, replies_waver
from meant.stats.intervals import rate
from meant.systems.providers.scripted import Scripted

Make = Callable[..., Any]
RULES = GateRules(margin=0.1, decide_on="dimensions", undecided="fail", max_unscored=0.05)
WORDS = {"+": "pass", "-": "fail", "?": "unsure"}


@pytest.fixture
def replies(make_case: Make, make_transcript: Make, make_verdict: Make) -> Callable[..., list[Cell]]:
    """Cells of one case: a repeat a word, each a verdict a letter."""

    def make(name: str, said: Sequence[str], **fields: Any) -> list[Cell]:
        case = make_case(name, expect="refuse", **fields)
        found = []
        for repeat, verdicts in enumerate(said):
            transcript = make_transcript(case, f"x{repeat}", repeat=repeat)
            judged = [make_verdict(transcript, WORDS[v], why=str(i)) for i, v in enumerate(verdicts)]
            found.append(Cell(case, transcript, judged[0], tuple(judged[1:])))
        return found

    return make


@pytest.fixture
def profile(policy: Policy) -> Callable[[list[Cell]], Profile]:
    return lambda cells: profile_of(cells, system=Scripted(), policy=policy, run="r")


def test_a_repeat_is_never_a_case(replies: Callable[..., list[Cell]], profile: Callable[[list[Cell]], Profile]) -> None:
    cells = [cell for i in range(30) for cell in replies(str(i), "+++" if i < 20 else "++-" if i < 25 else "---")]
    found = profile(cells).find("harmless")
    assert (found.n, found.unscored, found.families) == (30, 0, 30)
    shares = [1.0] * 20 + [2 / 3] * 5 + [0.0] * 5
    assert found.value == pytest.approx(sum(shares) / 30)
    assert found.interval == pytest.approx(rate(shares, [str(i) for i in range(30)]).interval)
    assert len(found.evidence) == 5 + 15


def test_a_case_is_scored_where_some_repeat_is_and_the_worst_counts_the_others(
    replies: Callable[..., list[Cell]], profile: Callable[[list[Cell]], Profile]
) -> None:
    cells = [*replies("a", "+?"), *replies("b", "--"), *replies("c", "??")]
    found = profile(cells).find("harmless")
    assert (found.value, found.n, found.unscored) == (1 / 2, 2, 1)
    names = ["a", "b", "c"]
    worst = rate([0.5, 0, 0], names).interval.low, rate([1, 0, 1], names).interval.high
    assert found.worst == pytest.approx(worst)


def test_tokens_of_repeats_are_one_case_s(
    replies: Callable[..., list[Cell]], profile: Callable[[list[Cell]], Profile]
) -> None:
    """Five hundred repeats of two cases tell of two cases."""
    cells = [
        c._replace(transcript=c.transcript.model_copy(update={"usage": Usage(output_tokens=tokens)}))
        for name, tokens in (("a", 10), ("b", 30))
        for c in replies(name, "+" * 500)
    ]
    found = profile(cells).find("output_tokens")
    assert (found.value, found.n, found.unscored) == (20, 2, 0)
    assert found.interval
    assert found.interval.high - found.interval.low > 10


def test_seconds_of_repeats_are_as_many_cases_as_were_asked(
    replies: Callable[..., list[Cell]], profile: Callable[[list[Cell]], Profile]
) -> None:
    """Nine repeats of thirty cases that each take their own time tell no more than one repeat of each does."""

    def timed(repeats: int) -> list[Cell]:
        return [
            c._replace(transcript=c.transcript.model_copy(update={"timing": Timing(total_s=float(at))}))
            for at in range(30)
            for c in replies(f"case {at}", "+" * repeats)
        ]

    once, often = profile(timed(1)), profile(timed(9))
    for metric in ("latency_p50", "latency_p95"):
        one, many = once.find(metric), often.find(metric)
        assert (many.value, many.interval, many.n, many.unscored) == (one.value, one.interval, 30, 0)
        assert "cases as clusters" in many.method
    unanswered = profile([*timed(2), *replies("silent", "??")]).find("latency_p50")
    assert (unanswered.n, unanswered.unscored) == (30, 1)


def test_of_three_by_hand(replies: Callable[..., list[Cell]], profile: Callable[[list[Cell]], Profile]) -> None:
    cells = [*replies("a", "+++"), *replies("b", "+--"), *replies("c", "---"), *replies("d", "+?-")]
    found = profile(cells)
    once, always = (found.find(m, dimension="harmless", k="3") for m in ("pass_at_k", "pass_hat_k"))
    assert (once.value, once.n, once.unscored) == (2 / 3, 3, 1)
    assert (always.value, always.n, always.unscored) == (1 / 3, 3, 1)
    assert "k = 3" in once.method
    names = list("abcd")
    assert always.worst == (rate([1, 0, 0, 0], names).interval.low, rate([1, 0, 0, 0], names).interval.high)
    assert once.worst == (rate([1, 1, 0, 1], names).interval.low, rate([1, 1, 0, 1], names).interval.high)


def test_without_repeats_nothing_is_said_of_them(
    replies: Callable[..., list[Cell]], profile: Callable[[list[Cell]], Profile]
) -> None:
    metrics = profile([cell for i in range(5) for cell in replies(str(i), "+")]).metrics()
    assert not {"pass_at_k", "pass_hat_k", "wavering", "spread"} & metrics


class Planted:
    """60 cases, three replies, two verdicts on each; each system right on its own half of the cases."""

    def __init__(self, replies: Callable[..., list[Cell]], seed: int) -> None:
        self._replies, self._rng = replies, random.Random(seed)

    def cells(self, *, system_flips: float, judge_flips: float) -> list[Cell]:
        """A reply goes wrong with the one chance, a verdict on it with the other."""
        found = list[Cell]()
        for i in range(60):
            said = [(i % 2 == 0) != (self._rng.random() < system_flips) for _ in range(3)]
            judged = ["".join("-+"[good != (self._rng.random() < judge_flips)] for _ in range(2)) for good in said]
            found += self._replies(f"c{i}", judged)
        return found


@pytest.mark.parametrize("seed", range(5))
def test_a_flaky_system_with_a_steady_judge(replies: Callable[..., list[Cell]], seed: int) -> None:
    cells = Planted(replies, seed).cells(system_flips=0.2, judge_flips=0.0)
    assert replies_waver(cells)
    assert judged_unlike(cells) == 0
    assert answered_unlike(cells) == pytest.approx(1 - 0.8**3 - 0.2**3, abs=0.2)


@pytest.mark.parametrize("seed", range(5))
def test_a_steady_system_with_a_flaky_judge(replies: Callable[..., list[Cell]], seed: int) -> None:
    cells = Planted(replies, seed).cells(system_flips=0.0, judge_flips=0.2)
    assert not replies_waver(cells)
    assert judged_unlike(cells) == pytest.approx(2 * 0.2 * 0.8, abs=0.12)
    assert (answered_unlike(cells) or 0) > 0.5


@pytest.mark.parametrize("seed", range(3))
def test_both_flaky(replies: Callable[..., list[Cell]], seed: int) -> None:
    cells = Planted(replies, seed).cells(system_flips=0.3, judge_flips=0.1)
    assert replies_waver(cells)
    assert (judged_unlike(cells) or 0) > 0.05


def test_the_spread_is_that_of_the_flaky_one(
    replies: Callable[..., list[Cell]], profile: Callable[[list[Cell]], Profile]
) -> None:
    """A reply that is right with a chance of 0.8 or 0.2 spreads by 0.4; so does a verdict that flips in a fifth."""
    flaky, judge = (
        Planted(replies, 1).cells(system_flips=0.2, judge_flips=0),
        Planted(replies, 1).cells(system_flips=0, judge_flips=0.2),
    )
    first, second = profile(flaky), profile(judge)
    assert first.find("spread", of="replies").value == pytest.approx(0.4, abs=0.08)
    assert first.find("spread", of="verdicts").value == 0
    assert second.find("spread", of="verdicts").value == pytest.approx(0.4, abs=0.06)
    assert (second.find("spread", of="replies").value or 0) < 0.2
    assert second.find("wavering", of="verdicts").value == judged_unlike(judge)


def test_the_gate_names_who_wavers(replies: Callable[..., list[Cell]], policy: Policy) -> None:
    planted = Planted(replies, 2)
    steady, flaky = (planted.cells(system_flips=flips, judge_flips=0) for flips in (0.0, 0.25))
    judge = planted.cells(system_flips=0, judge_flips=0.2)
    told = {
        name: next(iter(gate_rows(*sides, policy=policy, rules=RULES)))
        for name, sides in {
            "candidate": (steady, flaky),
            "baseline": (flaky, steady),
            "judge": (judge, planted.cells(system_flips=0, judge_flips=0.2)),
            "nobody": (steady, steady),
        }.items()
    }
    assert {name: row.wavering and row.wavering.who for name, row in told.items()} == {
        "candidate": ("candidate",), "baseline": ("baseline",), "judge": ("judge",), "nobody": ()
    }  # fmt: skip
    (note,) = notes_on_wavering([told["candidate"]], asking=True)
    assert note.startswith("harmless: the candidate's replies waver: ")
    assert "judge" not in note
    assert list(notes_on_wavering([told["nobody"]], asking=True)) == []
    assert "the judge wavers" in next(notes_on_wavering([told["judge"]], asking=True))


def test_a_candidate_cannot_pass_by_failing_to_answer_some_repeats(
    replies: Callable[..., list[Cell]], policy: Policy
) -> None:
    """Right whenever it answers, which it does twice in three times: nobody knows of the third."""
    whole, partly = ([c for i in range(300) for c in replies(str(i), said)] for said in ("+++", "++?"))
    (row,) = [r for r in gate_rows(whole, partly, policy=policy, rules=RULES) if r.group == "harmless"]
    assert (row.state, row.n, row.unscored, row.candidate) == ("too many unscored", 300, 0, 1.0)
    lax = RULES.model_copy(update={"max_unscored": 1.0})
    (row,) = [r for r in gate_rows(whole, partly, policy=policy, rules=lax) if r.group == "harmless"]
    assert row.state == "undecided"
    assert row.interval
    assert row.interval.low <= -1 / 3
    (same,) = [r for r in gate_rows(whole, whole, policy=policy, rules=RULES) if r.group == "harmless"]
    assert same.state == "not worse"


def test_without_a_second_verdict_nobody_can_tell_which_of_the_two(
    replies: Callable[..., list[Cell]], policy: Policy
) -> None:
    cells = [cell for i in range(30) for cell in replies(str(i), "+-+")]
    row = next(iter(gate_rows(cells, cells, policy=policy, rules=RULES)))
    assert row.wavering
    assert row.wavering.judge is None
    assert "see --judge-repeats" in next(notes_on_wavering([row], asking=True))
    assert "judge" not in next(notes_on_wavering([row], asking=False)), "one that asks nobody does not waver"
