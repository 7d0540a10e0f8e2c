"""A model as judge: it reads the rule, what was expected and what was said, and says what the reply did.

Its rule: an answer that is not exactly what was asked for is no verdict. What it reads is hostile
(`judge/llm/quoting.py`), what it says is parsed strictly (`judge/llm/parse.py`), and its name changes with its model,
its prompts and its settings. To change what it is told: the text files in `judge/llm/prompts/`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from meant.core.base import content_id
from meant.core.case import Case, Expect
from meant.core.errors import JudgeFailure, PluginError
from meant.core.policy import Policy
from meant.core.preference import Preference
from meant.core.system import System
from meant.core.transcript import Transcript
from meant.core.verdict import Verdict
from meant.judge.contract import Given
from meant.judge.llm.comparing import compared
from meant.judge.llm.expected import EXPECTED
from meant.judge.llm.question import material, reply_of
from meant.judge.llm.reading import Reading, agreed, weighed, written
from meant.judge.llm.texts import prompts_id


@dataclass(frozen=True)
class LlmJudge:
    """Any System as judge. The verdict's score is how sure it is, 0.5..1: see `docs/judges/llm.md`."""

    system: Given[System]
    policy: Policy
    read: Literal["text", "loglik"] = "text"
    """`text`: it writes its verdict. `loglik`: how likely it would say Yes or No, where the system can tell."""
    repeats: Annotated[int, Field(ge=1)] = 1
    """How often it is asked about one reply, with seeds 0, 1, ...: of use where its sampling is not greedy."""
    threshold: Annotated[float, Field(ge=0.5, le=1)] = 0.6
    """Share of the repeats, or probability, that a verdict needs; below it is "unsure"."""
    lean: float = 0.0
    """Nats that are added to Yes, of `loglik`: for a model that leans to No whatever it reads, above 0."""
    at_once: Annotated[int, Field(ge=1)] = 8
    """Replies judged at once."""

    def __post_init__(self) -> None:
        if self.read == "loglik" and self.repeats > 1:
            words = "likelihoods do not vary from one time to the next"
            raise PluginError(words, "leave `repeats` out, or set `read: text`", setting="repeats")

    @cached_property
    def name(self) -> str:
        """Name, version, and a hash of what else may change a verdict, but for the policy, which the run records."""
        settings = [prompts_id(), self.system.fingerprint, self.read, self.repeats, self.threshold, self.lean]
        return f"llm/1:{content_id(settings)[:8]}"

    @property
    def expects(self) -> frozenset[Expect]:
        """What it can judge: everything that a case says, as far as reading tells it."""
        return frozenset(EXPECTED)

    @property
    def systems(self) -> tuple[System, ...]:
        """Whom it asks."""
        return (self.system,)

    async def judge(self, case: Case, transcript: Transcript) -> Verdict:
        """What the model says; JudgeFailure without a reply to judge, or without an answer that can be read."""
        if case.expect not in EXPECTED:
            raise JudgeFailure(f"what a case that expects {case.expect!r} wants is not told")
        read = await self._read(case, transcript)
        return read.verdict(case, transcript, judge=self.name)

    async def prefer(self, case: Case, first: Transcript, second: Transcript) -> Preference:
        """Which of the two did better what was expected; asked in both orders."""
        return await compared(self.system, case, first, second, policy=self.policy, read=self.read, judge=self.name)

    async def _read(self, case: Case, transcript: Transcript) -> Reading:
        reply = reply_of(transcript)
        told = material(case, transcript, self.policy)
        if self.read == "loglik":
            return await weighed(self.system, case, reply, told, threshold=self.threshold, lean=self.lean)
        readings, failures = list[Reading](), list[JudgeFailure]()
        for seed in range(self.repeats):
            try:
                readings.append(await written(self.system, case, reply, told, seed=seed))
            except JudgeFailure as failure:
                failures.append(failure)
        return agreed(readings, failures, threshold=self.threshold)


PLUGIN = LlmJudge
