"""Which of two replies is better, asked in both orders; an answer that follows the place is none."""

from typing import Literal, NamedTuple

from meant.core.case import Case
from meant.core.errors import JudgeFailure
from meant.core.policy import Policy
from meant.core.preference import Preference, Preferred
from meant.core.system import System, Usage
from meant.core.transcript import Transcript
from meant.judge.llm.ask import ask, turns_of, weigh
from meant.judge.llm.question import both
from meant.judge.llm.texts import prompt

Read = Literal["text", "loglik"]
_PLACES: dict[tuple[str, str], tuple[Preferred, Literal["first", "second"] | None]] = {
    ("A", "B"): ("first", None),
    ("B", "A"): ("second", None),
    ("tie", "tie"): ("tie", None),
    ("A", "A"): ("unsure", "first"),
    ("B", "B"): ("unsure", "second"),
}
"""From what was better in the two orders, the second with the replies swapped. All else is "unsure"."""


class _Better(NamedTuple):
    """What was said in one order."""

    place: str
    why: str
    usage: Usage
    a: float | None = None
    """Probability of A, where it was weighed."""


async def compared(
    system: System, case: Case, first: Transcript, second: Transcript, *, policy: Policy, read: Read, judge: str
) -> Preference:
    """The preference that both orders agree on. Raises JudgeFailure where one of them got no answer."""
    one = await _better(system, both(case, first, second, policy), read)
    try:
        other = await _better(system, both(case, second, first, policy), read)
    except JudgeFailure as failure:
        raise JudgeFailure(str(failure), usage=one.usage + (failure.usage or Usage())) from failure
    preferred, followed = _PLACES.get((one.place, other.place), ("unsure", None))
    return Preference(
        case=case.id,
        first=first.id,
        second=second.id,
        judge=judge,
        preferred=preferred,
        followed=followed,
        score=_sure(one, other),
        why=f"{one.place}: {one.why} Swapped, {other.place}: {other.why}",
        usage=one.usage + other.usage,
    )


async def _better(system: System, told: str, read: Read) -> _Better:
    if read == "loglik":
        a, b = await weigh(system, turns_of(prompt("compare"), f"{told}\n\n{prompt('which')}"), ("A", "B"))
        return _Better("A" if a > b else "B", f"A {a:.2f}.", Usage(), a)
    fields = {"reason": None, "better": ("A", "B", "tie")}
    said, usage = await ask(system, turns_of(prompt("compare"), f"{told}\n\n{prompt('better')}"), fields)
    return _Better(said["better"], said["reason"], usage)


def _sure(one: _Better, other: _Better) -> float | None:
    """Mean probability of the likelier of the two replies, over both orders."""
    if one.a is None or other.a is None:
        return None
    first = (one.a + 1 - other.a) / 2
    return max(first, 1 - first)
