"""What a judge is. To add one: one file in `judges/`, one test with `meant.testing.check_judge`.

A judge says what it can and no more: where it cannot tell, the outcome is "unsure". It never sees a transcript
that has an error: `verdict_on` answers those, and turns a judge's own failure into the outcome "error".

A judge that needs a model declares a field `system: Given[System]`, one that needs the policy `policy: Policy`, one
that is made of judges `judges: Given[tuple[Judge, ...]]`; `loop/judges.py` hands them over.
"""

from typing import Annotated, Protocol, TypeVar, runtime_checkable

from pydantic import PlainValidator

from meant.core.case import Case, Expect
from meant.core.errors import JudgeFailure
from meant.core.preference import Preference
from meant.core.system import System, Usage
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


@runtime_checkable
class Asks(Judge, Protocol):
    """A judge that asks systems. Its verdicts cost: they are kept, and several are waited for at once."""

    @property
    def at_once(self) -> int:
        """Verdicts to wait for at once."""
        ...

    @property
    def systems(self) -> tuple[System, ...]:
        """Whom it asks."""
        ...


@runtime_checkable
class Compares(Protocol):
    """A judge that can say which of two transcripts of one case is the better one."""

    async def prefer(self, case: Case, first: Transcript, second: Transcript) -> Preference:
        """A preference, or JudgeFailure where there is none. Asked in both orders: see `core/preference.py`."""
        ...


@runtime_checkable
class Defines(Judge, Protocol):
    """A judge that may decide by the case's own definition of what is right, as a check does: no person can say more.

    Nobody is asked to calibrate it.
    """

    @property
    def by_definition(self) -> bool:
        """Whether every verdict of it is of that kind."""
        ...


T = TypeVar("T")
Given = Annotated[T, PlainValidator(lambda value: value)]
"""A field that no file can set: an object that whoever builds the judge hands over, as it is."""

JUDGES: Kind[Judge] = Kind(name="judge", folder="meant.judge.judges", method="judge")


async def verdict_on(case: Case, transcript: Transcript, judge: Judge) -> Verdict:
    """The boundary: what the judge says, or a verdict of "error" when the system or the judge failed."""
    if transcript.error is not None:
        return no_verdict(case, transcript, judge, transcript.error)
    try:
        return await judge.judge(case, transcript)
    except JudgeFailure as failure:
        return no_verdict(case, transcript, judge, f"{judge.name}: {failure}", usage=failure.usage)


def no_verdict(case: Case, transcript: Transcript, judge: Judge, why: str, *, usage: Usage | None = None) -> Verdict:
    """The verdict of "error", which is no score."""
    return Verdict(
        transcript=transcript.id,
        principle=case.principle,
        judge=judge.name,
        outcome="error",
        why=why,
        usage=usage,
    )
