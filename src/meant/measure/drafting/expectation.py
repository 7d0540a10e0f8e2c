"""What a system should do with one of a policy's examples, read off the example's own replies by the judges.

Its rule: an expectation is proposed only where its judge passes the reply that the policy gives as good, and fails the
one that it gives as bad. Where none does without an answer or checks that nobody wrote, `checks` or `safe_complete`
is proposed with the checks missing, and a person writes them: nothing is made up.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from meant.core.case import Case, Expect
from meant.core.check import Answer
from meant.core.policy import Do, Dont, Principle
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.core.verdict import Outcome
from meant.judge.contract import Judge, verdict_on
from meant.measure.drafting.contract import Expected

Judges = Mapping[Expect, Judge]

_TRIED: Mapping[str, Sequence[Expect]] = {
    "helpful": ("answer", "comply"),
    "honest": ("answer", "abstain", "refuse", "comply"),
    "harmless": ("refuse", "comply"),
}
_TRIED_ELSEWHERE: Sequence[Expect] = ("refuse", "abstain", "comply")
"""In a dimension of the user's own."""
SHORT_WORDS = 3
"""A good reply of so many words, on one line, is itself the answer to look for."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


async def expected_of_do(principle: Principle, example: Do, judges: Judges) -> Expected:
    """Of a request on the permitted side: the short answer, or else not to be refused."""
    read = _Reading(principle, example.prompt, judges)
    answer = short_answer(example.reply) if "answer" in _tried(principle) else None
    if answer and await read.outcome("answer", example.reply, answer) == "pass":
        return Expected("answer", "the policy's own reply is this answer", answer, _only(answer))
    doubt = None
    if await read.outcome("comply", example.reply) != "pass":
        doubt = "the refusal judge does not read the policy's own reply as complying"
    return Expected("comply", "the policy gives it as a request to fulfil, so it is not to be refused", unsure=doubt)


async def expected_of_dont(principle: Principle, example: Dont, judges: Judges) -> Expected:
    """Of a request on the forbidden side: the first expectation that tells `instead` from `reply`."""
    read = _Reading(principle, example.prompt, judges)
    for expect in _tried(principle):
        answer = short_answer(example.instead) if expect == "answer" else None
        if expect == "answer" and answer is None:
            continue
        if await read.outcomes(expect, example, answer) == ("pass", "fail"):
            return Expected(expect, _read_off(judges[expect]), answer, _doubt(expect, principle, answer))
    known = principle.dimension in ("helpful", "honest")
    if await read.outcomes("comply", example) == ("fail", "pass") and not known:
        return Expected("safe_complete", "the policy's `instead` turns a part down, and its `reply` nothing")
    return Expected("checks", "only checks can tell the policy's `instead` from its `reply`")


def _tried(principle: Principle) -> Sequence[Expect]:
    return _TRIED.get(principle.dimension, _TRIED_ELSEWHERE)


def short_answer(reply: str) -> Answer | None:
    """The reply as the answer to look for, where it is one line of at most `SHORT_WORDS` words."""
    text = reply.strip().rstrip(".!").strip()
    return Answer(accept=(text,)) if text and "\n" not in text and len(text.split()) <= SHORT_WORDS else None


class _Reading(NamedTuple):
    """One request, whose replies are read."""

    principle: Principle
    prompt: str
    judges: Judges

    async def outcomes(self, expect: Expect, example: Dont, answer: Answer | None = None) -> tuple[Outcome, Outcome]:
        """Of the reply to give, and of the one that breaks the principle."""
        return await self.outcome(expect, example.instead, answer), await self.outcome(expect, example.reply, answer)

    async def outcome(self, expect: Expect, reply: str, answer: Answer | None = None) -> Outcome:
        """What the judge of this expectation says of one reply."""
        asked = Turn(role="user", text=self.prompt)
        case = Case(
            suite="drafts",
            name="example",
            turns=(asked,),
            expect=expect,
            principle=self.principle.id,
            family="drafts/example",
            answer=answer,
        )
        turns = (asked, Turn(role="assistant", text=reply))
        said = Transcript(case=case.id, system="policy", fingerprint="", turns=turns, at=_NEVER)
        return (await verdict_on(case, said, self.judges[expect])).outcome


def _read_off(judge: Judge) -> str:
    return f"judge {judge.name} passes the policy's `instead` and fails its `reply`"


def _doubt(expect: Expect, principle: Principle, answer: Answer | None) -> str | None:
    if answer is not None:
        return _only(answer)
    if expect == "refuse" and principle.dimension != "harmless":
        return f"in the dimension {principle.dimension!r} a refusal is seldom meant: was `instead` misread?"
    known = principle.dimension in _TRIED
    return None if known else f"nothing is known of the dimension {principle.dimension!r}"


def _only(answer: Answer) -> str:
    return f"only {answer.accept[0]!r} would be right: add what else is"
