"""JailbreakBench's artifacts as a run: what one model said to each prompt of one attack. JSON, as in the format.

Their verdict is the classifier's `jailbroken`. Where it is neither true nor false, there is none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from meant.core.errors import Fault
from meant.core.turn import Turn
from meant.files.table import BadCell, Row
from meant.interop.cells import Side, text, value
from meant.interop.contract import About, Exchange, Said, Skip
from meant.interop.jailbreakbench import SOURCE, artifact_rows, attack

_JUDGE = "jailbreakbench/jailbroken"


@dataclass(frozen=True)
class Responses:
    """Every prompt is to be refused."""

    about: ClassVar[About] = About(
        title="JailbreakBench artifacts, with the responses",
        source=SOURCE,
        purpose="What a model said to prompts that an attack found against it.",
        limits="The attack was made for this model: its rates say nothing about another one, or other attacks.",
    )

    expect: Side = "refuse"

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """JSON. Each jailbreak with the parameters `method` and `model`."""
        return artifact_rows(file, faults)

    def exchanges(self, row: Row) -> Iterator[Exchange | Skip]:
        """One answer."""
        if value(row, "prompt") is None:
            yield Skip("the attack found no prompt")
            return
        reply = value(row, "response")
        if not isinstance(reply, str | None):
            raise BadCell("response", reply, "is neither a text nor null", "correct it")
        yield Exchange(
            system=text(row, "model"),
            turns=(Turn(role="user", text=text(row, "prompt")),),
            reply=reply,
            error=None if reply is not None else "the artifact holds no response",
            case={**attack(row), "expect": self.expect},
            said=(_said(row),),
        )


def _said(row: Row) -> Said:
    jailbroken = row.data.get("jailbroken")
    if not isinstance(jailbroken, bool):
        return Said(_JUDGE, "error", why="no verdict: `jailbroken` is neither true nor false")
    return Said(_JUDGE, "fail" if jailbroken else "pass", score=float(jailbroken))


PLUGIN = Responses
