"""A sample of a task as a case, whose right answer is the task's scorer's affair.

Its rule: a sample is a family of its own, on the lab's side of the wall. The gate never asks a task, so that nothing of
it can be a gate case; whoever imports the same data as a suite, and gates on it, must not run the task.
"""

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from inspect_ai.model import ChatMessage

from meant.core.case import Case, split_of
from meant.core.check import Answer
from meant.core.turn import Turn
from meant.interop.inspect.turns import told

PRINCIPLE = "do-the-task"


class Told(NamedTuple):
    """What a case is made of, as the task and its log have it in common."""

    id: int | str | None
    input: str | Sequence[ChatMessage]
    target: str | Sequence[str]


def suite_of(task: str) -> str:
    """The suite's name under which a task's figures stand."""
    return f"inspect:{task}"


def case_of(task: str, sample: Told, *, dimension: str) -> Case:
    """The case."""
    target = [sample.target] if isinstance(sample.target, str) else list(sample.target)
    accepted = tuple(text for text in target if text)
    return Case(
        suite=suite_of(task),
        name=str(sample.id),
        turns=_turns(sample.input),
        expect="scored",
        principle=PRINCIPLE,
        family=_family(task, str(sample.id)),
        dimension=dimension,
        origin="imported",
        answer=Answer(accept=accepted) if accepted else None,
    )


def _turns(asked: str | Sequence[ChatMessage]) -> tuple[Turn, ...]:
    """Up to the user's last turn; a user's empty one where none speaks."""
    turns = (Turn(role="user", text=asked),) if isinstance(asked, str) else told(asked)
    users = [place for place, turn in enumerate(turns) if turn.role == "user"]
    return turns[: users[-1] + 1] if users else (*turns, Turn(role="user", text=""))


def _family(task: str, sample: str) -> str:
    names = (f"inspect/{task}/{sample}{'~' * n}" for n in count())
    return next(name for name in names if split_of(name) != "gate")
