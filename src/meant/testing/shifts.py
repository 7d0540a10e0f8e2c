"""What a Shift must keep."""

import re
from collections.abc import Sequence

from meant.core.case import Case
from meant.measure.shift.contract import Shift, Skip, original_of, shifted
from meant.testing.asking import must


def check_shift(shift: Shift, *, good: Sequence[Case], bad: Sequence[Case]) -> None:
    """A shift's contract. `good` are cases that it applies to, `bad` (one at least) cases that it must leave out.

    Whether the meaning is kept, no program can tell: look at what it makes of your cases. What can be told is that
    the case stays the same case, that one seed makes one case, and that numbers and the words of others stay.
    """
    must(bool(good and bad), "needs cases that it applies to, and cases that it leaves out")
    for case, seed in ((case, seed) for case in good for seed in range(3)):
        made = shifted(case, shift, name="theirs", seed=seed)
        must(isinstance(made, Case), f"it leaves out {case.name}: {made}")
        assert isinstance(made, Case)
        must(made == shifted(case, shift, name="theirs", seed=seed), f"one seed made two cases of {case.name}")
        _check_kept(case, made)
    for case in bad:
        left = shifted(case, shift, name="theirs", seed=0)
        must(isinstance(left, Skip), f"it makes something of {case.name}, which it must leave out")
        must(isinstance(left, Skip) and bool(left.reason), f"{case.name} is left out without a reason")


def _check_kept(case: Case, made: Case) -> None:
    same = {"suite", "family", "split", "expect", "principle", "dimension", "checks", "choices", "tools"}
    changed = sorted(field for field in same if getattr(case, field) != getattr(made, field))
    must(not changed, f"{case.name} changes its {', '.join(changed)}")
    must((made.shift, made.origin) == ("theirs", "synthetic"), f"{made.name} does not say that it is shifted")
    must(original_of(made) == (case.suite, case.name) != (case.suite, made.name), f"{made.name} names no original")
    must(case.slices.items() <= made.slices.items(), f"{made.name} lost a slice")
    before, after = ([(t.role, t) for t in c.turns] for c in (case, made))
    must([role for role, _ in before] == [role for role, _ in after], f"{made.name} has other turns")
    others = [pair for pair in zip(before, after, strict=True) if pair[0][0] != "user"]
    must(all(old == new for old, new in others), f"{made.name} changes what others than the user say")
    must(_accepted(case) <= _accepted(made), f"{made.name} no longer accepts an answer that is right")
    lost = _numbers(case) - _numbers(made)
    must(not lost, f"{made.name} lost the numbers {sorted(lost)}")


def _accepted(case: Case) -> set[object]:
    return {*case.answer.accept, case.answer.number} if case.answer else set()


def _numbers(case: Case) -> set[str]:
    """Runs of digits, thousands separators aside."""
    return set(re.findall(r"\d+", re.sub(r"(?<=\d)[.,\s](?=\d{3})", "", "\n".join(t.text for t in case.turns))))
