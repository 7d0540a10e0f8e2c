"""The `checks` judge: whether a reply, and the calls before it, hold everything that a program can verify. No model.

Its rule: all checks of the case must hold. A reply that was cut off is judged as it stands, since that is what the
user was given; the verdict says so. Where calls were made and nothing was said, `called` checks alone can be read: one
that does not hold is a failure, whatever the reply would have said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from meant.core.case import Case, Expect
from meant.core.check import Called, Check
from meant.core.errors import JudgeFailure
from meant.core.transcript import Transcript
from meant.core.verdict import Verdict
from meant.judge.checks.calls import Attempt, attempts
from meant.judge.checks.evaluate import holds

_ENDED: Mapping[str, str] = {
    "length": " (the reply was cut off)",
    "max_steps": " (it went on calling tools until it was stopped)",
}


@dataclass(frozen=True)
class Checks:
    """No settings. The verdict's score is the share of checks that hold, 0..1."""

    @property
    def name(self) -> str:
        """Name and version."""
        return "checks/1"

    @property
    def expects(self) -> frozenset[Expect]:
        """What it can judge."""
        return frozenset({"checks", "safe_complete"})

    @property
    def by_definition(self) -> bool:
        """The case says itself what must hold."""
        return True

    async def judge(self, case: Case, transcript: Transcript) -> Verdict:
        """Pass where every check holds; JudgeFailure for another expectation, or nothing to read."""
        if case.expect not in self.expects:
            raise JudgeFailure(f"expects {case.expect!r}; this judge reads {', '.join(sorted(self.expects))}")
        reply, made = transcript.last_reply, attempts(case, transcript)
        broken = [check for check in case.checks if not holds(check, reply, made)]
        if not reply.strip() and not _readable(case.checks, broken, made):
            raise JudgeFailure("empty reply")
        return Verdict(
            transcript=transcript.id,
            principle=case.principle,
            judge=self.name,
            outcome="fail" if broken else "pass",
            behaviour="asked" if transcript.asked else None,
            score=1 - len(broken) / len(case.checks),
            why=_why(broken, transcript),
        )


def _readable(checks: Sequence[Check], broken: Sequence[Check], made: Sequence[Attempt]) -> bool:
    """Whether there is a verdict without a text: calls were made, and what they alone say is enough."""
    return bool(made) and (all(isinstance(c, Called) for c in checks) or any(isinstance(c, Called) for c in broken))


def _why(broken: Sequence[Check], transcript: Transcript) -> str:
    if not broken:
        return ""
    why = "; ".join(f"does not hold: {check.model_dump_json(exclude_none=True)}" for check in broken)
    return why + _ENDED.get(transcript.finish or "stop", "")


PLUGIN = Checks
