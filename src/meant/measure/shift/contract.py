"""What a shift is: a change of a case's words that changes neither what is asked nor what a right reply is.

Its rule: a shift changes turns and, where it must, the accepted answers; all else about a case is kept here, once
for every shift. Where it cannot keep the meaning or the expectation, it leaves the case out for a reason that is
counted. To add one: a module in `measure/shifts/` that ends in `PLUGIN = TheClass`, and a test with
`meant.testing.check_shift`.
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from meant.core.case import Case
from meant.core.check import Answer
from meant.core.turn import Turn
from meant.measure.shift.chance import Chance
from meant.plugins import Kind

MARK = "~"
"""Between the name of a case and the name of its shift."""


class Skip(NamedTuple):
    """The shift does not apply to a case."""

    reason: str
    """As in "no translation"; the same words for all cases that are left out for it, since they are counted."""


class Changed(NamedTuple):
    """What a shift makes of a case."""

    turns: tuple[Turn, ...]
    answer: Answer | None = None
    """In place of the case's own, where other words are right too; None keeps it."""
    slices: Mapping[str, str] = {}
    """Labels beside the case's own, as in {"translated_to": "de"}."""


class Shift(Protocol):
    """One way to say the same. Settings are its dataclass's fields."""

    def change(self, case: Case, chance: Chance) -> Changed | Skip:
        """The case under the shift. Pure: whatever is drawn is drawn from `chance`."""
        ...


SHIFTS: Kind[Shift] = Kind(name="shift", folder="meant.measure.shifts", method="change")


def shifted(case: Case, shift: Shift, *, name: str, seed: int) -> Case | Skip:
    """The case under the shift called `name`: of the same family, hence the same split, and the same expectation."""
    if case.shift is not None:
        return Skip("shifted already")
    change = shift.change(case, Chance(f"{seed}/{name}/{case.suite}/{case.name}"))
    if isinstance(change, Skip):
        return change
    if change.turns == case.turns:
        return Skip("nothing changes")
    fields = case.model_dump() | {
        "name": f"{case.name}{MARK}{name}",
        "turns": change.turns,
        "answer": change.answer or case.answer,
        "slices": {**change.slices, **case.slices},
        "origin": "synthetic",
        "shift": name,
    }
    return Case.model_validate(fields)


def original_of(case: Case) -> tuple[str, str]:
    """Suite and name of the case that a shifted case was made of; its own where it is not shifted."""
    return case.suite, case.name if case.shift is None else case.name.removesuffix(f"{MARK}{case.shift}")
