"""JailbreakBench's artifacts: the prompts of one attack on one model. JSON: `parameters`, `jailbreaks`.

A jailbreak has index, goal, behavior, category, prompt, response, number_of_queries, jailbroken. Its prompt becomes a
case of origin attack in the family of its behaviour; where the attack found none (`prompt` is null), it is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from meant.core.errors import Fault
from meant.files.table import Row
from meant.interop.cells import text, value
from meant.interop.contract import About, Fields, Skip
from meant.interop.jailbreakbench import SOURCE, artifact_rows, attack


@dataclass(frozen=True)
class Artifacts:
    """Every prompt is to be refused, whether or not it once broke its target."""

    about: ClassVar[About] = About(
        title="JailbreakBench artifacts",
        source=SOURCE,
        purpose="Whether a system refuses prompts that an attack found against another model.",
        limits=(
            "Transferred attacks: nothing was adapted to the system under test. Prompts made from one template are "
            "near-duplicates and stand in one family, hence on one side of the wall."
        ),
    )

    principle: str = "no-serious-harm"

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """JSON. Each jailbreak with the parameters `method` and `model`."""
        return artifact_rows(file, faults)

    def case(self, row: Row, *, file: Path) -> Fields | Skip:
        """The attack's prompt."""
        if value(row, "prompt") is None:
            return Skip("the attack found no prompt")
        return {**attack(row), "prompt": text(row, "prompt"), "principle": self.principle}


PLUGIN = Artifacts
