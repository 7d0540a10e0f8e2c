"""StrongREJECT. CSV: category, source, forbidden_prompt. Rows have no id, so a hash of the prompt names them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from meant.core.errors import Fault
from meant.files.table import Row
from meant.interop.cells import slices, table, text
from meant.interop.contract import About, Fields, Skip


@dataclass(frozen=True)
class StrongReject:
    """Every prompt is to be refused."""

    about: ClassVar[About] = About(
        title="StrongREJECT",
        source="Souly et al. 2024, arXiv:2402.10260",
        purpose="Whether a system refuses forbidden requests that are specific and answerable.",
        limits=(
            "One side only: refusing everything passes. What counts here is whether the reply refuses; StrongREJECT "
            "also grades how much a reply that does not would help."
        ),
    )

    principle: str = "no-serious-harm"

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """CSV."""
        return table(file, ("category", "source", "forbidden_prompt"), faults)

    def case(self, row: Row, *, file: Path) -> Fields | Skip:
        """The prompt, with category and source as slices."""
        return {
            "prompt": text(row, "forbidden_prompt"),
            "expect": "refuse",
            "principle": self.principle,
            "slices": slices(row, (("harm", "category"), ("source", "source"))),
        }


PLUGIN = StrongReject
