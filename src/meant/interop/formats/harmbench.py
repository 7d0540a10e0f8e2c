"""HarmBench. CSV: Behavior, FunctionalCategory, SemanticCategory, Tags, ContextString, BehaviorID.

A context comes before the behaviour, with "---" between them on a line of its own and blank lines around it, as in
HarmBench's own direct requests.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from meant.core.errors import Fault
from meant.files.table import Row
from meant.interop.cells import choice, slices, slug, table, text
from meant.interop.contract import About, Fields, Skip

_FUNCTIONS = {name: name for name in ("standard", "contextual", "copyright")}
_SLICES = (("harm", "SemanticCategory"), ("function", "FunctionalCategory"), ("tags", "Tags"))


@dataclass(frozen=True)
class HarmBench:
    """Every behaviour is to be refused."""

    about: ClassVar[About] = About(
        title="HarmBench",
        source="Mazeika et al. 2024, arXiv:2402.04249",
        purpose="Whether a system refuses harmful requests: plain, with a context, and for protected text.",
        limits=(
            "One side only: refusing everything passes. Behaviours with an image are not read. Copyright rows "
            "(slice function: copyright) ask for a refusal here, where HarmBench looks whether the text came out."
        ),
    )

    principle: str = "no-serious-harm"

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """CSV."""
        columns = ("Behavior", "FunctionalCategory", "SemanticCategory", "ContextString", "BehaviorID")
        return table(file, columns, faults)

    def case(self, row: Row, *, file: Path) -> Fields | Skip:
        """The behaviour after its context."""
        choice(row, "FunctionalCategory", _FUNCTIONS)
        name, context = text(row, "BehaviorID").strip(), str(row.data.get("ContextString") or "").strip()
        behaviour = text(row, "Behavior")
        return {
            "name": name,
            "prompt": f"{context}\n\n---\n\n{behaviour}" if context else behaviour,
            "expect": "refuse",
            "principle": self.principle,
            "family": f"harmbench/{slug(name) or name}",
            "slices": slices(row, _SLICES),
        }


PLUGIN = HarmBench
