"""A Cell: one case, what the system did with it, and what the judge says. Measures and reports read lists of them."""

from typing import NamedTuple

from meant.core.case import Case
from meant.core.transcript import Transcript
from meant.core.verdict import Verdict


class Cell(NamedTuple):
    """One judged transcript."""

    case: Case
    transcript: Transcript
    verdict: Verdict
    """The one that counts in every figure."""
    again: tuple[Verdict, ...] = ()
    """Of a judge that was asked more than once about this very reply: its later verdicts. They tell whether it wavers,
    and count in no other figure."""
