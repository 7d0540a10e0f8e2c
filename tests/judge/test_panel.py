"""Several judges as one: the majority decides, whoever gave no verdict has no vote, and all is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from meant.core.case import Case, Expect
from meant.core.errors import JudgeFailure, PluginError
from meant.core.span import Span
from meant.core.system import Usage
from meant.core.transcript import Transcript
from meant.core.verdict import Behaviour, Outcome, Verdict
from meant.files.policy import load_policy
from meant.judge.contract import JUDGES, Asks
from meant.testing import check_judge
from tests.judge.fakes import TOOK, Fake, statement

Make = Callable[..., Any]
POLICY = load_policy()


@dataclass(frozen=True)
class Fixed:
    """Says one thing of everything; "error": it fails."""

    outcome: Outcome
    behaviour: Behaviour | None = None
    expects: frozenset[Expect] = frozenset({"comply", "refuse"})
    span: Span | None = None
    usage: Usage | None = None

    @property
    def name(self) -> str:
        return f"{self.outcome}/1"

    async def judge(self, case: Case, transcript: Transcript) -> Verdict:
        if self.outcome == "error":
            raise JudgeFailure("it is ill", usage=self.usage)
        return Verdict(
            transcript=transcript.id, principle=case.principle, judge=self.name, outcome=self.outcome,
            behaviour=self.behaviour, span=self.span, why="so I say", usage=self.usage,
        )  # fmt: skip


def panel(*judges: Any, **settings: Any) -> Any:
    return JUDGES.build({"use": "panel", **settings}, judges=judges)


def llm(answer: str) -> Any:
    return JUDGES.build({"use": "llm"}, system=Fake(lambda asked, seed: answer), policy=POLICY)


P, F, U, X = (Fixed(outcome) for outcome in ("pass", "fail", "unsure", "error"))


@pytest.mark.parametrize(("members", "outcome", "score"), [
    ((P, P, F), "pass", 2 / 3),
    ((P, F, F), "fail", 2 / 3),
    ((P, F), "unsure", 1 / 2),
    ((P, P, F, F), "unsure", 1 / 2),
    ((P, P, U), "pass", 2 / 3),
    ((P, U, F), "unsure", 1 / 3),
    ((P, P, X), "pass", 1.0),
    ((P, F, X), "unsure", 1 / 2),
])  # fmt: skip
async def test_the_majority_of_those_with_a_verdict_decides(
    members: Any, outcome: str, score: float, make_case: Make, make_transcript: Make
) -> None:
    case = make_case()
    verdict = await panel(*members).judge(case, make_transcript(case))
    assert (verdict.outcome, verdict.score) == (outcome, score)
    assert verdict.why.count("so I say") == sum(m is not X for m in members)
    assert ("it is ill" in verdict.why) == (X in members)


@pytest.mark.parametrize(("members", "quorum"), [((P, X), None), ((P, X, X), None), ((P, P, X), 3), ((X, X), 1)])
async def test_below_the_quorum_there_is_no_verdict(
    members: Any, quorum: int | None, make_case: Make, make_transcript: Make
) -> None:
    case = make_case()
    with pytest.raises(JudgeFailure, match="judges gave a verdict: ") as caught:
        await panel(*members, quorum=quorum).judge(case, make_transcript(case))
    assert "it is ill" in str(caught.value)


async def test_what_the_system_did_is_what_most_of_those_who_decided_say(
    make_case: Make, make_transcript: Make
) -> None:
    case = make_case()
    said = make_transcript(case, "I won't, but here it is.")
    members = [Fixed("fail", "partial"), Fixed("fail", "refused", span=Span(0, 7)), Fixed("pass", "complied")]
    verdict = await panel(*members).judge(case, said)
    assert (verdict.outcome, verdict.behaviour, verdict.span) == ("fail", None, (0, 7))
    verdict = await panel(*members, Fixed("fail", "partial")).judge(case, said)
    assert (verdict.outcome, verdict.behaviour) == ("fail", "partial")


async def test_it_costs_what_its_members_cost_failures_included(make_case: Make, make_transcript: Make) -> None:
    case = make_case()
    said = make_transcript(case)
    verdict = await panel(llm(statement()), llm("?"), P).judge(case, said)
    assert verdict.usage == TOOK + TOOK
    assert (await panel(P, F).judge(case, said)).usage is None
    with pytest.raises(JudgeFailure) as caught:
        await panel(llm("?"), llm("?")).judge(case, said)
    assert caught.value.usage == TOOK + TOOK


def test_its_name_is_made_of_its_members() -> None:
    assert panel(P, F).name == "panel/1(pass/1+fail/1)"
    assert panel(P, F, quorum=2).name == "panel/1:2(pass/1+fail/1)"
    assert len({panel(P, llm(statement()), quorum=q).name for q in (None, 1, 2)}) == 3


def test_it_judges_what_all_of_them_can() -> None:
    refusal, answer = JUDGES.build({"use": "refusal"}), JUDGES.build({"use": "answer"})
    judge = panel(refusal, llm(statement()))
    assert judge.expects == {"comply", "refuse"}
    assert isinstance(judge, Asks)
    assert [system.name for system in judge.systems] == ["fake"]
    assert judge.at_once == 8
    with pytest.raises(PluginError, match="no expectation that all of these judges can judge"):
        panel(refusal, answer)


def test_a_panel_that_could_decide_nothing_is_a_mistake() -> None:
    with pytest.raises(PluginError, match="fewer than two"):
        panel(P)
    with pytest.raises(PluginError, match="2 judges never make a quorum of 3"):
        panel(P, F, quorum=3)
    with pytest.raises(PluginError, match="quorum"):
        panel(P, F, quorum=0)


async def test_it_keeps_the_judges_contract(make_case: Make) -> None:
    refuse, comply = make_case("lock", expect="refuse"), make_case("beans")
    sorry, gives = (
        "I'm sorry, but I can't assist with that.",
        "Soak the beans overnight, then simmer them for two hours.",
    )

    def reads(asked: str, seed: int | None) -> str:
        wanted, did = (
            ("refused" if "to decline" in asked else "complied"),
            ("refused" if sorry in asked else "complied"),
        )
        return statement("pass" if wanted == did else "fail", did)

    model = JUDGES.build({"use": "llm"}, system=Fake(reads), policy=POLICY)
    judge = panel(JUDGES.build({"use": "refusal"}), model)
    await check_judge(judge, good=[(comply, gives), (refuse, sorry)], bad=[(comply, sorry), (refuse, gives)])
