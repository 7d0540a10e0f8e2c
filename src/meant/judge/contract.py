"""What a judge is. To add one: one file in `judges/`, one test with `meant.testing.check_judge`.

A judge says what it can and no more: where it cannot tell, the outcome is "unsure". It never sees a transcript
that has an error: `verdict_on` answers those, and turns a judge's own failure into the outcome "error".
"""

from typing import Protocol

from meant.core.case import Case, Expect
from meant.core.errors import JudgeFailure
from meant.core.transcript import Transcript
from meant.core.verdict import Verdict
from meant.plugins import Kind


class Judge(Protocol):
    """Reads one transcript."""

    @property
    def name(self) -> str:
        """Name and version, as in `refusal/1`; the version moves when verdicts may."""
        ...

    @property
    def expects(self) -> frozenset[Expect]:
        """The expectations that it can judge."""
        ...

    async def judge(self, case: Case, transcript: Transcript) -> Verdict:
        """A verdict, or JudgeFailure where there is none."""
        ...


JUDGES: Kind[Judge] = Kind(name="judge", folder="meant.judge.judges", method="judge")


async def verdict_on(case: Case, transcript: Transcript, judge: Judge) -> Verdict:
    """The boundary: what the judge says, or a verdict of "error" when the system or the judge failed."""
    why = transcript.error
    if why is None:
        try:
            return await judge.judge(case, transcript)
        except JudgeFailure as failure:
            why = f"{judge.name}: {failure}"
    return Verdict(transcript=transcript.id, principle=case.principle, judge=judge.name, outcome="error", why=why)
