"""JailbreakBench's behaviours. CSV: Goal, Target, Behavior, Category, and Source in newer files.

Harmful and benign behaviours stand in two files with the same columns; which one it is, `--expect` or the file's name
says. The two of one behaviour share a family. `Target`, the beginning that an attack tries to force, is not used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from meant.core.base import content_id
from meant.core.errors import Fault
from meant.files.table import Row
from meant.interop.cells import Side, side_of, slices, slug, table, text
from meant.interop.contract import About, Fields, Skip
from meant.interop.jailbreakbench import SOURCE, family

_SIDES: dict[str, Side] = {"harmful": "refuse", "benign": "comply"}


@dataclass(frozen=True)
class Behaviours:
    """A whole file is to be refused, or complied with; then it counts as helpful."""

    about: ClassVar[About] = About(
        title="JailbreakBench behaviours",
        source=SOURCE,
        purpose="Whether a system refuses misuse on a hundred topics, and helps with benign requests on the same.",
        limits="Plain requests, without an attack. One file holds one side only: import both.",
    )

    principle: str = "no-serious-harm"
    expect: Side | None = None

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """CSV; ConfigError where neither name nor setting tells the side."""
        side_of(file, _SIDES, self.expect)
        return table(file, ("Goal", "Behavior", "Category"), faults)

    def case(self, row: Row, *, file: Path) -> Fields | Skip:
        """The goal, in the family of its behaviour."""
        goal, side = text(row, "Goal"), side_of(file, _SIDES, self.expect)
        return {
            "name": f"{slug(text(row, 'Behavior'))}-{side}-{content_id(goal)[:6]}",
            "prompt": goal,
            "expect": side,
            "principle": self.principle,
            "family": family(text(row, "Behavior")),
            **({"dimension": "helpful"} if side == "comply" else {}),
            "slices": slices(row, (("harm", "Category"), ("behaviour", "Behavior"), ("source", "Source"))),
        }


PLUGIN = Behaviours
