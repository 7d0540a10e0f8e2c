"""Approval: asking a person about what the policy, or a guard, leaves to one."""

from datetime import datetime
from typing import Annotated, Protocol

from pydantic import Field

from meant.core.base import Noun, Value
from meant.core.guard import Place
from meant.core.policy import Identifier
from meant.core.turn import ToolCall, Turn


class Question(Noun):
    """What a person is asked. Its id is its content: the same question, asked again after a restart, is the same."""

    asks: str
    """`policy`, or the name of the guard."""
    place: Place
    because: str
    principle: Identifier | None = None
    call: ToolCall | None = None
    """The call in question, where it is one."""
    text: str = ""
    """The text in question, where it is none."""
    turns: tuple[Turn, ...]
    """The conversation, the turn in question included."""
    system: str | None = None
    """Where a gateway serves several: the one in question. A yes holds for it alone."""
    tenant: str | None = None
    """Where callers are told apart: whose request it is. A yes holds for that one alone."""


class Asking(Noun):
    """A question, put to people once. The same words later are another asking: a yes is good for one time."""

    question: Question
    time: Annotated[int, Field(ge=0)]
    """How often the same question was asked, and done with, before."""


class Answer(Value):
    """What a person said, and why. It stands for good."""

    asking: str
    """Id of the asking."""
    approved: bool
    by: Annotated[str, Field(min_length=1)]
    at: datetime
    """UTC."""
    why: str = ""


class Approver(Protocol):
    """Puts a question to a person. It is on the path of the reply, so it says None rather than wait for ever."""

    async def approve(self, question: Question) -> bool | None:
        """What the person said; None: nobody answered."""
        ...
