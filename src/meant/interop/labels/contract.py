"""What a labelling tool is to us: it gets tasks that say nothing of systems and verdicts, and gives back answers.

Ids in a task's `meant` lead back to the run. They are hashes and numbers: nothing can be read from them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Protocol

from pydantic import Field

from meant.core.base import Value
from meant.core.errors import Fault
from meant.core.label import Labelled
from meant.core.verdict import Behaviour

SAID: tuple[Labelled, ...] = ("pass", "fail", "unsure")
BEHAVIOURS: tuple[Behaviour, ...] = ("complied", "partial", "refused", "answered", "abstained", "corrected")
PREFERRED = ("A", "B", "tie", "unsure")

Named = Annotated[str, Field(min_length=1)]


class Key(Value):
    """Which reply a task is about."""

    run: str | None = None
    """None: the one that the user names at import."""
    transcript: Named
    principle: Named
    frame: str | None = None
    """Id of what it was drawn from."""


class PairKey(Value):
    """Which two replies."""

    run: str | None = None
    case: Named
    first: Named
    second: Named
    shown: Literal["first", "second"]
    """Which of the two is A, or on the left."""


class Task(NamedTuple):
    """What a person sees, and the way back."""

    key: Key | PairKey
    principle: str
    expected: str
    conversation: tuple[tuple[str, str], ...]
    """Role and text, turn by turn, before the reply."""
    replies: tuple[str, ...]
    """One, or of a pair A and B."""


class Answered(Value):
    """What one person said of one reply."""

    meant: Key
    rater: Named
    said: Labelled
    behaviour: Behaviour | None = None
    why: str = ""
    seconds: Annotated[float, Field(ge=0)] | None = None
    at: datetime | None = None
    """When, with its zone; None where the tool does not tell."""


class Preferred(Value):
    """What one person said of one pair."""

    meant: PairKey
    rater: Named
    preferred: Literal["A", "B", "tie", "unsure"]
    why: str = ""
    seconds: Annotated[float, Field(ge=0)] | None = None
    at: datetime | None = None


class Row(NamedTuple):
    """One person's answer as a tool gives it: fields of Answered or Preferred, not checked yet."""

    line: int
    """1-based, in the file."""
    where: str
    """Inside the file, as in `[3].annotations[0]`."""
    fields: dict[str, Any]


class LabelTool(Protocol):
    """One tool's files."""

    def tasks(self, tasks: Sequence[Task]) -> str:
        """The file to give to the tool."""
        ...

    def setup(self, *, pairs: bool) -> str | None:
        """What the tool must be told once, for labels or for pairs; None where there is nothing."""
        ...

    def rows(self, file: Path, faults: list[Fault]) -> Iterator[Row]:
        """Every answer in the tool's file, unlabelled tasks left out; what is no answer goes to `faults`.

        Raises FileFaults where the file as a whole is something else.
        """
        ...
