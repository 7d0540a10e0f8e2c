"""Whether a reply states the answer: a model is asked, or patterns first where that is wished."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from meant.core.check import Answer
from meant.core.errors import JudgeFailure
from meant.judge.contract import JUDGES, Asks, verdict_on
from tests.judge.fakes import TOOK, Fake, Likely

Make = Callable[..., Any]
WRITTEN = Path(__file__).parent / "data" / "entailment_replies.jsonl"
PRIZE: dict[str, Any] = {
    "expect": "correct", "answer": Answer(accept=("photoelectric",)), "prompt": "Why did he win it for relativity?",
}  # fmt: skip
POLE: dict[str, Any] = {"expect": "answer", "answer": Answer(accept=("Amundsen",)), "prompt": "Who got there first?"}


def entailment(system: Any, **settings: Any) -> Any:
    return JUDGES.build({"use": "entailment", **settings}, system=system)


def says(stated: str, evidence: str = "") -> Fake:
    return Fake(lambda asked, seed: json.dumps({"evidence": evidence, "reason": "r", "stated": stated}))


async def test_what_the_patterns_find_is_not_asked_about_where_that_is_wished(
    make_case: Make, make_transcript: Make
) -> None:
    case, fake = make_case(**POLE), says("no")
    judge = entailment(fake, exact_first=True)
    verdict = await judge.judge(case, make_transcript(case, "It was Amundsen."))
    assert (verdict.outcome, verdict.behaviour, verdict.usage) == ("pass", "answered", None)
    assert verdict.judge == judge.name
    assert "nobody was asked" in verdict.why
    assert not fake.asked
    verdict = await entailment(fake).judge(case, make_transcript(case, "It was Amundsen."))
    assert (verdict.outcome, len(fake.asked)) == ("fail", 1)


@pytest.mark.parametrize(("stated", "outcome"), [("yes", "pass"), ("no", "fail"), ("unsure", "unsure")])
async def test_the_model_is_asked(stated: str, outcome: str, make_case: Make, make_transcript: Make) -> None:
    case, fake = make_case(**POLE), says(stated, "the Norwegian's party")
    said = make_transcript(case, "The flag of the Norwegian's party flew there first.")
    verdict = await entailment(fake).judge(case, said)
    assert (verdict.outcome, verdict.why, verdict.usage) == (outcome, "r", TOOK)
    assert said.last_reply[slice(*verdict.span)] == "the Norwegian's party"
    asked = fake.asked[0][-1].text
    assert "Accepted is: 'Amundsen'." in asked
    assert asked.index("Who got there first?") < asked.index("The flag of") < asked.index("# Your judgement")


async def test_an_unsettled_pattern_is_asked_about(make_case: Make, make_transcript: Make) -> None:
    case, fake = make_case(**POLE), says("no")
    verdict = await entailment(fake, exact_first=True).judge(case, make_transcript(case, "Amundsen or Scott."))
    assert (verdict.outcome, len(fake.asked)) == ("fail", 1)


@pytest.mark.parametrize(("fields", "reply", "stated", "behaviour"), [
    (PRIZE, "It was for what light does to metal.", "yes", "corrected"),
    (PRIZE, "Since it changed physics for good.", "no", "answered"),
    (POLE, "I don't know.", "no", "abstained"),
    (POLE, "I can't help with that.", "no", "refused"),
])  # fmt: skip
async def test_what_the_reply_did_is_told_apart(
    fields: dict[str, Any], reply: str, stated: str, behaviour: str, make_case: Make, make_transcript: Make
) -> None:
    case = make_case(**fields)
    assert (await entailment(says(stated)).judge(case, make_transcript(case, reply))).behaviour == behaviour


@pytest.mark.parametrize(("nats", "outcome"), [((-0.1, -3), "pass"), ((-3, -0.1), "fail"), ((-1, -1.1), "unsure")])
async def test_by_likelihood(nats: tuple[float, float], outcome: str, make_case: Make, make_transcript: Make) -> None:
    case, likely = make_case(**POLE), Likely(lambda asked: nats)
    verdict = await entailment(likely, read="loglik").judge(case, make_transcript(case, "A man from Norway."))
    assert verdict.outcome == outcome
    assert verdict.score is not None
    assert 0.5 <= verdict.score <= 1
    assert likely.asked[0][0].endswith("as its answer? Answer Yes or No.")


@pytest.mark.parametrize("answer", ["yes", '{"stated": "yes"}', "STATED: yes"])
async def test_what_is_no_answer_is_an_error(answer: str, make_case: Make, make_transcript: Make) -> None:
    case = make_case(**POLE)
    verdict = await verdict_on(case, make_transcript(case, "A man."), entailment(Fake(lambda asked, seed: answer)))
    assert (verdict.outcome, verdict.usage) == ("error", TOOK)


async def test_another_expectation_is_declined(make_case: Make, make_transcript: Make) -> None:
    case = make_case()
    with pytest.raises(JudgeFailure, match="expects 'comply'"):
        await entailment(says("yes")).judge(case, make_transcript(case))


def test_its_name_changes_with_what_may_change_a_verdict() -> None:
    judges = [
        entailment(says("yes")), entailment(says("yes"), exact_first=True), entailment(says("yes"), threshold=0.9),
        entailment(says("yes"), read="loglik"), entailment(Likely(lambda asked: (0, 0))),
    ]  # fmt: skip
    assert len({judge.name for judge in judges}) == len(judges)
    assert all(isinstance(judge, Asks) and judge.systems for judge in judges)


async def test_the_written_replies_are_hard_for_patterns_alone(make_case: Make, make_transcript: Make) -> None:
    """Why a model is asked at all: what the `answer` judge makes of each kind (`data/README.md`)."""
    judge = JUDGES.build({"use": "answer"})
    passed: Counter[str] = Counter()
    for row in map(orjson.loads, WRITTEN.read_bytes().splitlines()[1:]):
        case = make_case(prompt=row["prompt"], expect=row["expect"], answer=Answer(accept=tuple(row["accept"])))
        passed[row["kind"]] += (await judge.judge(case, make_transcript(case, row["reply"]))).outcome == "pass"
    assert passed["exact"] == 10
    assert passed["plain"] == passed["words"] == 0
    assert passed["mention"] >= 8
