"""The shifted cases of an evaluation: of each shift a stratified sample of whole families, and what was left out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from meant.core.case import Case
from meant.core.record import ShiftRecord
from meant.measure.sample import sample
from meant.measure.shift.contract import Shift, Skip, shifted


class Derived(NamedTuple):
    """What to ask besides the cases themselves."""

    cases: tuple[Case, ...]
    records: tuple[ShiftRecord, ...]


def derive(cases: Sequence[Case], shifts: Mapping[str, Shift], *, limit: int, seed: int) -> Derived:
    """The `cases` under each of the shifts, about `limit` a shift.

    With one seed the samples of all shifts begin with the same families, as far as a shift applies to them.
    """
    asked, records = list[Case](), list[ShiftRecord]()
    for name, shift in shifts.items():
        made = [shifted(case, shift, name=name, seed=seed) for case in cases]
        fit = [case for case in made if isinstance(case, Case)]
        chosen = sample(fit, limit=limit, seed=seed)
        left_out = Counter(skip.reason for skip in made if isinstance(skip, Skip))
        record = ShiftRecord(
            name=name, settings=repr(shift), asked=len(chosen), applies=len(fit), left_out=dict(left_out.most_common())
        )
        asked += chosen
        records.append(record)
    return Derived(tuple(asked), tuple(records))
