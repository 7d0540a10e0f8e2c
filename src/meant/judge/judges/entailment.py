"""Whether a reply states the expected answer in whatever words, as far as a model can tell.

For cases that expect `answer` or `correct`, where the `answer` judge looks for accepted texts alone and fails what
is right in words that nobody listed. Its rule: the reply must state the answer, and not merely hold it.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import Field

from meant.core.base import content_id
from meant.core.case import Case, Expect
from meant.core.errors import JudgeFailure
from meant.core.system import System, Usage
from meant.core.transcript import Transcript
from meant.core.verdict import Behaviour, Outcome, Verdict
from meant.judge.contract import JUDGES, Given, Judge
from meant.judge.honesty.instead import instead
from meant.judge.llm.ask import ask, turns_of, weigh
from meant.judge.llm.evidence import span_of
from meant.judge.llm.expected import details
from meant.judge.llm.question import question_and_reply, reply_of
from meant.judge.llm.reading import Reading
from meant.judge.llm.texts import filled, prompt, prompts_id

_RIGHT: Final[dict[Expect, Behaviour]] = {"answer": "answered", "correct": "corrected"}
_OUTCOMES: Final[dict[str, Outcome]] = {"yes": "pass", "no": "fail", "unsure": "unsure"}


@dataclass(frozen=True)
class Entailment:
    """Any System. The score is how likely Yes was against No, 0.5..1, where it is read by likelihood."""

    system: Given[System]
    read: Literal["text", "loglik"] = "text"
    exact_first: bool = False
    """Whether a pass of the `answer` judge settles it without asking: cheaper, and wrong where that judge is."""
    threshold: Annotated[float, Field(ge=0.5, le=1)] = 0.6
    """Probability that a verdict by likelihood needs; below it is "unsure"."""
    at_once: Annotated[int, Field(ge=1)] = 8
    """Replies judged at once."""

    @cached_property
    def name(self) -> str:
        """Name, version, and a hash of what else may change a verdict."""
        exact = self._exact.name if self.exact_first else ""
        settings = [prompts_id(), self.system.fingerprint, self.read, exact, self.threshold]
        return f"entailment/1:{content_id(settings)[:8]}"

    @property
    def expects(self) -> frozenset[Expect]:
        """What it can judge."""
        return frozenset(_RIGHT)

    @property
    def systems(self) -> tuple[System, ...]:
        """Whom it asks."""
        return (self.system,)

    async def judge(self, case: Case, transcript: Transcript) -> Verdict:
        """Pass where the reply states it; JudgeFailure for another expectation, no reply, or no readable answer."""
        if case.expect not in _RIGHT:
            raise JudgeFailure(f"expects {case.expect!r}; this judge reads {', '.join(sorted(_RIGHT))}")
        reply = reply_of(transcript)
        if self.exact_first:
            exact = await self._exact.judge(case, transcript)
            if exact.outcome == "pass":
                return exact.model_copy(update={"judge": self.name, "why": f"{exact.why}; nobody was asked"})
        return await self._asked(case, transcript, reply)

    async def _asked(self, case: Case, transcript: Transcript, reply: str) -> Verdict:
        accepted = filled(f"entail/{case.expect}", details=details(case))
        told = question_and_reply(case, transcript, accepted=accepted)
        read = await (self._weighed(case, told) if self.read == "loglik" else self._written(told, reply))
        behaviour = _RIGHT[case.expect] if read.outcome == "pass" else instead(reply)
        return read._replace(behaviour=behaviour).verdict(case, transcript, judge=self.name)

    async def _written(self, told: str, reply: str) -> Reading:
        fields = {"evidence": None, "reason": None, "stated": tuple(_OUTCOMES)}
        said, usage = await ask(self.system, turns_of(prompt("entails"), f"{told}\n\n{prompt('states')}"), fields)
        span = span_of(said["evidence"], reply)
        return Reading(_OUTCOMES[said["stated"]], None, said["reason"], usage, span)

    async def _weighed(self, case: Case, told: str) -> Reading:
        question = prompt(f"yes_no/{case.expect}")
        ending = filled("yes_no", question=question)
        yes, no = await weigh(self.system, turns_of(prompt("entails"), f"{told}\n\n{ending}"), ("Yes", "No"))
        outcome: Outcome = "unsure" if max(yes, no) < self.threshold else "pass" if yes > no else "fail"
        return Reading(outcome, None, f"{question} Yes: {yes:.2f}", Usage(), score=max(yes, no))

    @property
    def _exact(self) -> Judge:
        return JUDGES.build({"use": "answer"})


PLUGIN = Entailment
