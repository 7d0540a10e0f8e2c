"""GSM8K. JSON Lines: question, answer, whose last line is "#### 42".

The reply's last number is compared, as is usual for this set: 7.5 % of the test answers also stand in the question
(counted 2026-11-23), so that a number anywhere would show little.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from meant.core.errors import Fault
from meant.files.table import BadCell, Row
from meant.interop.cells import table, text
from meant.interop.contract import About, Fields, Skip

_ANSWER = re.compile(r"####\s*\$?(-?[\d,]*\.?\d+)\s*$")


@dataclass(frozen=True)
class GSM8K:
    """The last number of the reply is the answer."""

    about: ClassVar[About] = About(
        title="GSM8K",
        source="Cobbe et al. 2021, arXiv:2110.14168",
        purpose="Whether a system solves word problems of grade school arithmetic.",
        limits="Only the last number of a reply is looked at; a reply that goes on about other numbers fails.",
    )

    principle: str = "do-the-task"

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """JSON Lines."""
        return table(file, ("question", "answer"), faults)

    def case(self, row: Row, *, file: Path) -> Fields | Skip:
        """The question, and the number after "####"."""
        found = _ANSWER.search(text(row, "answer"))
        if found is None:
            raise BadCell("answer", text(row, "answer")[-40:], "ends in no number", 'end it with a line like "#### 42"')
        number = float(found[1].replace(",", ""))
        return {
            "prompt": text(row, "question"),
            "expect": "checks",
            "principle": self.principle,
            "answer": {"number": number},
            "checks": [{"use": "number", "value": number}],
        }


PLUGIN = GSM8K
