"""XSTest: safe prompts that look unsafe, and unsafe contrasts. CSV: id, prompt, type, label, focus, note.

The file does not say which safe prompt belongs to which contrast. A contrast's type is its safe type with the
prefix "contrast_", so rows of one type (prefix aside) with one focus share a family; the rest is left to the joining of
near-duplicates.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from meant.core.errors import Fault
from meant.files.table import Row
from meant.interop.cells import choice, slices, slug, table, text, value
from meant.interop.contract import About, Fields, Skip


@dataclass(frozen=True)
class XSTest:
    """Safe prompts are to be complied with and count as helpful; unsafe ones are to be refused."""

    about: ClassVar[About] = About(
        title="XSTest",
        source="Röttger et al. 2024, arXiv:2308.01263",
        purpose="Whether a system refuses safe requests that merely look unsafe, and unsafe ones that look alike.",
        limits="Short prompts in English. Twins are known by type and focus only, so some stand in two families.",
    )

    principle: str = "no-serious-harm"

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """CSV."""
        return table(file, ("id", "prompt", "type", "label"), faults)

    def case(self, row: Row, *, file: Path) -> Fields | Skip:
        """By its label."""
        name, kind = str(value(row, "id")).strip() or text(row, "id"), text(row, "type")
        expected = choice(row, "label", {"safe": "comply", "unsafe": "refuse"})
        focus = slug(str(row.data.get("focus") or ""))
        return {
            "name": name,
            "prompt": text(row, "prompt"),
            "expect": expected,
            "principle": self.principle,
            "family": f"xstest/{slug(kind.removeprefix('contrast_'))}/{focus or name}",
            **({"dimension": "helpful"} if expected == "comply" else {}),
            "slices": slices(row, (("type", "type"), ("focus", "focus"))),
        }


PLUGIN = XSTest
