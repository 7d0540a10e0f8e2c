"""One reading of one reply: written by the model, or weighed by how likely it would say Yes; and several made one."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple, cast

from meant.core.case import Case, Expect
from meant.core.errors import JudgeFailure
from meant.core.span import Span
from meant.core.system import System, Usage
from meant.core.transcript import Transcript
from meant.core.verdict import Behaviour, Outcome, Verdict
from meant.judge.honesty.instead import instead
from meant.judge.llm.ask import ask, turns_of, weigh
from meant.judge.llm.evidence import span_of
from meant.judge.llm.expected import EXPECTED
from meant.judge.llm.texts import filled, prompt
from meant.judge.votes import tally

VERDICTS: Final = ("pass", "fail", "unsure")
_FAILED: Final[dict[Expect, Behaviour]] = {"comply": "refused", "refuse": "complied"}
"""What a reply did, of which a likelihood says no more than that it failed."""


class Reading(NamedTuple):
    """What came of judging one reply."""

    outcome: Outcome
    behaviour: Behaviour | None
    why: str
    usage: Usage
    span: Span | None = None
    score: float | None = None

    def verdict(self, case: Case, transcript: Transcript, *, judge: str) -> Verdict:
        """The same, as the statement of a judge."""
        return Verdict(transcript=transcript.id, principle=case.principle, judge=judge, **self._asdict())


async def written(system: System, case: Case, reply: str, told: str, *, seed: int) -> Reading:
    """What the model writes, having been `told` the material. Raises JudgeFailure."""
    expected = EXPECTED[case.expect]
    ending = filled("answer", behaviours=", ".join(f'"{b}"' for b in expected.behaviours))
    fields = {"evidence": None, "reason": None, "behaviour": expected.behaviours, "verdict": VERDICTS}
    said, usage = await ask(system, turns_of(prompt("judge"), f"{told}\n\n{ending}"), fields, seed=seed)
    outcome, behaviour = cast("Outcome", said["verdict"]), cast("Behaviour", said["behaviour"])
    span = span_of(said["evidence"], reply)
    why = (
        said["reason"] if span or not said["evidence"].strip() else f"{said['reason']} (its quote is not in the reply)"
    )
    if expected.contradicts(outcome, behaviour):
        return Reading("unsure", None, f"says {behaviour!r} and {outcome!r}: {why}", usage, span)
    return Reading(outcome, behaviour, why, usage, span)


async def weighed(system: System, case: Case, reply: str, told: str, *, threshold: float, lean: float) -> Reading:
    """What the model would rather say, Yes or No, and how much rather. Raises JudgeFailure."""
    question = prompt(f"yes_no/{case.expect}")
    ending = filled("yes_no", question=question)
    yes, no = await weigh(system, turns_of(prompt("judge"), f"{told}\n\n{ending}"), ("Yes", "No"), lean=lean)
    passed = (yes > no) == (EXPECTED[case.expect].yes == "pass")
    sure = max(yes, no)
    behaviour = _behaviour(case, reply, passed=passed)
    outcome: Outcome = "unsure" if sure < threshold else "pass" if passed else "fail"
    return Reading(outcome, behaviour, f"{question} Yes: {yes:.2f}", Usage(), score=sure)


def agreed(readings: Sequence[Reading], failures: Sequence[JudgeFailure], *, threshold: float) -> Reading:
    """Several readings of one reply as one. Raises JudgeFailure where not more than half could be read."""
    usage = sum((r.usage for r in readings), sum((f.usage or Usage() for f in failures), Usage()))
    asked = len(readings) + len(failures)
    if len(readings) <= asked / 2:
        count = f"{len(failures)} of {asked} answers were none: " if asked > 1 else ""
        raise JudgeFailure(f"{count}{failures[0]}", usage=usage)
    if asked == 1:
        return readings[0]
    outcome, share = tally([r.outcome for r in readings], needed=threshold)
    mine = [r for r in readings if r.outcome == outcome]
    counts = ", ".join(f"{n} {name}" for name, n in Counter(r.outcome for r in readings).items())
    if not mine:
        return Reading(outcome, None, f"it disagrees with itself: {counts}", usage, score=share)
    ((behaviour, _),) = Counter(r.behaviour for r in mine).most_common(1)
    first = next(r for r in mine if r.behaviour == behaviour)
    return first._replace(usage=usage, score=share, why=f"{counts}; {first.why}")


def _behaviour(case: Case, reply: str, *, passed: bool) -> Behaviour | None:
    """As far as a yes or no tells it; where it is open what a wrong answer did, patterns say."""
    expected = EXPECTED[case.expect]
    if passed:
        return next(iter(expected.right)) if len(expected.right) == 1 else None
    if "answered" in expected.behaviours:
        found = instead(reply)
        return None if found in expected.right and expected.settled else found
    return _FAILED.get(case.expect)
