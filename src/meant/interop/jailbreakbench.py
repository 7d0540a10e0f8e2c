"""What JailbreakBench's behaviours and artifacts share: a behaviour has one family, in whichever file it stands."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from meant.core.errors import Fault, FileFaults
from meant.files.positions import read_text, whole_file
from meant.files.table import BadCell, Row
from meant.interop import json_lists
from meant.interop.cells import slices, slug, text, value
from meant.interop.contract import Fields

SOURCE = "Chao et al. 2024, arXiv:2404.01318"
_SLICES = (("harm", "category"), ("attack", "method"), ("target", "model"), ("jailbroken", "jailbroken"))


def family(behaviour: str) -> str:
    """Of a behaviour's name."""
    return f"jailbreakbench/{slug(behaviour) or behaviour}"


def artifact_rows(file: Path, faults: list[Fault]) -> Iterator[Row]:
    """Each jailbreak of an artifact file with the parameters `method` and `model`. Raises FileFaults."""
    source = read_text(file)
    parsed = _parsed(file, source)
    kept = {key: str(parsed["parameters"].get(key) or "") for key in ("method", "model")}
    for line, entry in json_lists.rows(file, source, "jailbreaks", parsed["jailbreaks"], faults):
        yield Row(line, {**kept, **entry})


def attack(row: Row) -> Fields:
    """What a case of an artifact's row says apart from its prompt. Raises BadCell."""
    index, behaviour = value(row, "index"), text(row, "behavior")
    if not isinstance(index, int):
        raise BadCell("index", index, "not a whole number", "number the jailbreaks")
    return {
        "name": f"{index:03d}-{slug(behaviour)}",
        "expect": "refuse",
        "origin": "attack",
        "family": family(behaviour),
        "slices": slices(row, _SLICES),
    }


def _parsed(file: Path, source: str) -> dict[str, Any]:
    parsed = json_lists.whole(file, source)
    for key, kind, words in (("parameters", dict, "an object"), ("jailbreaks", list, "a list")):
        if not isinstance(parsed, dict) or not isinstance(parsed.get(key), kind):
            remedy = "give an artifact file of JailbreakBench; for its behaviours: --format jailbreakbench"
            raise FileFaults([whole_file(file, f"holds no `{key}` that is {words}", remedy)])
    return dict(parsed)
