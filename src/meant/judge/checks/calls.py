"""The calls that a system attempted, and the check that counts them.

Its rule: an attempt counts, whether or not it was carried out; a call that stood in the case's own turns does not.
"""

from collections.abc import Sequence
from typing import NamedTuple

from meant.core.case import Case
from meant.core.check import Called
from meant.core.transcript import Transcript
from meant.core.turn import ToolCall
from meant.systems.tools.predicates import all_hold


class Attempt(NamedTuple):
    """A call, and whether the decision on it let it be carried out."""

    call: ToolCall
    ran: bool


def attempts(case: Case, transcript: Transcript) -> list[Attempt]:
    """Every call that the system made, in order."""
    ran = {decision.call for decision in transcript.decisions if decision.ran}
    added = transcript.turns[len(case.turns) :]
    return [Attempt(call, call.id in ran) for turn in added for call in turn.calls]


def count(check: Called, made: Sequence[Attempt]) -> int:
    """How many of them the check is about. Of a call that cannot be read no predicate holds."""
    return sum(
        one.call.tool == check.tool
        and (check.ran is None or one.ran is check.ran)
        and (not check.where or (one.call.malformed is None and all_hold(check.where, one.call.arguments)))
        for one in made
    )
