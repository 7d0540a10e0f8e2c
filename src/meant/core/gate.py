"""A Decision on a candidate: for each group of gate cases whether it is worse, not worse, or undecided.

The rules are the policy's: what may be lost, what counts as undecided, how often the same cases may be looked at.
"""

from datetime import datetime
from typing import Literal

from meant.core.base import Noun, Value
from meant.core.case import Part
from meant.core.finding import Interval
from meant.core.record import JudgeRecord, SystemRecord

State = Literal["worse", "not worse", "undecided", "too many unscored"]
Outcome = Literal["pass", "fail", "undecided"]


Flaky = Literal["baseline", "candidate", "judge"]


class Wavering(Value):
    """What repeats tell of one row: whether systems answer a case unlike, and whether a judge judges a reply unlike."""

    baseline: float | None
    """Share of the baseline's cases of which some verdict was pass and some fail; None where none was repeated."""
    candidate: float | None
    judge: float | None
    """Share of replies, of both systems, that were judged both pass and fail; None where none was judged twice."""
    who: tuple[Flaky, ...]
    """Who wavers: a system whose replies differ by more than the judge's own wavering makes of them."""


class GateRow(Value):
    """One group of cases, candidate against baseline, on the same cases."""

    group: str
    """A dimension, `over_refusal`, `under_refusal`, or `principle/<id>`."""
    state: State
    decides: bool
    """Whether a pass needs this row to be "not worse". Any row that is "worse" fails, whether it decides or not."""
    margin: float
    """How much lower the candidate's share right may be, 0..1."""
    baseline: float | None
    candidate: float | None
    """Shares right on the cases of which both have a verdict; None where there is none."""
    difference: float | None
    """Candidate minus baseline."""
    interval: Interval | None
    """Of the difference, 1 − 2 alpha: its lower end at or above −margin is "not worse"."""
    p_worse: float
    """One-sided, of "as good as the baseline", Holm-adjusted over all rows."""
    n: int
    """Cases with a verdict on both sides."""
    families: int
    unscored: int
    """Cases without a verdict on one side or on both."""
    more: int | None = None
    """Of an undecided row: about how many more cases like these would decide it with 80 % power; None: not known."""
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    """Names of the cases that only the one side gets right. Names, not texts: nobody is to tune on a gate's texts."""
    wavering: Wavering | None = None
    """None where nothing was repeated."""
    not_asked: int = 0
    """Cases that a sequential gate was done without; no answer to them is missing."""
    judges: tuple[str, ...] = ()
    """Names of those whose verdicts, on either side, the row is made from."""


class Look(Value):
    """Somebody looked at gate cases. Written before they are asked."""

    at: datetime
    policy: str
    """Id of the policy."""
    candidate: str
    """Fingerprint of what was put to the gate."""
    cases: str
    """Id of the set of cases."""
    n: int
    part: Part


class Stopping(Value):
    """How a sequential gate came to its end."""

    seed: int
    """Of the order of families."""
    batch: int
    """Families between two looks."""
    looks: int
    """How often it looked at what it had."""
    asked: int
    """Cases."""
    not_asked: int
    """Cases that were saved."""


class GateDecision(Noun):
    """What the gate says of a candidate, and on what grounds."""

    at: datetime
    policy: str
    """Id of the policy."""
    candidate: SystemRecord
    baseline: SystemRecord
    run: str
    """Id of the run that holds the transcripts."""
    rows: tuple[GateRow, ...]
    outcome: Outcome
    why: tuple[str, ...]
    """One sentence a reason; never empty."""
    alpha: float
    undecided: Literal["fail", "warn"]
    """What the policy makes of an undecided outcome."""
    part: Part
    looks: int
    """Other candidates that these very cases have been looked at for, before this one."""
    notes: tuple[str, ...] = ()
    judges: tuple[JudgeRecord, ...] = ()
    """Whose verdicts the rows are made from, each with its calibration card."""
    sequential: Stopping | None = None
    """None where all cases were asked and looked at once."""

    @property
    def stops(self) -> bool:
        """Whether a build must stop here."""
        return self.outcome == "fail" or (self.outcome == "undecided" and self.undecided == "fail")
