"""A conversation and what is expected, as lines for whoever has to judge it. It says nothing of who replied."""

from collections.abc import Iterator, Sequence
from json import dumps

from rich.text import Text

from meant.cli.lines import line, principle_lines
from meant.core.case import Case
from meant.core.guard import GuardDecision
from meant.core.policy import Policy
from meant.core.turn import Turn
from meant.measure.report.cells import wanted


def situation(case: Case, policy: Policy) -> Iterator[Text]:
    """The principle from both sides, what was asked, and what the case expects."""
    principle = next((p for p in policy.principles if p.id == case.principle), None)
    yield from principle_lines(principle) if principle else [line("principle", case.principle)]
    yield Text()
    yield from turns(case.turns)
    yield line("expects", wanted(case), style="bold")


def turns(said: Sequence[Turn], *, name: str | None = None) -> Iterator[Text]:
    """Turn by turn, calls and results included; `name` stands for the assistant."""
    for turn in said:
        who = name if name and turn.role == "assistant" else turn.role
        if turn.text or not turn.calls:
            yield line(who, turn.text or "(nothing)", style="bold" if turn.role == "assistant" else "")
        for call in turn.calls:
            yield line("calls", f"{call.tool} {call.malformed or dumps(dict(call.arguments), ensure_ascii=False)}")


def person(decision: GuardDecision) -> str:
    """What came of an `ask`."""
    return {True: "approved", False: "denied", None: "nobody answered"}[decision.approved]


def replied(case: Case, said: Sequence[Turn], *, name: str = "REPLY") -> Iterator[Text]:
    """What the system added."""
    yield from turns(said[len(case.turns) :] or (Turn(role="assistant", text=""),), name=name)
