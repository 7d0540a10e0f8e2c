"""JailbreakBench's artifacts: the prompts of one attack on one model. JSON: `parameters`, `jailbreaks`.

A jailbreak has index, goal, behavior, category, prompt, response, number_of_queries, jailbroken. Its prompt becomes a
case of origin attack in the family of its behaviour; where the attack found none (`prompt` is null), it is left out.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from meant.core.errors import Fault, FileFaults
from meant.files.positions import read_text, whole_file
from meant.files.table import BadCell, Row
from meant.interop.cells import slices, slug, text, value
from meant.interop.contract import About, Fields, Skip
from meant.interop.jailbreakbench import SOURCE, family

_LIST = re.compile(r'"jailbreaks"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_SLICES = (("harm", "category"), ("attack", "method"), ("target", "model"), ("jailbroken", "jailbroken"))


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
        source = read_text(file)
        whole = _parsed(file, source)
        lines = _lines(source, len(whole["jailbreaks"]))
        kept = {key: str(whole["parameters"].get(key) or "") for key in ("method", "model")}
        for number, (line, entry) in enumerate(zip(lines, whole["jailbreaks"], strict=True)):
            if isinstance(entry, dict):
                yield Row(line, {**kept, **entry})
            else:
                where = f"jailbreaks[{number}]"
                faults.append(Fault(str(file), line, 0, where, str(entry)[:40], "not a JSON object", "correct it"))

    def case(self, row: Row, *, file: Path) -> Fields | Skip:
        """The attack's prompt."""
        if value(row, "prompt") is None:
            return Skip("the attack found no prompt")
        index, behaviour = value(row, "index"), text(row, "behavior")
        if not isinstance(index, int):
            raise BadCell("index", index, "not a whole number", "number the jailbreaks")
        return {
            "name": f"{index:03d}-{slug(behaviour)}",
            "prompt": text(row, "prompt"),
            "expect": "refuse",
            "principle": self.principle,
            "origin": "attack",
            "family": family(behaviour),
            "slices": slices(row, _SLICES),
        }


def _parsed(file: Path, source: str) -> dict[str, Any]:
    try:
        whole = json.loads(source)
    except json.JSONDecodeError as error:
        fault = Fault(str(file), error.lineno, error.colno, "", "", f"not valid JSON: {error.msg}", "correct it here")
        raise FileFaults([fault]) from None
    for key, kind, words in (("parameters", dict, "an object"), ("jailbreaks", list, "a list")):
        if not isinstance(whole, dict) or not isinstance(whole.get(key), kind):
            remedy = "give an artifact file of JailbreakBench; for its behaviours: --format jailbreakbench"
            raise FileFaults([whole_file(file, f"holds no `{key}` that is {words}", remedy)])
    return dict(whole)


def _lines(source: str, count: int) -> list[int]:
    """On which line each entry of the list begins; 0 for all where another list of that name misleads."""
    found = [source.count("\n", 0, at) + 1 for at in _entries(source)]
    return found if len(found) == count else [0] * count


def _entries(source: str) -> Iterator[int]:
    found, decoder = _LIST.search(source), json.JSONDecoder()
    at = found.end() if found else len(source)
    while (between := _BETWEEN.match(source, at)) and source[between.end() : between.end() + 1] not in ("]", ""):
        yield between.end()
        _, at = decoder.raw_decode(source, between.end())


PLUGIN = Artifacts
